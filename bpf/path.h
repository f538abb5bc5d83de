/* Where a file is: its names from the last one up to the root of the process, each ended by NUL. User space turns them
 * round. The kernel's own objects are walked, so no symbolic link and no change of the argument can deceive. */
#pragma once

#define PATH_COMPONENTS 96

static __always_inline struct mount *mount_of(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

static __always_inline struct vfsmount *vfsmount_of(struct mount *mount)
{
	return (void *)mount + bpf_core_field_offset(struct mount, mnt);
}

/* The offset lives in the map, where the verifier knows nothing of it but the mask: each step then looks the same to it,
 * and it need not follow every number of steps and sum of lengths on its own. */
static __always_inline void append_name(struct scratch *room, struct dentry *dentry)
{
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u64 offset = room->offset & (SCRATCH_BYTES - 1);
	long size = bpf_probe_read_kernel_str(&room->bytes[offset], NAME_BYTES, name);
	if (size > 0)
		room->offset = offset + size;
}

/* Appends at room->offset and returns flags about the path. */
static __always_inline __u8 append_path_to(struct scratch *room, struct vfsmount *root_mnt, struct dentry *root,
					   struct vfsmount *mnt, struct dentry *dentry)
{
	__u64 end = room->offset + YAGURA_PATH_MAX - NAME_BYTES;

	for (int i = 0; i < PATH_COMPONENTS; i++) {
		if (dentry == root && mnt == root_mnt)
			return 0;
		if (room->offset > end)
			break;
		if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
			struct mount *mount = mount_of(mnt);
			struct mount *up = BPF_CORE_READ(mount, mnt_parent);
			if (up == mount || !up) {
				/* a file mounted by itself, nowhere: its name is all there is */
				if (i == 0)
					append_name(room, dentry);
				return YAGURA_FLAG_PATH_UNREACHABLE;
			}
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mnt = vfsmount_of(up);
			continue;
		}
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		append_name(room, dentry);
		/* a file without a directory: memory files */
		if (parent == dentry || !parent)
			return YAGURA_FLAG_PATH_UNREACHABLE;
		dentry = parent;
	}
	return YAGURA_FLAG_PATH_TRUNCATED;
}

/* The path as the process sees it. */
static __always_inline __u8 append_path(struct scratch *room, struct task_struct *task, struct vfsmount *mnt,
					struct dentry *dentry)
{
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	return append_path_to(room, BPF_CORE_READ(fs, root.mnt), BPF_CORE_READ(fs, root.dentry), mnt, dentry);
}

/* Bytes of the record that now ends at room->offset. */
static __always_inline __u64 record_size(struct scratch *room)
{
	__u64 size = room->offset;
	hide(size);
	return size > SCRATCH_BYTES ? SCRATCH_BYTES : size;
}
