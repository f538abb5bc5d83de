/* One small program on sys_exit looks the call up in a table of programs, so that each handler loads, or fails to load, on
 * its own. Handlers look at what the call did, never at pointers. A bitmap ends the look-up at once for calls that nobody
 * asked for, which are nearly all. */
#pragma once

/* x86: int 0x80 and 32-bit programs number their calls differently; they have the upper half of the table. */
#define CALLS 512
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
	if (is_compat())
		return (__u32)(index == 0 ? regs->bx : index == 1 ? regs->cx : regs->dx);
	return index == 0 ? regs->di : index == 1 ? regs->si : regs->dx;
#else
	return index == 0 ? regs->orig_x0 : index == 1 ? regs->regs[1] : regs->regs[2];
#endif
}

static __always_inline struct file *file_of(struct task_struct *task, __u32 descriptor)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	if (descriptor >= BPF_CORE_READ(table, max_fds))
		return 0;
	struct file **slots = BPF_CORE_READ(table, fd);
	struct file *file = 0;
	bpf_probe_read_kernel(&file, sizeof(file), &slots[descriptor]);
	return file;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_syscall_exit, struct pt_regs *regs, long result)
{
	__u64 number = call_number(regs);
	if (result < 0 || number >= CALLS)
		return 0;
	/* says again what is known, where the verifier sees it */
	hide(number);
	number &= CALLS - 1;
	if (!(settings.wanted_calls[number / 8] & (1 << number % 8)))
		return 0;
	bpf_tail_call(ctx, &calls, is_compat() ? number + CALLS : number);
	return 0;
}
