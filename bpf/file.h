/* Files opened: seen when the call returns, from the file the kernel made, not from the name that was asked. */
#pragma once

#define FMODE_WRITE 2
#define FMODE_CREATED (1 << 20)
#define O_CREAT 0100
#define O_EXCL 0200
#define O_TRUNC 01000
#define KEPT_FLAGS (O_CREAT | O_EXCL | O_TRUNC)

/* Terminals, /dev/null and their like say nothing; /dev/mem, kmsg and the rest do. Numbers: admin-guide/devices.txt. */
static __always_inline bool is_plain_device(__u32 device)
{
	__u32 major = device >> 20, minor = device & 0xfffff;
	if (major == 1)
		return minor == 3 || minor == 5 || minor == 7 || minor == 8 || minor == 9;
	return major == 4 || major == 5 || (major >= 136 && major <= 143);
}

/* The kernel drops O_CREAT, O_EXCL and O_TRUNC from an open file: take them from the call. */
static __always_inline __u32 requested_flags(struct pt_regs *regs)
{
	__u32 number = call_number(regs);
	__u64 flags = 0;
	if (number == 437) { /* openat2: on every architecture */
		bpf_probe_read_user(&flags, sizeof(flags), (void *)call_argument(regs, 2));
		return flags;
	}
#if defined(__TARGET_ARCH_x86)
	bool compat = is_compat();
	if (number == (compat ? 8 : 85)) /* creat */
		return O_CREAT | O_TRUNC;
	return call_argument(regs, number == (compat ? 5 : 2) ? 1 : 2);
#else
	return call_argument(regs, 2);
#endif
}

/* /proc/PID/…: the process it is about. */
static __always_inline __u32 process_behind(struct inode *inode)
{
	if (!bpf_core_field_exists(struct proc_inode, pid))
		return 0;
	struct proc_inode *proc = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
	return BPF_CORE_READ(proc, pid, numbers[0].nr);
}

/* Another process's memory; one's own only for writing, which goes past what its pages allow. */
static __always_inline void memory_opened(struct task_struct *task, struct dentry *dentry, __u32 about, __u32 call,
					  bool is_write)
{
	char name[4] = {};
	const unsigned char *from = BPF_CORE_READ(dentry, d_name.name);
	bpf_probe_read_kernel_str(name, sizeof(name), from);
	if (name[0] != 'm' || name[1] != 'e' || name[2] != 'm' || about == 0 ||
	    (about == bpf_get_current_pid_tgid() >> 32 && !is_write))
		return;
	struct yagura_trace record = { .global_target = about, .call = call, .number = is_write };
	fill_header(&record.header, YAGURA_TYPE_TRACE);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

/* Common programs read common files over and over: what the image lets everybody read is told once for a program, the
 * rest once for a process. */
static __always_inline bool open_was_told(struct inode *inode, __u8 layer, bool is_write, struct recent *recent)
{
	struct told what = { .scope = recent->group, .object = recent->inode, .detail = recent->access,
			     .kind = BPF_CORE_READ(inode, i_sb, s_dev) };
	recent->any_process = !is_write && layer == YAGURA_LAYER_IMAGE && (BPF_CORE_READ(inode, i_mode) & 4);
	what.subject = recent->any_process ? recent->program : (__u64)recent->pid | 1ULL << 63;
	return was_told(&what);
}

static __always_inline void file_opened(struct task_struct *task, struct file *file, __u32 requested, __u32 call)
{
	struct opened opened;
	if (!file || !read_opened(&opened, file))
		return;
	struct inode *inode = opened.inode;
	__u32 flags = opened.flags | (requested & KEPT_FLAGS);
	bool is_write = opened.mode & FMODE_WRITE;
	struct recent recent;
	recent_open(&recent, inode, flags | (opened.mode & FMODE_CREATED));
	if (is_recent(&recent))
		return;
	__u64 types = types_wanted();
	if (!(types & BIT(YAGURA_TYPE_OPEN)) || (!is_write && !(types & WANTS_READS))) {
		keep_recent(&recent);
		return;
	}
	__u32 kind = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	if (kind != S_IFREG && kind != S_IFBLK && kind != S_IFCHR)
		return;
	if (kind == S_IFCHR && is_plain_device(BPF_CORE_READ(inode, i_rdev)))
		return;
	struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	__u8 layer = layer_of(task, inode, mnt);
	__u32 about = layer == YAGURA_LAYER_PROC ? process_behind(inode) : 0;
	if (about)
		memory_opened(task, dentry, about, call, is_write);
	bool known = open_was_told(inode, layer, is_write, &recent);
	/* what reaches into another process is looked at each time */
	if (!about)
		keep_recent(&recent);
	if (known)
		return;
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return;

	struct yagura_open *record = (void *)room->bytes;
	fill_header(&record->header, YAGURA_TYPE_OPEN);
	record->inode = BPF_CORE_READ(inode, i_ino);
	record->device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->open_flags = flags;
	record->layer = layer;
	record->reserved = 0;
	record->reserved2 = 0;
	record->reserved3 = 0;
	record->about_pid = about;
	if (opened.mode & FMODE_CREATED)
		record->header.flags |= YAGURA_FLAG_CREATED;
	if (BPF_CORE_READ(inode, i_nlink) == 0)
		record->header.flags |= YAGURA_FLAG_PATH_UNLINKED;
	room->offset = sizeof(*record);
	record->header.flags |= append_path(room, task, mnt, dentry);
	record->path_size = room->offset - sizeof(*record);
	submit(YAGURA_RING_BULK, &record->header, record_size(room));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_open, struct pt_regs *regs, long result)
{
	struct yagura_control *now = control_now();
	if (!now || bpf_get_current_pid_tgid() >> 32 == now->own_pid)
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	file_opened(task, file_now(result), requested_flags(regs), call_name(regs));
	return 0;
}
