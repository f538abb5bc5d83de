/* Mounts: mount, move_mount, umount2, pivot_root. */
#pragma once

#define MOUNT_TYPE_MAX 64

static __always_inline __u16 append_short(struct scratch *room, __u64 pointer)
{
	__u64 offset = room->offset & (SCRATCH_BYTES - 1);
	long size = bpf_probe_read_user_str(&room->bytes[offset], MOUNT_TYPE_MAX, (void *)pointer);
	if (size <= 0)
		return 0;
	room->offset = offset + size;
	return size;
}

/* shape: newName = source, name = target, other = kind of file system, number = flags, kind = action */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_mount, struct pt_regs *regs, long result)
{
	struct yagura_shape *shape = shape_of(regs);
	struct scratch *room = scratch_of_cpu();
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!shape || !room || !wants(YAGURA_TYPE_MOUNT))
		return 0;
	struct yagura_mount *record = (void *)room->bytes;
	__builtin_memset(record, 0, sizeof(*record));
	fill_header(&record->header, YAGURA_TYPE_MOUNT);
	record->result = result;
	record->action = shape->kind;
	room->offset = sizeof(*record);
	if (shape->number != YAGURA_ARGUMENT_NONE)
		record->mount_flags = call_argument(regs, shape->number);
	if (shape->new_name != YAGURA_ARGUMENT_NONE)
		record->source_size = append_given(room, call_argument(regs, shape->new_name));
	if (shape->other != YAGURA_ARGUMENT_NONE)
		record->filesystem_size = append_short(room, call_argument(regs, shape->other));
	__u64 name = call_argument(regs, shape->name);
	bool given = shape->directory != YAGURA_ARGUMENT_NONE;
	record->name_size = append_given(room, name);
	record->base_size = append_directory(room, task, name, given, given ? call_argument(regs, shape->directory) : 0,
					     &record->base_flags);
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}
