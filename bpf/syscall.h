/* One small program on sys_exit looks the call up in a table of programs, so that each handler loads, or fails to load, on
 * its own. Handlers look at what the call did; where the kernel keeps nothing of it, at the names it was given. A bitmap ends the look-up at once for calls that nobody
 * asked for, which are nearly all. */
#pragma once

/* x86: int 0x80 and 32-bit programs number their calls differently; they have the upper half of the table. */
#define CALLS 512
/* a number that no call has: the program that sees every 32-bit call */
#define COMPAT_CALL 511
#define TS_COMPAT 2
#define X32_BIT 0x40000000
#define ARM64_32BIT (1 << 22)

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2 * CALLS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} calls SEC(".maps");

static __always_inline bool is_compat(void)
{
	/* every call passes here: where the kernel gives a pointer that may be followed, no helper is needed to read it */
#if defined(__TARGET_ARCH_x86)
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		struct task_struct *now = bpf_get_current_task_btf();
		return now->thread_info.status & TS_COMPAT;
	}
#endif
	struct task_struct *task = (void *)bpf_get_current_task();
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
#else
	return BPF_CORE_READ(task, thread_info.flags) & ARM64_32BIT;
#endif
}

static __always_inline __u32 call_number(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return (__u32)regs->orig_ax & ~X32_BIT;
#else
	return regs->syscallno;
#endif
}

/* Integer arguments lie in registers that the program cannot change while the kernel works. */
static __always_inline __u64 call_argument(struct pt_regs *regs, int index)
{
#if defined(__TARGET_ARCH_x86)
	if (is_compat()) {
		switch (index) {
		case 0: return (__u32)regs->bx;
		case 1: return (__u32)regs->cx;
		case 2: return (__u32)regs->dx;
		case 3: return (__u32)regs->si;
		case 4: return (__u32)regs->di;
		case 5: return (__u32)regs->bp;
		}
		return 0;
	}
	switch (index) {
	case 0: return regs->di;
	case 1: return regs->si;
	case 2: return regs->dx;
	case 3: return regs->r10;
	case 4: return regs->r8;
	case 5: return regs->r9;
	}
	return 0;
#else
	switch (index) {
	case 0: return regs->orig_x0;
	case 1: return regs->regs[1];
	case 2: return regs->regs[2];
	case 3: return regs->regs[3];
	case 4: return regs->regs[4];
	case 5: return regs->regs[5];
	}
	return 0;
#endif
}

/* What the arguments of a call mean: made by user space from its table of hooks, one slot for each program in `calls`. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * CALLS);
	__type(key, __u32);
	__type(value, struct yagura_shape);
} shapes SEC(".maps");

static __always_inline struct yagura_shape *shape_of(struct pt_regs *regs)
{
	__u32 slot = call_number(regs) + (is_compat() ? CALLS : 0);
	return bpf_map_lookup_elem(&shapes, &slot);
}

/* The number with its table, as records carry it. */
static __always_inline __u32 call_name(struct pt_regs *regs)
{
	return call_number(regs) | (is_compat() ? YAGURA_CALL_COMPAT : 0);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_syscall_exit, struct pt_regs *regs, long result)
{
	__u64 number = call_number(regs);
	if (number >= CALLS)
		return 0;
	/* says again what is known, where the verifier sees it */
	hide(number);
	number &= CALLS - 1;
	bool failed = result < 0 && result >= -4095;
	if (is_compat()) {
		/* goes on to the call's own program */
		if (settings.wanted_calls[COMPAT_CALL / 8] & (1 << COMPAT_CALL % 8))
			bpf_tail_call(ctx, &calls, COMPAT_CALL);
		number += CALLS;
	} else if (!((failed ? settings.wanted_failures : settings.wanted_calls)[number / 8] & (1 << number % 8))) {
		return 0;
	}
	bpf_tail_call(ctx, &calls, number);
	return 0;
}
