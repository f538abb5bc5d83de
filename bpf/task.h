/* Who: the part of a record that is the same for all types. It is read for every call that somebody wants to see, so where the
 * kernel gives a pointer to the task that may be followed (5.11), no helper is called for each step. Always of the task that runs. */
#pragma once

#define CAN_FOLLOW bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)

/* Control groups of the process: of cgroup2, and of the pids controller where that is a v1 hierarchy. */
struct groups {
	__u64 id;
	__u64 v1_id;
};

static __always_inline struct groups groups_of(struct task_struct *task)
{
	struct groups groups = {};
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	groups.id = BPF_CORE_READ(set, dfl_cgrp, kn, id);
	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		return groups;
	int index = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
	struct cgroup_subsys_state *css = 0;
	void *slot = (void *)set + bpf_core_field_offset(struct css_set, subsys) + index * sizeof(void *);
	bpf_probe_read_kernel(&css, sizeof(css), slot);
	struct cgroup *cgroup = BPF_CORE_READ(css, cgroup);
	/* hierarchy 0 is cgroup2: there the pids controller says nothing more than dfl_cgrp */
	if (BPF_CORE_READ(cgroup, root, hierarchy_id) != 0)
		groups.v1_id = BPF_CORE_READ(cgroup, kn, id);
	return groups;
}

static __always_inline struct groups groups_now(void)
{
	struct groups groups = {};
	bool has_pids = bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id);
	int index = has_pids ? bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id) : 0;
	if (CAN_FOLLOW) {
		struct css_set *set = bpf_get_current_task_btf()->cgroups;
		groups.id = set->dfl_cgrp->kn->id;
		if (!has_pids)
			return groups;
		struct cgroup_subsys_state **slot = (void *)set + bpf_core_field_offset(struct css_set, subsys) +
						    index * sizeof(void *);
		struct cgroup_subsys_state *css = *slot;
		if (css->cgroup->root->hierarchy_id != 0)
			groups.v1_id = css->cgroup->kn->id;
		return groups;
	}
	return groups_of((void *)bpf_get_current_task());
}

/* One number for the control groups of the process. */
static __always_inline __u64 group_now(void)
{
	struct groups groups = groups_now();
	return groups.id ^ (groups.v1_id << 32);
}

static __always_inline __u32 mount_namespace_now(void)
{
	if (CAN_FOLLOW)
		return bpf_get_current_task_btf()->nsproxy->mnt_ns->ns.inum;
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
}

/* The program that runs: its inode, 0 in a thread of the kernel. */
static __always_inline __u64 program_now(void)
{
	if (CAN_FOLLOW)
		return bpf_get_current_task_btf()->mm->exe_file->f_inode->i_ino;
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, mm, exe_file, f_inode, i_ino);
}

static __always_inline void fill_who(struct yagura_header *header, struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	header->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	header->parent_pid = BPF_CORE_READ(task, real_parent, tgid);
	header->uid = BPF_CORE_READ(cred, euid.val);
	header->gid = BPF_CORE_READ(cred, egid.val);
}

static __always_inline struct task_struct *fill_header(struct yagura_header *header, __u8 type)
{
	struct groups groups = groups_now();
	__u64 id = bpf_get_current_pid_tgid();
	struct task_struct *task = (void *)bpf_get_current_task();

	header->time_ns = bpf_ktime_get_boot_ns();
	header->cgroup_id = groups.id;
	header->cgroup_v1_id = groups.v1_id;
	header->pid = id >> 32;
	header->tid = (__u32)id;
	if (CAN_FOLLOW) {
		struct task_struct *now = bpf_get_current_task_btf();
		header->start_ns = now->group_leader->start_boottime;
		header->parent_pid = now->real_parent->tgid;
		header->uid = now->cred->euid.val;
		header->gid = now->cred->egid.val;
	} else {
		fill_who(header, task);
	}
	header->cpu = bpf_get_smp_processor_id();
	header->type = type;
	header->flags = 0;
	bpf_get_current_comm(header->command, sizeof(header->command));
	return task;
}

/* The same in programs of sockets and control groups, which have fewer helpers. */
static __always_inline void fill_header_plainly(struct yagura_header *header, __u8 type)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct groups groups = groups_of(task);

	header->time_ns = bpf_ktime_get_boot_ns();
	header->cgroup_id = groups.id;
	header->cgroup_v1_id = groups.v1_id;
	header->pid = BPF_CORE_READ(task, tgid);
	header->tid = BPF_CORE_READ(task, pid);
	fill_who(header, task);
	header->cpu = bpf_get_smp_processor_id();
	header->type = type;
	header->flags = 0;
	BPF_CORE_READ_INTO(&header->command, task, comm);
}
