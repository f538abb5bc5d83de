/* Who: the part of a record that is the same for all types. */
#pragma once

static __always_inline __u64 v1_pids_cgroup(struct css_set *set)
{
	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		return 0;
	int index = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
	struct cgroup_subsys_state *css = 0;
	void *slot = (void *)set + bpf_core_field_offset(struct css_set, subsys) + index * sizeof(void *);
	bpf_probe_read_kernel(&css, sizeof(css), slot);
	struct cgroup *cgroup = BPF_CORE_READ(css, cgroup);
	/* hierarchy 0 is cgroup2: there the pids controller says nothing more than dfl_cgrp */
	if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
		return 0;
	return BPF_CORE_READ(cgroup, kn, id);
}

static __always_inline struct task_struct *fill_header(struct yagura_header *header, __u8 type)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u64 id = bpf_get_current_pid_tgid();

	header->time_ns = bpf_ktime_get_boot_ns();
	header->cgroup_id = BPF_CORE_READ(set, dfl_cgrp, kn, id);
	header->cgroup_v1_id = v1_pids_cgroup(set);
	header->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	header->pid = id >> 32;
	header->tid = (__u32)id;
	header->parent_pid = BPF_CORE_READ(task, real_parent, tgid);
	header->uid = BPF_CORE_READ(cred, euid.val);
	header->gid = BPF_CORE_READ(cred, egid.val);
	header->cpu = bpf_get_smp_processor_id();
	header->type = type;
	header->flags = 0;
	bpf_get_current_comm(header->command, sizeof(header->command));
	return task;
}
