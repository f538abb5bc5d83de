/* Connections: TCP when the kernel starts one, whoever asked for it (connect, fast open, io_uring); others, and accepted
 * ones, when the call returns. */
#pragma once

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define TCP_SYN_SENT 2
#define S_IFMT 0170000
#define S_IFSOCK 0140000

static __always_inline bool fill_socket(struct yagura_connect *record, const struct sock *sk)
{
	record->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	record->protocol = BPF_CORE_READ(sk, sk_protocol);
	record->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	record->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (record->family == AF_INET) {
		BPF_CORE_READ_INTO((__be32 *)record->local_address, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((__be32 *)record->remote_address, sk, __sk_common.skc_daddr);
		return 1;
	}
	if (record->family == AF_INET6 && bpf_core_field_exists(struct sock_common, skc_v6_daddr)) {
		BPF_CORE_READ_INTO((struct in6_addr *)record->local_address, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)record->remote_address, sk, __sk_common.skc_v6_daddr);
		return 1;
	}
	return 0;
}

static __always_inline struct sock *socket_behind(struct task_struct *task, __u32 descriptor)
{
	struct file *file = file_of(task, descriptor);
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

/* The local port may still be 0: the kernel chooses it after this point. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_connect, const struct sock *sk, int old_state, int new_state)
{
	if (new_state != TCP_SYN_SENT)
		return 0;
	struct yagura_connect record = {};
	if (!fill_socket(&record, sk))
		return 0;
	fill_header(&record.header, YAGURA_TYPE_CONNECT);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_connect_datagram, struct pt_regs *regs, long result)
{
	struct yagura_connect record = {};
	struct task_struct *task = (void *)bpf_get_current_task();
	struct sock *sk = socket_behind(task, call_argument(regs, 0));
	/* port 0: resolvers ask the routing table this way, no peer is meant */
	if (!sk || !fill_socket(&record, sk) || record.protocol == IPPROTO_TCP || record.remote_port == 0)
		return 0;
	fill_header(&record.header, YAGURA_TYPE_CONNECT);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_accept, struct pt_regs *regs, long result)
{
	/* the same layout: a socket and who holds it */
	struct yagura_connect record = {};
	struct task_struct *task = (void *)bpf_get_current_task();
	struct sock *sk = socket_behind(task, result);
	if (!sk || !fill_socket(&record, sk))
		return 0;
	fill_header(&record.header, YAGURA_TYPE_ACCEPT);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}
_Static_assert(sizeof(struct yagura_connect) == sizeof(struct yagura_accept), "one layout for both");
