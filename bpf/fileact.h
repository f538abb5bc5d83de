/* Acts on files by name or descriptor: rename, link, unlink, chmod, chown, mknod. What the kernel still holds when the call
 * returns is told from its own objects: the file behind a descriptor, and the directory that a name is relative to. The
 * names themselves are the caller's. */
#pragma once

#define AT_FDCWD -100
#define AT_REMOVEDIR 0x200
#define GIVEN_NAME_MAX 1024

static __always_inline __u16 append_given(struct scratch *room, __u64 pointer)
{
	__u64 offset = room->offset & (SCRATCH_BYTES - 1);
	long size = bpf_probe_read_user_str(&room->bytes[offset], GIVEN_NAME_MAX, (void *)pointer);
	if (size <= 0)
		return 0;
	room->offset = offset + size;
	return size;
}

/* The directory that a name is relative to; nothing for a name from the root. */
static __always_inline __u16 append_directory(struct scratch *room, struct task_struct *task, __u64 name, bool given,
					      int descriptor, __u8 *flags)
{
	char first = 0;
	bpf_probe_read_user(&first, sizeof(first), (void *)name);
	if (first == '/')
		return 0;
	struct vfsmount *mnt;
	struct dentry *dentry;
	if (!given || descriptor == AT_FDCWD) {
		struct fs_struct *fs = BPF_CORE_READ(task, fs);
		mnt = BPF_CORE_READ(fs, pwd.mnt);
		dentry = BPF_CORE_READ(fs, pwd.dentry);
	} else {
		struct file *file = file_of(task, descriptor);
		if (!file)
			return 0;
		mnt = BPF_CORE_READ(file, f_path.mnt);
		dentry = BPF_CORE_READ(file, f_path.dentry);
	}
	__u64 start = room->offset;
	*flags = append_path(room, task, mnt, dentry);
	return room->offset - start;
}

/* All file acts share one layout; the type in the header tells them apart. */
#define SAME_LAYOUT(name) _Static_assert(sizeof(struct yagura_##name) == sizeof(struct yagura_rename), "one layout")
SAME_LAYOUT(link);
SAME_LAYOUT(unlink);
SAME_LAYOUT(chmod);
SAME_LAYOUT(chown);
SAME_LAYOUT(mknod);
SAME_LAYOUT(attribute);
SAME_LAYOUT(map);
SAME_LAYOUT(chroot);

static __always_inline void start_act(struct scratch *room, __u8 type, long result)
{
	struct yagura_rename *record = (void *)room->bytes;
	__builtin_memset(record, 0, sizeof(*record));
	fill_header(&record->header, type);
	record->result = result;
	room->offset = sizeof(*record);
}

static __always_inline void about_file(struct scratch *room, struct task_struct *task, struct file *file)
{
	struct yagura_rename *record = (void *)room->bytes;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
	record->inode = BPF_CORE_READ(inode, i_ino);
	record->device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->layer = layer_of(task, inode, mnt);
	if (BPF_CORE_READ(inode, i_nlink) == 0)
		record->base_flags |= YAGURA_FLAG_PATH_UNLINKED;
	__u64 start = room->offset;
	record->base_flags |= append_path(room, task, mnt, BPF_CORE_READ(file, f_path.dentry));
	record->base_size = room->offset - start;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_file_act, struct pt_regs *regs, long result)
{
	struct yagura_shape *shape = shape_of(regs);
	struct task_struct *task = (void *)bpf_get_current_task();
	/* names that were not there are no act */
	if (!shape || result == -2 || !wants(shape->type))
		return 0;
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return 0;
	struct yagura_rename *record = (void *)room->bytes;
	start_act(room, shape->type, result);
	record->kind = shape->flags & (YAGURA_SHAPE_SYMBOLIC | YAGURA_SHAPE_DIRECTORY);
	if (shape->number != YAGURA_ARGUMENT_NONE)
		record->number = call_argument(regs, shape->number);
	if (shape->other != YAGURA_ARGUMENT_NONE)
		record->other = call_argument(regs, shape->other);
	if ((shape->flags & YAGURA_SHAPE_AT_FLAGS) && (record->other & AT_REMOVEDIR))
		record->kind |= YAGURA_SHAPE_DIRECTORY;

