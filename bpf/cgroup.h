/* Control groups made, removed and entered: user space knows the path of a container's group before its first exec,
 * however short it lives. */
#pragma once

/* TRACE_CGROUP_PATH_LEN of kernel/cgroup/cgroup-internal.h */
#define CGROUP_PATH_BYTES 1024

static __always_inline void cgroup_changed(__u8 type, struct cgroup *cgroup, const char *path, __u32 moved_pid)
{
	__u32 hierarchy = YAGURA_HIERARCHY_V2;
	if (BPF_CORE_READ(cgroup, root, hierarchy_id) != 0) {
		/* of the v1 hierarchies only the one whose ids the records carry */
		if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
			return;
		__u32 pids = 1U << bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
		if (!(BPF_CORE_READ(cgroup, root, subsys_mask) & pids))
			return;
		hierarchy = YAGURA_HIERARCHY_V1_PIDS;
	}
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return;
	struct yagura_cgroup_made *record = (void *)room->bytes;
	fill_header(&record->header, type);
	record->id = BPF_CORE_READ(cgroup, kn, id);
	record->hierarchy = hierarchy;
	record->moved_pid = moved_pid;
	record->reserved = 0;
	long size = bpf_probe_read_kernel_str(&room->bytes[sizeof(*record)], CGROUP_PATH_BYTES, path);
	if (size < 0)
		size = 0;
	record->path_size = size;
	hide(size);
	if (size > CGROUP_PATH_BYTES)
		return;
	submit(YAGURA_RING_SECURITY, &record->header, sizeof(*record) + (__u64)(size & 0x7ff));
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_made, struct cgroup *cgroup, const char *path)
{
	cgroup_changed(YAGURA_TYPE_CGROUP_MADE, cgroup, path, 0);
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_removed, struct cgroup *cgroup, const char *path)
{
	cgroup_changed(YAGURA_TYPE_CGROUP_REMOVED, cgroup, path, 0);
	return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_moved, struct cgroup *cgroup, const char *path, struct task_struct *task)
{
	cgroup_changed(YAGURA_TYPE_CGROUP_MOVED, cgroup, path, task->tgid);
	return 0;
}
