/* Changes of who a process is. What each process last was is kept, so that a change which no call explains is seen at its
 * next exec or call of this family. */
#pragma once

struct who {
	__u64 capabilities;
	__u32 uid;
	__u32 gid;
	__u32 user_namespace;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct who);
} people SEC(".maps");

static __always_inline void who_is(struct who *who, const struct cred *cred)
{
	who->capabilities = BPF_CORE_READ(cred, cap_effective.val);
	who->uid = BPF_CORE_READ(cred, euid.val);
	who->gid = BPF_CORE_READ(cred, egid.val);
	who->user_namespace = BPF_CORE_READ(cred, user_ns, ns.inum);
	who->pad = 0;
}

static __always_inline void compare_credentials(struct task_struct *task, __u32 call)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct who now;
	who_is(&now, BPF_CORE_READ(task, real_cred));
	struct who *before = bpf_map_lookup_elem(&people, &pid);
	if (!before) {
		bpf_map_update_elem(&people, &pid, &now, BPF_ANY);
		return;
	}
	struct yagura_credential record = {};
	record.gained = now.capabilities & ~before->capabilities;
	record.old_uid = before->uid;
	record.new_uid = now.uid;
	record.old_gid = before->gid;
	record.new_gid = now.gid;
	record.call = call;
	/* all capabilities of a user namespace of one's own are no gain outside of it */
	bool is_same_world = before->user_namespace == now.user_namespace;
	*before = now;
	if (!is_same_world || (!record.gained && record.old_uid == record.new_uid && record.old_gid == record.new_gid))
		return;
	if (!wants(YAGURA_TYPE_CREDENTIAL))
		return;
	fill_header(&record.header, YAGURA_TYPE_CREDENTIAL);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

/* Run once at the start: what the processes are that were there before. */
SEC("iter/task")
int on_existing(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (!task || task->pid != task->tgid)
		return 0;
	__u32 pid = task->tgid;
	struct who now;
	who_is(&now, BPF_CORE_READ(task, real_cred));
	bpf_map_update_elem(&people, &pid, &now, BPF_NOEXIST);
	return 0;
}

/* setuid and its like, capset: the call explains the change. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_credential_call, struct pt_regs *regs, long result)
{
	compare_credentials((void *)bpf_get_current_task(), call_name(regs));
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_credential_fork, struct task_struct *parent, struct task_struct *child)
{
	if (child->pid != child->tgid)
		return 0;
	__u32 pid = child->tgid;
	struct who now;
	who_is(&now, BPF_CORE_READ(child, real_cred));
	/* what the parent has become without a call is found out here as well */
	compare_credentials((void *)bpf_get_current_task(), YAGURA_CALL_UNKNOWN);
	bpf_map_update_elem(&people, &pid, &now, BPF_ANY);
	return 0;
}

/* Before the new program's rights are given: what differs now, no call explains. Linux 6.10 and later. */
SEC("tp_btf/sched_prepare_exec")
int BPF_PROG(on_credential_prepare, struct task_struct *task, struct linux_binprm *bprm)
{
	compare_credentials((void *)bpf_get_current_task(), YAGURA_CALL_UNKNOWN);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_credential_exec, struct task_struct *unused, int old_pid, struct linux_binprm *bprm)
{
	compare_credentials((void *)bpf_get_current_task(), YAGURA_CALL_EXEC);
	return 0;
}

/* The kernel asks for a capability all the time: each answer is told once for a control group. */
SEC("tp_btf/cap_capable")
int BPF_PROG(on_capability, const struct cred *cred, struct user_namespace *target, const struct user_namespace *capable,
	     int capability, int result)
{
	if (!wants(YAGURA_TYPE_CAPABILITY))
		return 0;
	struct told once = { .scope = group_now(), .detail = capability, .object = result != 0,
			     .kind = YAGURA_TYPE_CAPABILITY };
	if (was_told(&once))
		return 0;
	struct yagura_capability record = { .capability = capability, .allowed = result == 0 };
	fill_header(&record.header, YAGURA_TYPE_CAPABILITY);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}
