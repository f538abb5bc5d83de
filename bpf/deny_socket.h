/* Unix sockets that a scope may not connect to: judged when the connect returns, by the peer that the kernel found, so that no
 * mount, link or other name deceives. The process ends before it sends a byte; the other side sees a connection that closes. */
#pragma once

#define IORING_OP_CONNECT 16

/* The descriptor that a connect was about; -1 for every other call. */
static __always_inline int connected_descriptor(struct pt_regs *regs)
{
	__u32 number = call_number(regs);
#if defined(__TARGET_ARCH_x86)
	if (!is_compat())
		return number == 42 ? (int)call_argument(regs, 0) : -1;
	if (number == 362)
		return call_argument(regs, 0);
	/* the oldest way of 32-bit programs: its arguments lie in memory, and are only a hint where to look */
	if (number == 102 && call_argument(regs, 0) == SOCKETCALL_CONNECT) {
		__u32 descriptor = 0;
		if (bpf_probe_read_user(&descriptor, sizeof(descriptor), (void *)call_argument(regs, 1)) == 0)
			return descriptor;
	}
	return -1;
#else
	return number == (is_compat() ? 283 : 203) ? (int)call_argument(regs, 0) : -1;
#endif
}

/* Whole names (of 31 bytes at most), and beginnings up to a slash. */
static __always_inline bool is_denied_abstract(struct yagura_verdicts *say, struct abstract_name *name, __u32 size)
{
	__u32 hash = 2166136261u;
	for (__u32 i = 0; i < ABSTRACT_WINDOW; i++) {
		if (i >= size)
			break;
		hash = (hash ^ (__u8)name->bytes[i]) * 16777619u;
		if (name->bytes[i] == '/' && denied_of(say->slot, YAGURA_DENIED_ABSTRACT_BEGINNING, hash, 0))
			return 1;
	}
	return denied_of(say->slot, YAGURA_DENIED_ABSTRACT, hash, 0);
}

static __always_inline bool is_denied_path(struct yagura_verdicts *say, struct dentry *dentry)
{
	__u32 name = hash_of(dentry);
	__u32 above = hash_of(BPF_CORE_READ(dentry, d_parent));
	if (denied_of(say->slot, YAGURA_DENIED_SOCKET, name, 0) || denied_of(say->slot, YAGURA_DENIED_SOCKET, name, above))
		return 1;
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	struct yagura_denied_file key = { .inode = BPF_CORE_READ(inode, i_ino), .device = BPF_CORE_READ(inode, i_sb, s_dev),
					  .slot = say->slot };
	return bpf_map_lookup_elem(&denied_files, &key) != 0;
}

static __always_inline void judge_unix(struct task_struct *task, struct sock *sk)
{
	struct yagura_scope_key scope = {};
	struct yagura_verdicts *say = verdicts_of(task, &scope);
	if (!say || !(say->flags & YAGURA_VERDICTS_SOCKETS) || BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX)
		return;
	struct unix_sock *peer = (void *)BPF_CORE_READ((struct unix_sock *)sk, peer);
	if (!peer)
		return;
	struct dentry *dentry = BPF_CORE_READ(peer, path.dentry);
	struct abstract_name name = {};
	__u32 size = 0;
	if (dentry) {
		if (!is_denied_path(say, dentry))
			return;
	} else {
		size = read_abstract(&name, peer);
		if (size == 0 || !is_denied_abstract(say, &name, size))
			return;
	}
	bpf_send_signal(SIGKILL);
	__sync_fetch_and_add(&say->denied_connects, 1);
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return;
	struct yagura_verdict *record = (void *)room->bytes;
	start_verdict(record, &scope, YAGURA_VERDICT_DENY_SOCKET);
	record->family = AF_UNIX;
	room->offset = sizeof(*record);
	if (dentry) {
		record->header.flags = append_path(room, task, BPF_CORE_READ(peer, path.mnt), dentry);
	} else {
		record->number = 1;
		__builtin_memcpy(&room->bytes[sizeof(*record)], name.bytes, sizeof(name.bytes));
		room->offset += sizeof(name.bytes);
	}
	record->path_size = room->offset - sizeof(*record);
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(deny_socket, struct pt_regs *regs, long result)
{
	struct yagura_control *now = control_now();
	if (!now || now->verdict_scopes == 0 || result != 0)
		return 0;
	int descriptor = connected_descriptor(regs);
	if (descriptor < 0)
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct sock *sk = socket_behind(task, descriptor);
	if (sk)
		judge_unix(task, sk);
	return 0;
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(deny_socket_ring, void *ring, struct io_kiocb *request, struct io_uring_cqe *completion)
{
	struct yagura_control *now = control_now();
	if (!now || now->verdict_scopes == 0 || !request || BPF_CORE_READ(request, opcode) != IORING_OP_CONNECT)
		return 0;
	struct file *file = BPF_CORE_READ(request, file);
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	if (sk)
		judge_unix((void *)bpf_get_current_task(), sk);
	return 0;
}
