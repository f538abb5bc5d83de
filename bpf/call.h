/* Calls that ordinary programs hardly make, told as they are: number, arguments, and a name where they have one. */
#pragma once

static __always_inline void start_call(struct yagura_call *record, __u32 call, long result)
{
	__builtin_memset(record, 0, sizeof(*record));
	fill_header(&record->header, YAGURA_TYPE_CALL);
	record->call = call;
	record->result = result;
}

static __always_inline void copy_arguments(struct yagura_call *record, struct pt_regs *regs)
{
	__u64 *numbers = (void *)record->numbers;
	numbers[0] = call_argument(regs, 0);
	numbers[1] = call_argument(regs, 1);
	numbers[2] = call_argument(regs, 2);
	numbers[3] = call_argument(regs, 3);
	numbers[4] = call_argument(regs, 4);
	numbers[5] = call_argument(regs, 5);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_call, struct pt_regs *regs, long result)
{
	struct yagura_shape *shape = shape_of(regs);
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!shape)
		return 0;
	__u64 types = types_wanted();
	/* what counts only in a pattern is not wanted of the host */
	if (!(types & BIT(YAGURA_TYPE_CALL)) || ((shape->flags & YAGURA_SHAPE_PATTERN) && !(types & WANTS_READS)))
		return 0;
	/* a call that only counts with one of its commands */
	if (shape->number != YAGURA_ARGUMENT_NONE) {
		__u32 command = call_argument(regs, shape->number);
		if (command != shape->command)
			return 0;
	}
	struct yagura_control *now = control_now();
	if (!now || bpf_get_current_pid_tgid() >> 32 == now->own_pid)
		return 0;
	if (shape->flags & YAGURA_SHAPE_ONCE) {
		__u64 first = shape->pointers & 1 ? 0 : call_argument(regs, 0);
		struct told once = { .object = first, .scope = group_now(), .subject = bpf_get_current_pid_tgid() >> 32,
				     .detail = call_name(regs), .kind = YAGURA_TYPE_CALL };
		if (was_told(&once))
			return 0;
	}
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return 0;
	struct yagura_call *record = (void *)room->bytes;
	start_call(record, call_name(regs), result);
	record->pointers = shape->pointers;
	copy_arguments(record, regs);
	room->offset = sizeof(*record);
	if (shape->name != YAGURA_ARGUMENT_NONE) {
		__u64 name = call_argument(regs, shape->name);
		record->detail_size = append_given(room, name);
		bool given = shape->directory != YAGURA_ARGUMENT_NONE;
		if (shape->flags & YAGURA_SHAPE_PATH)
			record->base_size = append_directory(room, task, name, given,
							     given ? call_argument(regs, shape->directory) : 0,
							     &record->base_flags);
	} else if (shape->descriptor != YAGURA_ARGUMENT_NONE) {
		struct file *file = file_of(task, shape->descriptor == YAGURA_ARGUMENT_RESULT ?
							  result : call_argument(regs, shape->descriptor));
		if (file) {
			__u64 start = room->offset;
			record->base_flags = append_path(room, task, BPF_CORE_READ(file, f_path.mnt),
							 BPF_CORE_READ(file, f_path.dentry));
			record->base_size = room->offset - start;
		}
	}
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	if ((shape->flags & YAGURA_SHAPE_OPENS) && result >= 0)
		file_opened(task, file_of(task, result), 0, call_name(regs));
	return 0;
}

#if defined(__TARGET_ARCH_x86)
/* Every call that a program makes the 32-bit way, once for each, then on to the call's own program. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_compat_call, struct pt_regs *regs, long result)
{
	__u32 number = call_number(regs);
	struct told once = { .scope = group_now(), .subject = bpf_get_current_pid_tgid() >> 32,
			     .detail = number | YAGURA_CALL_COMPAT, .kind = YAGURA_TYPE_CALL };
	if (wants(YAGURA_TYPE_CALL) && !was_told(&once)) {
		struct yagura_call record;
		start_call(&record, call_name(regs), result);
		record.pointers = 0x3f;
		submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	}
	__u64 slot = number;
	hide(slot);
	slot &= CALLS - 1;
	if (number >= CALLS || (result < 0 && !(settings.wanted_failures[slot / 8] & (1 << slot % 8))))
		return 0;
	bpf_tail_call(ctx, &calls, slot + CALLS);
	return 0;
}
#endif
