/* Where a file really lies, told from the kernel's own objects. */
#pragma once

/* include/uapi/linux/magic.h */
#define OVERLAYFS_MAGIC 0x794c7630
#define TMPFS_MAGIC 0x01021994
#define RAMFS_MAGIC 0x858458f6
#define HUGETLBFS_MAGIC 0x958458f6
#define SECRETMEM_MAGIC 0x5345434d
#define PROC_MAGIC 0x9fa0
#define SYSFS_MAGIC 0x62656572
#define CGROUP_MAGIC 0x27e0eb
#define CGROUP2_MAGIC 0x63677270
#define DEBUGFS_MAGIC 0x64626720
#define TRACEFS_MAGIC 0x74726163
#define SECURITYFS_MAGIC 0x73636673
#define BPFFS_MAGIC 0xcafe4a11

static __always_inline struct upid *numbers_of(struct pid *pid, __u32 level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) + (level & 31) * bpf_core_type_size(struct upid);
}

/* The pid as its namespace of this level says it. */
static __always_inline __u32 number_in_namespace(struct pid *pid, __u32 level)
{
	return BPF_CORE_READ(numbers_of(pid, level), nr);
}

static __always_inline __u32 namespace_at(struct pid *pid, __u32 level)
{
	return BPF_CORE_READ(numbers_of(pid, level), ns, ns.inum);
}

static __always_inline struct pid_namespace *pid_namespace_of(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	return BPF_CORE_READ(numbers_of(pid, level), ns);
}

static __always_inline __s64 changed_seconds(struct inode *inode)
{
	if (bpf_core_field_exists(struct inode, i_ctime_sec))
		return BPF_CORE_READ(inode, i_ctime_sec);
	if (bpf_core_field_exists(struct inode, __i_ctime))
		return BPF_CORE_READ(inode, __i_ctime.tv_sec);
	return BPF_CORE_READ(inode, i_ctime.tv_sec);
}

/* A root that is no overlay cannot say what the image brought: what changed after the container's first process began was
 * written at run time. The time of change cannot be set by a program. */
static __always_inline __u8 layer_by_time(struct task_struct *task, struct inode *inode)
{
	struct pid_namespace *namespace = pid_namespace_of(task);
	if (BPF_CORE_READ(namespace, ns.inum) == settings.host_pid_namespace)
		return YAGURA_LAYER_UNKNOWN;
	struct task_struct *init = BPF_CORE_READ(namespace, child_reaper);
	__u64 began_ns = BPF_CORE_READ(init, start_boottime) + settings.boot_epoch_ns;
	return changed_seconds(inode) > (__s64)(began_ns / 1000000000ULL) ? YAGURA_LAYER_UPPER : YAGURA_LAYER_IMAGE;
}

/* As seen from a root: one's own, but for a process that has just changed it. */
static __always_inline __u8 layer_under(struct task_struct *task, struct inode *inode, struct vfsmount *mnt,
					struct vfsmount *root)
{
	struct super_block *block = BPF_CORE_READ(inode, i_sb);
	__u32 magic = BPF_CORE_READ(block, s_magic);
	if (magic == PROC_MAGIC)
		return YAGURA_LAYER_PROC;
	if (magic == SYSFS_MAGIC || magic == CGROUP_MAGIC || magic == CGROUP2_MAGIC || magic == DEBUGFS_MAGIC ||
	    magic == TRACEFS_MAGIC || magic == SECURITYFS_MAGIC || magic == BPFFS_MAGIC)
		return YAGURA_LAYER_SYS;
	if (magic == TMPFS_MAGIC || magic == RAMFS_MAGIC || magic == HUGETLBFS_MAGIC || magic == SECRETMEM_MAGIC)
		return BPF_CORE_READ(inode, i_nlink) == 0 ? YAGURA_LAYER_MEMORY : YAGURA_LAYER_TMPFS;
	if (is_host_mounts(mount_namespace_of(task)))
		return YAGURA_LAYER_HOST;
	if (magic == OVERLAYFS_MAGIC) {
		if (BPF_CORE_READ(root, mnt_sb) != block)
			return YAGURA_LAYER_MOUNT;
		if (!bpf_core_field_exists(struct ovl_inode, __upperdentry))
			return YAGURA_LAYER_UNKNOWN;
		struct ovl_inode *overlay = (void *)inode - bpf_core_field_offset(struct ovl_inode, vfs_inode);
		return BPF_CORE_READ(overlay, __upperdentry) ? YAGURA_LAYER_UPPER : YAGURA_LAYER_IMAGE;
	}
	return mnt == root ? layer_by_time(task, inode) : YAGURA_LAYER_MOUNT;
}

static __always_inline __u8 layer_of(struct task_struct *task, struct inode *inode, struct vfsmount *mnt)
{
	return layer_under(task, inode, mnt, BPF_CORE_READ(task, fs, root.mnt));
}

static __always_inline __u8 layer_of_file(struct task_struct *task, struct file *file)
{
	return layer_of(task, BPF_CORE_READ(file, f_inode), BPF_CORE_READ(file, f_path.mnt));
}
