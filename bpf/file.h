/* Files opened for writing: seen when the call returns, from the file the kernel made, not from the name that was asked. */
#pragma once

#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFCHR 0020000
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

SEC("tp_btf/sys_exit")
int BPF_PROG(on_open, struct pt_regs *regs, long result)
{
	if (bpf_get_current_pid_tgid() >> 32 == settings.own_pid)
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file *file = file_of(task, result);
	__u32 mode = BPF_CORE_READ(file, f_mode);
	if (!(mode & FMODE_WRITE))
		return 0;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u32 kind = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	if (kind != S_IFREG && kind != S_IFBLK && kind != S_IFCHR)
		return 0;
	if (kind == S_IFCHR && is_plain_device(BPF_CORE_READ(inode, i_rdev)))
		return 0;
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return 0;

	struct yagura_open *record = (void *)room->bytes;
	fill_header(&record->header, YAGURA_TYPE_OPEN);
	record->inode = BPF_CORE_READ(inode, i_ino);
	record->device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->open_flags = BPF_CORE_READ(file, f_flags) | (requested_flags(regs) & KEPT_FLAGS);
	record->reserved = 0;
	if (mode & FMODE_CREATED)
		record->header.flags |= YAGURA_FLAG_CREATED;
	if (BPF_CORE_READ(inode, i_nlink) == 0)
		record->header.flags |= YAGURA_FLAG_PATH_UNLINKED;
	room->offset = sizeof(*record);
	record->header.flags |= append_path(room, task, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
	record->path_size = room->offset - sizeof(*record);
	submit(YAGURA_RING_BULK, &record->header, record_size(room));
	return 0;
}
