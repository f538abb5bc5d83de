/* Namespaces that a process makes or enters: unshare, setns, and clone with a CLONE_NEW flag. */
#pragma once

/* include/uapi/linux/sched.h: time, mount, cgroup, uts, ipc, user, pid, network */
#define CLONE_NEW_ALL (0x80 | 0x20000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000)

static __always_inline void namespace_changed(__u32 kinds, __u32 action, __u32 target, long result)
{
	if (!wants(YAGURA_TYPE_NAMESPACE))
		return;
	struct yagura_namespace record = { .kinds = kinds & CLONE_NEW_ALL, .action = action, .target_pid = target,
					   .result = result };
	fill_header(&record.header, YAGURA_TYPE_NAMESPACE);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_unshare, struct pt_regs *regs, long result)
{
	__u32 kinds = call_argument(regs, 0);
	if (kinds & CLONE_NEW_ALL)
		namespace_changed(kinds, YAGURA_NAMESPACE_UNSHARE, 0, result);
	return 0;
}

#define NSFS_MAGIC 0x6e736673

/* The descriptor is a process (pidfd), or a namespace file; a namespace's own kind says what is entered with flags 0. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_setns, struct pt_regs *regs, long result)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file *file = file_of(task, call_argument(regs, 0));
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u32 kinds = call_argument(regs, 1), target = 0;
	if (BPF_CORE_READ(inode, i_sb, s_magic) == NSFS_MAGIC) {
		struct ns_common *namespace = BPF_CORE_READ(inode, i_private);
		__u32 kind = 0;
		if (bpf_core_field_exists(struct ns_common, ns_type)) {
			kind = BPF_CORE_READ(namespace, ns_type);
		} else if (bpf_core_field_exists(struct proc_ns_operations, type)) {
			const struct proc_ns_operations *operations = BPF_CORE_READ(namespace, ops);
			kind = BPF_CORE_READ(operations, type);
		}
		if (kind)
			kinds = kind;
	} else {
		struct pid *pid = BPF_CORE_READ(file, private_data);
		/* pidfs keeps it in the inode since 6.9 */
		if (bpf_core_field_exists(struct pid, ino))
			pid = BPF_CORE_READ(inode, i_private);
		target = BPF_CORE_READ(pid, numbers[0].nr);
	}
	namespace_changed(kinds, YAGURA_NAMESPACE_ENTER, target, result);
	return 0;
}

/* What a child got that its parent does not have: seen at the fork, whatever call made it. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_clone, struct task_struct *parent, struct task_struct *child)
{
	if (child->pid != child->tgid)
		return 0;
	struct nsproxy *mine = BPF_CORE_READ(parent, nsproxy), *its = BPF_CORE_READ(child, nsproxy);
	struct user_namespace *my_user = BPF_CORE_READ(parent, real_cred, user_ns);
	struct user_namespace *its_user = BPF_CORE_READ(child, real_cred, user_ns);
	if (mine == its && my_user == its_user)
		return 0;
	__u32 kinds = 0;
	if (my_user != its_user)
		kinds |= 0x10000000;
	if (BPF_CORE_READ(mine, mnt_ns) != BPF_CORE_READ(its, mnt_ns))
		kinds |= 0x20000;
	if (BPF_CORE_READ(mine, net_ns) != BPF_CORE_READ(its, net_ns))
		kinds |= 0x40000000;
	if (BPF_CORE_READ(mine, ipc_ns) != BPF_CORE_READ(its, ipc_ns))
		kinds |= 0x08000000;
	if (BPF_CORE_READ(mine, uts_ns) != BPF_CORE_READ(its, uts_ns))
		kinds |= 0x04000000;
	if (BPF_CORE_READ(mine, cgroup_ns) != BPF_CORE_READ(its, cgroup_ns))
		kinds |= 0x02000000;
	if (BPF_CORE_READ(mine, pid_ns_for_children) != BPF_CORE_READ(its, pid_ns_for_children))
		kinds |= 0x20000000;
	if (kinds)
		namespace_changed(kinds, YAGURA_NAMESPACE_CLONE, child->tgid, 0);
	return 0;
}

/* Asked for and refused; clone3 takes its flags from memory. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_clone_refused, struct pt_regs *regs, long result)
{
	struct yagura_shape *shape = shape_of(regs);
	if (!shape || result >= 0)
		return 0;
	__u64 kinds = call_argument(regs, 0);
	if (shape->name != YAGURA_ARGUMENT_NONE)
		bpf_probe_read_user(&kinds, sizeof(kinds), (void *)kinds);
	if (kinds & CLONE_NEW_ALL)
		namespace_changed(kinds, YAGURA_NAMESPACE_CLONE, 0, result);
	return 0;
}
