/* Pairs of calls that a program of an image has not made before, and patterns of calls. A program that is attached only
 * while user space asks for it, because it looks at every call. Its state lies with the thread (Linux 5.11). */
#pragma once

#define BPF_LOCAL_STORAGE_GET_F_CREATE 1
#define SEQUENCE_SLOTS 2048
#define SET_BYTES (YAGURA_CALL_CLASSES * YAGURA_CALL_CLASSES / 8)
#define NEW_PAIR 20
#define NEW_CALL 40
#define LOOK_AGAIN 256
#define LOOK_AGAIN_HOST 4096
#define CHURN 128

struct call_set {
	__u8 bits[SET_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SEQUENCE_SLOTS);
	__type(key, __u32);
	__type(value, struct call_set);
} call_sets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct yagura_program_key);
	__type(value, struct yagura_program);
} programs SEC(".maps");

struct thread {
	__u32 look_in;
	__u32 slot;
	__u8 has_slot;
	__u8 is_learning;
	__u8 is_watched;
	__u8 previous;
	__u16 score;
	/* automata */
	__u8 socket_stdio;
	__u8 pipe_stdio;
	__u8 relay;
	__u8 memory;
	__u8 splice;
	__u8 namespaces;
	__u8 trace;
	__u8 handles;
	__u16 removed;
	__u16 written;
	__u64 told[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

static __always_inline void tell_sequence(struct thread *thread, __u16 call, __u16 automaton)
{
	struct yagura_sequence record = { .previous = thread->previous, .call = call, .automaton = automaton,
					  .score = thread->score };
	fill_header(&record.header, YAGURA_TYPE_SEQUENCE);
	submit(YAGURA_RING_BULK, &record.header, sizeof(record));
}

static __always_inline void find_program(struct thread *thread, struct task_struct *task)
{
	struct yagura_scope *scope = scope_of(groups_now());
	thread->is_watched = wants(YAGURA_TYPE_SEQUENCE);
	thread->look_in = thread->is_watched ? LOOK_AGAIN : LOOK_AGAIN_HOST;
	thread->has_slot = 0;
	if (!scope || !scope->image)
		return;
	struct inode *exe = BPF_CORE_READ(task, mm, exe_file, f_inode);
	struct yagura_program_key key = { .inode = BPF_CORE_READ(exe, i_ino), .device = BPF_CORE_READ(exe, i_sb, s_dev),
					  .image = scope->image };
	struct yagura_program *known = bpf_map_lookup_elem(&programs, &key);
	if (!known)
		return;
	thread->slot = known->slot;
	thread->is_learning = known->is_learning != 0;
	thread->has_slot = 1;
}

static __always_inline void look_at_pair(struct thread *thread, __u32 class)
{
	__u32 slot = thread->slot;
	struct call_set *set = bpf_map_lookup_elem(&call_sets, &slot);
	if (!set)
		return;
	__u64 pair = (__u64)(thread->previous & (YAGURA_CALL_CLASSES - 1)) * YAGURA_CALL_CLASSES + class;
	hide(pair);
	pair &= SET_BYTES * 8 - 1;
	__u8 bit = 1 << (pair & 7);
	if (set->bits[pair >> 3] & bit) {
		if (thread->score)
			thread->score--;
		return;
	}
	if (thread->is_learning) {
		set->bits[pair >> 3] |= bit;
		return;
	}
	thread->score += set->bits[((__u64)class * YAGURA_CALL_CLASSES / 8) & (SET_BYTES - 1)] ? NEW_PAIR : NEW_CALL;
	__u32 place = (pair * 2654435761u >> 16) & 255;
	__u64 mark = 1ULL << (place & 63);
	if (thread->told[place >> 6 & 3] & mark)
		return;
	thread->told[place >> 6 & 3] |= mark;
	tell_sequence(thread, class, 0);
}

static __always_inline __u8 kind_of(struct task_struct *task, __u32 descriptor)
{
	struct yagura_descriptor about;
	describe(&about, file_of(task, descriptor));
	return about.kind;
}

/* Requests of ptrace: attach and seize; those that write; those that let it run */
static __always_inline void follow_trace(struct thread *thread, __u32 request)
{
	if (request == 16 || request == 0x4206)
		thread->trace = 1;
	else if (thread->trace && (request == 4 || request == 5 || request == 6 || request == 13 || request == 0x4205))
		thread->trace = 2;
	else if (thread->trace == 2 && (request == 7 || request == 17)) {
		thread->trace = 0;
		tell_sequence(thread, YAGURA_CLASS_PTRACE, YAGURA_AUTOMATON_TRACE_INJECTION);
	}
}

static __always_inline void program_began(struct thread *thread, struct task_struct *task)
{
	if (__builtin_popcount(thread->socket_stdio) >= 2)
		tell_sequence(thread, YAGURA_CLASS_EXECVE, YAGURA_AUTOMATON_REVERSE_SHELL);
	else if (thread->relay == 2 && (thread->pipe_stdio & 3) == 3)
		tell_sequence(thread, YAGURA_CLASS_EXECVE, YAGURA_AUTOMATON_RELAY_SHELL);
	if (thread->memory == 2 && BPF_CORE_READ(task, mm, exe_file, f_inode, i_nlink) == 0)
		tell_sequence(thread, YAGURA_CLASS_EXECVE, YAGURA_AUTOMATON_MEMORY_EXEC);
	thread->socket_stdio = 0;
	thread->pipe_stdio = 0;
	thread->relay = 0;
	thread->memory = 0;
	thread->look_in = 0;
	thread->previous = 0;
}

static __always_inline void count_churn(struct thread *thread)
{
	if (thread->removed != CHURN || thread->written < CHURN)
		return;
	thread->removed++;
	tell_sequence(thread, YAGURA_CLASS_UNLINK, YAGURA_AUTOMATON_MASS_REWRITE);
}

static __always_inline void follow(struct thread *thread, struct task_struct *task, struct pt_regs *regs, __u32 class,
				   long result)
{
	switch (class) {
	case YAGURA_CLASS_DUP:
		if (result > 2)
			return;
		__u8 kind = kind_of(task, result);
		if (kind == YAGURA_DESCRIPTOR_SOCKET)
			thread->socket_stdio |= 1 << result;
		if (kind == YAGURA_DESCRIPTOR_PIPE || kind == YAGURA_DESCRIPTOR_UNIX || kind == YAGURA_DESCRIPTOR_TERMINAL)
			thread->pipe_stdio |= 1 << result;
		return;
	case YAGURA_CLASS_CONNECT:
		if (kind_of(task, call_argument(regs, 0)) == YAGURA_DESCRIPTOR_SOCKET && !thread->relay)
			thread->relay = 1;
		return;
	case YAGURA_CLASS_PIPE:
		if (!thread->splice)
			thread->splice = 1;
		if (thread->relay == 1)
			thread->relay = 2;
		return;
	case YAGURA_CLASS_SOCKETPAIR:
		if (thread->relay == 1)
			thread->relay = 2;
		return;
	case YAGURA_CLASS_SPLICE:
		if (thread->splice == 1)
			thread->splice = 2;
		return;
	case YAGURA_CLASS_WRITE:
		if (thread->written < CHURN)
			thread->written++;
		if (thread->memory == 1)
			thread->memory = 2;
		if (thread->splice == 2 && kind_of(task, call_argument(regs, 0)) == YAGURA_DESCRIPTOR_PIPE) {
			thread->splice = 3;
			tell_sequence(thread, class, YAGURA_AUTOMATON_PIPE_SPLICE_WRITE);
		}
		return;
	case YAGURA_CLASS_MEMFD_CREATE:
		thread->memory = 1;
		return;
	case YAGURA_CLASS_EXECVE:
		program_began(thread, task);
		return;
	case YAGURA_CLASS_UNSHARE:
		if (call_argument(regs, 0) & 0x10000000)
			thread->namespaces = 1;
		return;
	case YAGURA_CLASS_MOUNT:
	case YAGURA_CLASS_BPF:
	case YAGURA_CLASS_KEYCTL:
		if (thread->namespaces == 1) {
			thread->namespaces = 2;
			tell_sequence(thread, class, YAGURA_AUTOMATON_USER_NAMESPACE_ESCALATION);
		}
		return;
	case YAGURA_CLASS_SOCKET:
		if (thread->namespaces == 1 && call_argument(regs, 0) == AF_NETLINK) {
			thread->namespaces = 2;
			tell_sequence(thread, class, YAGURA_AUTOMATON_USER_NAMESPACE_ESCALATION);
		}
		return;
	case YAGURA_CLASS_PTRACE:
		follow_trace(thread, call_argument(regs, 0));
		return;
	case YAGURA_CLASS_OPEN_BY_HANDLE_AT:
		if (++thread->handles == 3)
			tell_sequence(thread, class, YAGURA_AUTOMATON_HANDLE_SWEEP);
		return;
	case YAGURA_CLASS_RENAME:
	case YAGURA_CLASS_UNLINK:
		if (thread->removed < CHURN)
			thread->removed++;
		count_churn(thread);
		return;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sequence, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!thread)
		return 0;
	__u64 number = call_number(regs);
	if (number >= CALLS)
		return 0;
	hide(number);
	number &= CALLS - 1;
	__u32 class = is_compat() ? YAGURA_CLASS_COMPAT : settings.call_classes[number];
	if (thread->look_in == 0 || class == YAGURA_CLASS_EXECVE)
		find_program(thread, (void *)bpf_get_current_task());
	else if (!thread->has_slot)
		thread->look_in--;
	if (!thread->is_watched)
		return 0;
	/* attempts with a handle count although the file is not there; else only what was done */
	if (result >= 0 || result < -4095 || class == YAGURA_CLASS_OPEN_BY_HANDLE_AT)
		follow(thread, (void *)bpf_get_current_task(), regs, class, result);
	if (thread->has_slot)
		look_at_pair(thread, class);
	thread->previous = class;
	return 0;
}

/* A child goes on where its parent was. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sequence_fork, struct task_struct *parent, struct task_struct *child)
{
	struct thread *from = bpf_task_storage_get(&threads, parent, 0, 0);
	if (!from)
		return 0;
	struct thread *to = bpf_task_storage_get(&threads, child, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!to)
		return 0;
	*to = *from;
	to->look_in = 0;
	return 0;
}
