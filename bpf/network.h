/* Connections: TCP when the kernel starts one, whoever asked for it (connect, fast open, io_uring); others, and accepted
 * ones, when the call returns. */
#pragma once

#define IPPROTO_TCP 6
#define TCP_SYN_SENT 2

static __always_inline bool fill_socket(struct yagura_connect *record, const struct sock *sk)
{
	record->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	record->result = YAGURA_NO_RESULT;
	record->socket_inode = inode_of_socket(BPF_CORE_READ(sk, sk_socket));
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

/* The local port may still be 0: the kernel chooses it after this point. So where on_connect_ready runs, it tells instead. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_connect, const struct sock *sk, int old_state, int new_state)
{
	if (new_state != TCP_SYN_SENT)
		return 0;
	struct yagura_control *now = control_now();
	if (now && now->connects_ready && sk->sk_protocol == IPPROTO_TCP)
		return 0;
	struct yagura_connect record = {};
	if (!fill_socket(&record, sk))
		return 0;
	fill_header(&record.header, YAGURA_TYPE_CONNECT);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}

#define BPF_SOCK_OPS_TCP_CONNECT_CB 2

/* include/uapi/linux/bpf.h: what the kernel hands to these programs; no offsets to find */
struct bpf_sock_ops {
	__u32 op;
	__u32 to_socket[45];
	struct bpf_sock *sk;
};

/* Right before the first packet leaves: both ends of the connection are known, whoever asked for it. */
SEC("sockops")
int on_connect_ready(struct bpf_sock_ops *ctx)
{
	if (ctx->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
		return 1;
	struct bpf_sock *given = ctx->sk;
	if (!given)
		return 1;
	struct sock *sk = (void *)bpf_skc_to_tcp_sock(given);
	struct yagura_connect record = {};
	if (!sk || !fill_socket(&record, sk))
		return 1;
	fill_header_plainly(&record.header, YAGURA_TYPE_CONNECT);
	submit_in(YAGURA_SLOT_PREEMPTIBLE, YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 1;
}

/* The peer that the caller named, for a call that the kernel refused before the socket had one. */
static __always_inline bool take_given_peer(struct yagura_connect *record, __u64 pointer)
{
	struct {
		__u16 family;
		__be16 port;
		__be32 v4;
		__u8 v6[16];
	} given = {};
	/* the smaller of the two kinds is 16 bytes long */
	if (bpf_probe_read_user(&given, sizeof(given), (void *)pointer) != 0 &&
	    bpf_probe_read_user(&given, 16, (void *)pointer) != 0)
		return 0;
	if (given.family != AF_INET && given.family != AF_INET6)
		return 0;
	record->family = given.family;
	record->remote_port = __builtin_bswap16(given.port);
	__builtin_memset(record->remote_address, 0, sizeof(record->remote_address));
	if (given.family == AF_INET)
		__builtin_memcpy(record->remote_address, &given.v4, 4);
	else
		__builtin_memcpy(record->remote_address, given.v6, 16);
	return 1;
}

#define ABSTRACT_WINDOW 31

/* The beginning of the name of a socket that is no file. */
struct abstract_name {
	char bytes[ABSTRACT_WINDOW + 1];
};

/* Bytes of the name, without the zero that it begins with; 0 when it has none. */
static __always_inline __u32 read_abstract(struct abstract_name *name, struct unix_sock *peer)
{
	struct unix_address *address = BPF_CORE_READ(peer, addr);
	int size = BPF_CORE_READ(address, len) - (int)(sizeof(__u16) + 1);
	if (!address || size <= 0)
		return 0;
	/* struct sockaddr_un: the family, then the name */
	void *from = (void *)address + bpf_core_field_offset(struct unix_address, name) + sizeof(__u16);
	char first = 1;
	bpf_probe_read_kernel(&first, sizeof(first), from);
	if (first != 0)
		return 0;
	__u64 kept = size > ABSTRACT_WINDOW ? ABSTRACT_WINDOW : size;
	hide(kept);
	kept &= ABSTRACT_WINDOW;
	bpf_probe_read_kernel(name->bytes, kept, from + 1);
	return kept;
}

/* A unix socket, by the name its owner gave it: the socket of a container runtime is a way out. Told once for a process, as a
 * call. */
static __always_inline void unix_connected(struct task_struct *task, struct sock *sk, __u32 call)
{
	struct unix_sock *peer = (void *)BPF_CORE_READ((struct unix_sock *)sk, peer);
	struct dentry *dentry = BPF_CORE_READ(peer, path.dentry);
	struct scratch *room = scratch_of_cpu();
	if (!peer || !room || !wants(YAGURA_TYPE_CALL))
		return;
	struct abstract_name name = {};
	if (!dentry && read_abstract(&name, peer) == 0)
		return;
	struct told once = { .scope = group_now(), .subject = bpf_get_current_pid_tgid() >> 32, .detail = call,
			     .kind = YAGURA_TYPE_CALL };
	__u64 *letters = (void *)name.bytes;
	once.object = dentry ? BPF_CORE_READ(dentry, d_inode, i_ino) :
			       letters[0] ^ letters[1] * 3 ^ letters[2] * 5 ^ letters[3] * 7;
	if (was_told(&once))
		return;
	struct yagura_call *record = (void *)room->bytes;
	__builtin_memset(record, 0, sizeof(*record));
	fill_header(&record->header, YAGURA_TYPE_CALL);
	record->call = call;
	record->pointers = 0x3f;
	room->offset = sizeof(*record);
	if (dentry) {
		record->base_flags = append_path(room, task, BPF_CORE_READ(peer, path.mnt), dentry);
		record->base_size = room->offset - sizeof(*record);
	} else {
		room->bytes[sizeof(*record)] = '@';
		__builtin_memcpy(&room->bytes[sizeof(*record) + 1], name.bytes, sizeof(name.bytes));
		record->detail_size = sizeof(name.bytes) + 1;
		room->offset += sizeof(name.bytes) + 1;
	}
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
}

/* Datagram sockets that choose a peer; and what was refused before a packet could leave, TCP too. */
static __always_inline void connect_returned(struct task_struct *task, __u32 descriptor, __u64 address, __u32 call, long result)
{
	struct yagura_connect record = {};
	struct sock *sk = socket_behind(task, descriptor);
	if (!sk)
		return;
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_UNIX) {
		if (result == 0)
			unix_connected(task, sk, call);
		return;
	}
	if (!fill_socket(&record, sk))
		return;
	if (result < 0) {
		/* EPERM, EACCES, EADDRNOTAVAIL, ENETUNREACH, EHOSTUNREACH; other failures had an attempt that was seen */
		if (result != -1 && result != -13 && result != -99 && result != -101 && result != -113)
			return;
		if (!take_given_peer(&record, address))
			return;
		if (result == -1)
			tell_denied_peer(task, &record);
	} else if (record.protocol == IPPROTO_TCP) {
		return;
	}
	/* port 0: resolvers ask the routing table this way, no peer is meant */
	if (record.remote_port == 0 && record.protocol != IPPROTO_TCP)
		return;
	record.result = result;
	fill_header(&record.header, YAGURA_TYPE_CONNECT);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_connect_datagram, struct pt_regs *regs, long result)
{
	connect_returned((void *)bpf_get_current_task(), call_argument(regs, 0), call_argument(regs, 1), call_name(regs),
			 result);
	return 0;
}

/* A socket and who holds it: listening (with the call's result), or accepted. */
static __always_inline void tell_socket(struct sock *sk, __u8 type, long result)
{
	struct yagura_connect record = {};
	if (!sk || !fill_socket(&record, sk))
		return;
	if (type == YAGURA_TYPE_LISTEN)
		record.result = result;
	fill_header(&record.header, type);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_listen, struct pt_regs *regs, long result)
{
	tell_socket(socket_behind((void *)bpf_get_current_task(), call_argument(regs, 0)), YAGURA_TYPE_LISTEN, result);
	return 0;
}

#define AF_NETLINK 16
#define SOCK_RAW 3
#define SOCK_KIND 0xf

/* Sockets that are not streams and datagrams over IP, unix, or netlink's routing tables. */
static __always_inline void socket_made(__u32 domain, __u32 kind, __u32 protocol, long result)
{
	kind &= SOCK_KIND;
	if (domain == AF_UNIX || (domain == AF_NETLINK && protocol == 0))
		return;
	if ((domain == AF_INET || domain == AF_INET6) && kind != SOCK_RAW)
		return;
	if (!wants(YAGURA_TYPE_SOCKET))
		return;
	struct yagura_socket record = { .domain = domain, .kind = kind, .protocol = protocol, .result = result };
	fill_header(&record.header, YAGURA_TYPE_SOCKET);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_socket, struct pt_regs *regs, long result)
{
	socket_made(call_argument(regs, 0), call_argument(regs, 1), call_argument(regs, 2), result);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_accept, struct pt_regs *regs, long result)
{
	tell_socket(socket_behind((void *)bpf_get_current_task(), result), YAGURA_TYPE_ACCEPT, result);
	return 0;
}
_Static_assert(sizeof(struct yagura_connect) == sizeof(struct yagura_accept), "one layout for both");

/* include/uapi/linux/net.h */
#define SOCKETCALL_SOCKET 1
#define SOCKETCALL_CONNECT 3
#define SOCKETCALL_LISTEN 4
#define SOCKETCALL_ACCEPT 5
#define SOCKETCALL_ACCEPT4 18

/* The oldest way of 32-bit programs: one call for all of it. Its arguments lie in memory; what they lead to is the kernel's. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_socketcall, struct pt_regs *regs, long result)
{
	__u32 kind = call_argument(regs, 0), given[3] = {};
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 size = kind == SOCKETCALL_LISTEN ? 8 : 12;
	if (bpf_probe_read_user(given, size & 15, (void *)call_argument(regs, 1)) != 0)
		return 0;
	if (kind == SOCKETCALL_SOCKET)
		socket_made(given[0], given[1], given[2], result);
	else if (kind == SOCKETCALL_CONNECT)
		connect_returned(task, given[0], given[1], call_name(regs), result);
	else if (kind == SOCKETCALL_LISTEN && result == 0)
		tell_socket(socket_behind(task, given[0]), YAGURA_TYPE_LISTEN, result);
	else if ((kind == SOCKETCALL_ACCEPT || kind == SOCKETCALL_ACCEPT4) && result >= 0)
		tell_socket(socket_behind(task, result), YAGURA_TYPE_ACCEPT, result);
	return 0;
}
