/* ioctl: inode flags that protect a file, and commands that ordinary programs of containers hardly give. */
#pragma once

/* Letters typed into another's terminal; block devices made of files; interfaces made and set to hear everything. Told once for a
 * process. Source: asm-generic/ioctls.h, linux/{loop,if_tun,sockios}.h */
#define TIOCSTI 0x5412
#define TIOCLINUX 0x541c
#define LOOP_SET_FD 0x4c00
#define LOOP_CONFIGURE 0x4c0a
#define TUNSETIFF 0x400454ca
#define SIOCSIFFLAGS 0x8914

static __always_inline bool is_telling_command(__u32 command)
{
	return command == TIOCSTI || command == TIOCLINUX || command == LOOP_SET_FD || command == LOOP_CONFIGURE ||
	       command == TUNSETIFF || command == SIOCSIFFLAGS;
}

static __always_inline void command_given(struct pt_regs *regs, struct task_struct *task, __u32 command, long result)
{
	struct scratch *room = scratch_of_cpu();
	struct told once = { .scope = group_now(), .subject = bpf_get_current_pid_tgid() >> 32, .detail = call_name(regs),
			     .object = command, .kind = YAGURA_TYPE_CALL };
	if (!room || !wants(YAGURA_TYPE_CALL) || was_told(&once))
		return;
	struct yagura_call *record = (void *)room->bytes;
	start_call(record, call_name(regs), result);
	/* what the third argument points to is not told */
	record->pointers = 0x3c;
	copy_arguments(record, regs);
	room->offset = sizeof(*record);
	struct file *file = file_of(task, call_argument(regs, 0));
	if (file) {
		record->base_flags =
			append_path(room, task, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
		record->base_size = room->offset - sizeof(*record);
	}
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
}

#define FS_IOC_SETFLAGS 0x40086602
#define FS_IOC32_SETFLAGS 0x40046602
#define FS_IOC_FSSETXATTR 0x401c5820

/* Inode flags set through ioctl: immutable, append-only. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_ioctl, struct pt_regs *regs, long result)
{
	__u32 command = call_argument(regs, 1);
	struct task_struct *task = (void *)bpf_get_current_task();
	if (is_telling_command(command)) {
		command_given(regs, task, command, result);
		return 0;
	}
	if (command != FS_IOC_SETFLAGS && command != FS_IOC32_SETFLAGS && command != FS_IOC_FSSETXATTR)
		return 0;
	struct file *file = file_of(task, call_argument(regs, 0));
	struct scratch *room = scratch_of_cpu();
	if (!room || !file || !wants(YAGURA_TYPE_ATTRIBUTE))
		return 0;
	struct yagura_attribute *record = (void *)room->bytes;
	start_act(room, YAGURA_TYPE_ATTRIBUTE, result);
	__u32 flags = 0;
	bpf_probe_read_user(&flags, sizeof(flags), (void *)call_argument(regs, 2));
	/* struct fsxattr has the same two at other places */
	if (command == FS_IOC_FSSETXATTR)
		flags = (flags & 8 ? 0x10 : 0) | (flags & 16 ? 0x20 : 0);
	record->number = flags;
	about_file(room, task, file);
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}