	if (shape->descriptor != YAGURA_ARGUMENT_NONE) {
		struct file *file = file_of(task, call_argument(regs, shape->descriptor));
		if (!file)
			return 0;
		about_file(room, task, file);
	} else {
		__u64 name = call_argument(regs, shape->name);
		bool given = shape->directory != YAGURA_ARGUMENT_NONE;
		record->name_size = append_given(room, name);
		/* the text of a symbolic link is relative to where the link lies: nothing is added to it */
		if (!(shape->flags & YAGURA_SHAPE_SYMBOLIC))
			record->base_size = append_directory(room, task, name, given,
							     given ? call_argument(regs, shape->directory) : 0,
							     &record->base_flags);
	}
	if (shape->new_name != YAGURA_ARGUMENT_NONE) {
		__u64 name = call_argument(regs, shape->new_name);
		bool given = shape->new_directory != YAGURA_ARGUMENT_NONE;
		record->new_name_size = append_given(room, name);
		record->new_base_size = append_directory(room, task, name, given,
							 given ? call_argument(regs, shape->new_directory) : 0,
							 &record->new_base_flags);
	}
	bool is_bulk = shape->type == YAGURA_TYPE_RENAME || shape->type == YAGURA_TYPE_UNLINK ||
		       shape->type == YAGURA_TYPE_CHOWN;
	submit(is_bulk ? YAGURA_RING_BULK : YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}

/* Where the process's root lies now, seen from the root of its mount namespace. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_chroot, struct pt_regs *regs, long result)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *room = scratch_of_cpu();
	if (!room || result == -2 || !wants(YAGURA_TYPE_CHROOT))
		return 0;
	struct yagura_rename *record = (void *)room->bytes;
	start_act(room, YAGURA_TYPE_CHROOT, result);
	if (result < 0) {
		__u64 name = call_argument(regs, 0);
		record->name_size = append_given(room, name);
		record->base_size = append_directory(room, task, name, 0, 0, &record->base_flags);
	} else {
		struct fs_struct *fs = BPF_CORE_READ(task, fs);
		struct vfsmount *mnt = BPF_CORE_READ(fs, root.mnt);
		struct dentry *dentry = BPF_CORE_READ(fs, root.dentry);
		struct inode *inode = BPF_CORE_READ(dentry, d_inode);
		record->inode = BPF_CORE_READ(inode, i_ino);
		record->device = BPF_CORE_READ(inode, i_sb, s_dev);
		/* Its own root is the new one by now; who started it still has the one before. */
		record->layer = layer_under(task, inode, mnt, BPF_CORE_READ(task, real_parent, fs, root.mnt));
		__u64 start = room->offset;
		append_path_to(room, 0, 0, mnt, dentry);
		record->base_size = room->offset - start;
	}
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}

#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20

/* Code that is mapped from where no image put it, and memory that can be written and run. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_map, struct pt_regs *regs, long result)
{
	struct yagura_shape *shape = shape_of(regs);
	if (!shape)
		return 0;
	__u32 protection = call_argument(regs, 2);
	if (!(protection & PROT_EXEC))
		return 0;
	bool has_file = shape->descriptor != YAGURA_ARGUMENT_NONE && !(call_argument(regs, 3) & MAP_ANONYMOUS);
	if (!has_file && !(protection & PROT_WRITE))
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!wants(YAGURA_TYPE_MAP))
		return 0;
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return 0;
	struct yagura_map *record = (void *)room->bytes;
	if (has_file) {
		struct file *file = file_of(task, call_argument(regs, shape->descriptor));
		if (!file)
			return 0;
		__u8 layer = layer_of_file(task, file);
		if (layer != YAGURA_LAYER_UPPER && layer != YAGURA_LAYER_TMPFS && layer != YAGURA_LAYER_MEMORY)
			return 0;
		start_act(room, YAGURA_TYPE_MAP, 0);
		about_file(room, task, file);
	} else {
		struct told once = { .subject = bpf_get_current_pid_tgid() >> 32, .kind = YAGURA_TYPE_MAP };
		once.object = BPF_CORE_READ(task, group_leader, start_boottime);
		if (was_told(&once))
			return 0;
		start_act(room, YAGURA_TYPE_MAP, 0);
		record->layer = YAGURA_LAYER_MEMORY;
	}
	record->number = protection;
	submit(YAGURA_RING_BULK, &record->header, record_size(room));
	return 0;
}
