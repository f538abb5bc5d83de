/* A socket or pipe becomes descriptor 0, 1 or 2: dup, dup2, dup3, fcntl. */
#pragma once

#define F_DUPFD 0
#define F_DUPFD_CLOEXEC 1030

SEC("tp_btf/sys_exit")
int BPF_PROG(on_stdio, struct pt_regs *regs, long result)
{
	if (result < 0 || result > 2)
		return 0;
	struct yagura_shape *shape = shape_of(regs);
	if (!shape)
		return 0;
	if (shape->number != YAGURA_ARGUMENT_NONE) {
		__u64 command = call_argument(regs, shape->number);
		if (command != F_DUPFD && command != F_DUPFD_CLOEXEC)
			return 0;
	}
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!wants(YAGURA_TYPE_STDIO))
		return 0;
	struct yagura_stdio record = {};
	struct yagura_descriptor *target = (void *)record.target;
	describe(target, file_of(task, result));
	if (target->kind != YAGURA_DESCRIPTOR_SOCKET && target->kind != YAGURA_DESCRIPTOR_UNIX &&
	    target->kind != YAGURA_DESCRIPTOR_PIPE)
		return 0;
	record.number = result;
	fill_header(&record.header, YAGURA_TYPE_STDIO);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}
