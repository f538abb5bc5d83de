/* Calls that reach another process: signals, ptrace, process_vm_readv and -writev, pidfd_getfd. User space turns the caller's
 * number for the process into the process: it knows every process's numbers in all its namespaces. */
#pragma once

SEC("tp_btf/sys_exit")
int BPF_PROG(on_target, struct pt_regs *regs, long result)
{
	struct yagura_shape *shape = shape_of(regs);
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!shape || !wants(shape->type))
		return 0;
	struct yagura_kill record = { .result = result, .call = call_name(regs) };
	if (shape->number != YAGURA_ARGUMENT_NONE)
		record.number = call_argument(regs, shape->number);
	/* signal 0 only asks whether a process is there; PTRACE_TRACEME is the child's consent */
	if (shape->type == YAGURA_TYPE_KILL ? record.number == 0 : (shape->kind && record.number == 0))
		return 0;
	if (shape->descriptor != YAGURA_ARGUMENT_NONE) {
		struct file *file = file_of(task, call_argument(regs, shape->descriptor));
		struct pid *pid = BPF_CORE_READ(file, private_data);
		if (bpf_core_field_exists(struct pid, ino))
			pid = BPF_CORE_READ(file, f_inode, i_private);
		record.global_target = BPF_CORE_READ(pid, numbers[0].nr);
	} else {
		record.target = call_argument(regs, shape->other);
		struct pid *self = BPF_CORE_READ(task, group_leader, thread_pid);
		__u32 level = BPF_CORE_READ(self, level);
		/* runtimes signal their own threads all the time */
		if (record.target == number_in_namespace(self, level))
			return 0;
		record.namespace = namespace_at(self, level);
	}
	fill_header(&record.header, shape->type);
	/* reading and steering word by word is one act */
	if (shape->type == YAGURA_TYPE_TRACE && shape->kind && result >= 0) {
		struct told once = { .subject = record.header.pid, .object = record.target, .detail = record.number,
				     .kind = YAGURA_TYPE_TRACE, .scope = record.header.start_ns };
		if (was_told(&once))
			return 0;
	}
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}
_Static_assert(sizeof(struct yagura_kill) == sizeof(struct yagura_trace), "one layout for both");
