/* Programs that start, branch off and end. */
#pragma once

#define SIGNAL_GROUP_EXIT 4

static __always_inline __u32 append_args(struct scratch *room, struct yagura_exec *record, struct mm_struct *mm)
{
	__u64 start = BPF_CORE_READ(mm, arg_start);
	__u64 size = BPF_CORE_READ(mm, arg_end) - start;
	record->args_total = size;
	if (size > YAGURA_ARGS_MAX)
		size = YAGURA_ARGS_MAX;
	hide(size);
	if (size > YAGURA_ARGS_MAX)
		return 0;
	if (bpf_probe_read_user(&room->bytes[sizeof(*record)], size, (void *)start) != 0)
		return 0;
	return size;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *unused, int old_pid, struct linux_binprm *bprm)
{
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return 0;
	struct yagura_exec *record = (void *)room->bytes;
	struct task_struct *task = fill_header(&record->header, YAGURA_TYPE_EXEC);
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct file *file = BPF_CORE_READ(mm, exe_file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	record->exe_inode = BPF_CORE_READ(inode, i_ino);
	record->exe_device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->reserved = 0;
	record->args_size = append_args(room, record, mm);
	if (BPF_CORE_READ(inode, i_nlink) == 0)
		record->header.flags |= YAGURA_FLAG_PATH_UNLINKED;

	__u64 start = sizeof(*record) + record->args_size;
	room->offset = start;
	record->header.flags |= append_path(room, task, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
	record->exe_size = room->offset - start;

	start = room->offset;
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	__u8 flags = append_path(room, task, BPF_CORE_READ(fs, pwd.mnt), BPF_CORE_READ(fs, pwd.dentry));
	if (flags & YAGURA_FLAG_PATH_TRUNCATED)
		record->header.flags |= YAGURA_FLAG_CWD_TRUNCATED;
	if (flags & YAGURA_FLAG_PATH_UNREACHABLE)
		record->header.flags |= YAGURA_FLAG_CWD_UNREACHABLE;
	record->cwd_size = room->offset - start;

	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	/* threads are no processes */
	if (child->pid != child->tgid)
		return 0;
	struct yagura_fork record = {};
	fill_header(&record.header, YAGURA_TYPE_FORK);
	record.child_pid = child->pid;
	record.child_start_ns = child->start_boottime;
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}

/* Two last threads that end at the same moment may both see live == 0: user space takes the first. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *unused)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	if (BPF_CORE_READ(signal, live.counter) != 0)
		return 0;
	struct yagura_exit record = {};
	fill_header(&record.header, YAGURA_TYPE_EXIT);
	/* as wait_task_zombie() in kernel/exit.c chooses it */
	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		record.status = BPF_CORE_READ(signal, group_exit_code);
	else
		record.status = BPF_CORE_READ(task, group_leader, exit_code);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}
