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

/* The first eight letters of the variables that change what runs; user space looks at the rest of the name. */
#define LETTERS(a, b, c, d, e, f, g, h) \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | (__u64)(f) << 40 | \
	 (__u64)(g) << 48 | (__u64)(h) << 56)
#define VARIABLES 96
#define VARIABLES_BYTES 2048

static __always_inline bool is_telling(__u64 letters)
{
	return letters == LETTERS('L', 'D', '_', 'P', 'R', 'E', 'L', 'O') ||
	       letters == LETTERS('L', 'D', '_', 'L', 'I', 'B', 'R', 'A') ||
	       letters == LETTERS('L', 'D', '_', 'A', 'U', 'D', 'I', 'T') ||
	       letters == LETTERS('H', 'I', 'S', 'T', 'F', 'I', 'L', 'E') ||
	       letters == LETTERS('H', 'I', 'S', 'T', 'S', 'I', 'Z', 'E') ||
	       letters == LETTERS('H', 'I', 'S', 'T', 'C', 'O', 'N', 'T') ||
	       letters == LETTERS('B', 'A', 'S', 'H', '_', 'E', 'N', 'V') ||
	       letters == LETTERS('P', 'R', 'O', 'M', 'P', 'T', '_', 'C') ||
	       letters == LETTERS('P', 'Y', 'T', 'H', 'O', 'N', 'P', 'A') ||
	       letters == LETTERS('P', 'Y', 'T', 'H', 'O', 'N', 'S', 'T') ||
	       letters == LETTERS('P', 'E', 'R', 'L', '5', 'O', 'P', 'T') ||
	       letters == LETTERS('P', 'E', 'R', 'L', '5', 'L', 'I', 'B') ||
	       letters == LETTERS('N', 'O', 'D', 'E', '_', 'O', 'P', 'T') ||
	       letters == LETTERS('R', 'U', 'B', 'Y', 'O', 'P', 'T', '=') ||
	       letters == LETTERS('G', 'C', 'O', 'N', 'V', '_', 'P', 'A') ||
	       letters == LETTERS('G', 'L', 'I', 'B', 'C', '_', 'T', 'U') ||
	       letters == LETTERS('S', 'S', 'H', '_', 'C', 'O', 'N', 'N') ||
	       letters == LETTERS('S', 'U', 'D', 'O', '_', 'U', 'S', 'E') ||
	       letters == LETTERS('G', 'A', 'T', 'E', 'W', 'A', 'Y', '_') ||
	       letters == LETTERS('R', 'E', 'Q', 'U', 'E', 'S', 'T', '_') || (__u32)letters == 0x3d564e45 /* ENV= */;
}

/* Never the whole environment: others' variables are passed over here, in the kernel. */
static __always_inline __u16 append_environment(struct scratch *room, struct mm_struct *mm)
{
	__u64 at = BPF_CORE_READ(mm, env_start), end = BPF_CORE_READ(mm, env_end);
	__u64 start = room->offset;
	bool continues = 0;
	for (int i = 0; i < VARIABLES; i++) {
		if (at >= end || room->offset > start + VARIABLES_BYTES)
			break;
		__u64 offset = room->offset & (SCRATCH_BYTES - 1);
		long size = bpf_probe_read_user_str(&room->bytes[offset], NAME_BYTES, (void *)at);
		if (size <= 0)
			break;
		__u64 letters;
		bpf_probe_read_kernel(&letters, sizeof(letters), &room->bytes[offset]);
		if (!continues && is_telling(letters))
			room->offset = offset + size;
		/* the rest of a long value is no variable */
		continues = size == NAME_BYTES;
		at += continues ? size - 1 : size;
	}
	return room->offset - start;
}

static __always_inline __u8 exec_marks(struct yagura_exec *record, struct task_struct *task)
{
	__u8 marks = 0;
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct pid_namespace *namespace = pid_namespace_of(task);
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	if (BPF_CORE_READ(signal, tty))
		marks |= YAGURA_EXEC_TERMINAL;
	if (pid_namespace_of(parent) != namespace)
		marks |= YAGURA_EXEC_PARENT_OTHER_PIDS;
	record->mount_namespace = mount_namespace_of(task);
	if (mount_namespace_of(parent) != record->mount_namespace)
		marks |= YAGURA_EXEC_PARENT_OTHER_MOUNTS;
	if (is_host_mounts(record->mount_namespace))
		marks |= YAGURA_EXEC_HOST_MOUNTS;
	record->pid_namespace = BPF_CORE_READ(namespace, ns.inum);
	record->inner_pid = number_in_namespace(pid, BPF_CORE_READ(pid, level));
	struct pid *session = BPF_CORE_READ(signal, pids[PIDTYPE_SID]);
	record->session_id = BPF_CORE_READ(session, numbers[0].nr);
	return marks;
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
	record->layer = layer_of_file(task, file);
	const struct cred *cred = BPF_CORE_READ(task, cred);
	record->capabilities = BPF_CORE_READ(cred, cap_effective.val);
	record->real_uid = BPF_CORE_READ(cred, uid.val);
	record->user_namespace = BPF_CORE_READ(cred, user_ns, ns.inum);
	record->marks = exec_marks(record, task);
	record->reserved = 0;
	record->reserved2 = 0;
	describe((void *)record->input, file_of(task, 0));
	describe((void *)record->output, file_of(task, 1));
	describe((void *)record->error, file_of(task, 2));
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
	record->environment_size = append_environment(room, mm);

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
	struct pid *pid = child->thread_pid;
	__u32 level = BPF_CORE_READ(pid, level);
	record.inner_pid = number_in_namespace(pid, level);
	record.inner_namespace = namespace_at(pid, level);
	if (level > 0) {
		record.middle_pid = number_in_namespace(pid, level - 1);
		record.middle_namespace = namespace_at(pid, level - 1);
	}
	if (level > 1) {
		record.outer_pid = number_in_namespace(pid, level - 2);
		record.outer_namespace = namespace_at(pid, level - 2);
	}
	if (types_wanted() == settings.container_types) {
		__u64 since = record.child_start_ns;
		bpf_map_update_elem(&lineages, &record.child_pid, &since, BPF_ANY);
	}
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
	__u32 pid = BPF_CORE_READ(task, tgid);
	bpf_map_delete_elem(&lineages, &pid);
	fill_header(&record.header, YAGURA_TYPE_EXIT);
	/* as wait_task_zombie() in kernel/exit.c chooses it */
	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		record.status = BPF_CORE_READ(signal, group_exit_code);
	else
		record.status = BPF_CORE_READ(task, group_leader, exit_code);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}
