/* What goes through sockets: the first bytes of a TCP connection, marks on the way, the sum at its end; the question of a
 * DNS query; peers of datagrams. The hooks see every send, and every receive of TCP, whatever call made it, and only of
 * sockets, so that reads and writes of files cost nothing. State lies in the socket's own storage (Linux 5.11) and goes with it. */
#pragma once

#define FIRST_BYTES 96
#define QUERY_BYTES 320
#define DNS_PORT 53
#define IPPROTO_UDP 17
#define TCP_CLOSE 7
#define TCP_LISTEN 10
#define BPF_SK_STORAGE_GET_F_CREATE 1
#define FIRST_MARK (64 * 1024)
#define FIRST_DATAGRAM_MARK 1000

/* Who used the socket first: at its end nobody runs. */
struct flow {
	struct yagura_header owner;
	__u64 next_mark;
	__u64 sent_bytes;
	__u64 datagrams;
	__u32 is_wanted;
	__u16 said_sent;
	__u16 said_received;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct flow);
} flows SEC(".maps");

/* struct user_msghdr and struct iovec of a 64-bit program */
struct given_vector {
	__u64 base;
	__u64 size;
};
struct given_message {
	__u64 name;
	__u64 name_size;
	__u64 vector;
	__u64 count;
};

struct given {
	/* where the program's bytes are, and the peer's address if it gave one */
	__u64 bytes;
	__u64 peer;
};

/* The buffer of the call that is running: numbers of x64, arm64 in the other branch. */
static __always_inline bool find_given(struct given *given)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	if (!regs || is_compat())
		return 0;
	__u32 number = call_number(regs);
	given->peer = 0;
#if defined(__TARGET_ARCH_x86)
	bool is_plain = number == 0 || number == 1;
	bool is_vector = number == 19 || number == 20;
	bool is_addressed = number == 44 || number == 45;
	bool is_message = number == 46 || number == 47 || number == 307 || number == 299;
#else
	bool is_plain = number == 63 || number == 64;
	bool is_vector = number == 65 || number == 66;
	bool is_addressed = number == 206 || number == 207;
	bool is_message = number == 211 || number == 212 || number == 269 || number == 243;
#endif
	if (is_plain || is_addressed) {
		given->bytes = call_argument(regs, 1);
		if (is_addressed)
			given->peer = call_argument(regs, 4);
		return 1;
	}
	struct given_vector vector = {};
	if (is_vector) {
		bpf_probe_read_user(&vector, sizeof(vector), (void *)call_argument(regs, 1));
	} else if (is_message) {
		struct given_message message = {};
		if (bpf_probe_read_user(&message, sizeof(message), (void *)call_argument(regs, 1)) != 0)
			return 0;
		given->peer = message.name;
		bpf_probe_read_user(&vector, sizeof(vector), (void *)message.vector);
	}
	given->bytes = vector.base;
	return vector.base != 0;
}

static __always_inline struct flow *flow_of(struct sock *sk)
{
	struct flow *flow = bpf_sk_storage_get(&flows, sk, 0, 0);
	if (flow)
		return flow;
	flow = bpf_sk_storage_get(&flows, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!flow)
		return 0;
	fill_header(&flow->owner, YAGURA_TYPE_TRAFFIC);
	flow->is_wanted = wants(YAGURA_TYPE_TRAFFIC);
	flow->next_mark = FIRST_MARK;
	return flow;
}

/* Of a socket that the tracepoint gave: every send and receive passes here. */
static __always_inline bool is_inet(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;
	return family == AF_INET || family == AF_INET6;
}

static __always_inline void fill_traffic(struct yagura_traffic *record, const struct sock *sk, struct flow *flow)
{
	fill_socket((void *)record, sk);
	if (record->protocol == IPPROTO_TCP) {
		record->sent_bytes = BPF_CORE_READ((struct tcp_sock *)sk, bytes_sent);
		record->received_bytes = BPF_CORE_READ((struct tcp_sock *)sk, bytes_received);
	} else {
		record->sent_bytes = flow->sent_bytes;
	}
}

/* Each mark is sixteen times the one before. */
static __always_inline void pass_mark(struct sock *sk, struct flow *flow, __u64 now)
{
	if (now < flow->next_mark)
		return;
	__u64 mark = flow->next_mark;
	for (int i = 0; i < 8 && now >= mark; i++)
		mark *= 16;
	flow->next_mark = mark;
	struct yagura_traffic record = {};
	fill_header(&record.header, YAGURA_TYPE_TRAFFIC);
	fill_traffic(&record, sk, flow);
	submit(YAGURA_RING_BULK, &record.header, sizeof(record));
}

static __always_inline void say_first_bytes(struct sock *sk, struct given *given, int size, bool sent)
{
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return;
	struct yagura_protocol *record = (void *)room->bytes;
	__builtin_memset(record, 0, sizeof(*record));
	__u64 kept = size;
	hide(kept);
	if (kept > FIRST_BYTES)
		kept = FIRST_BYTES;
	if (bpf_probe_read_user(&room->bytes[sizeof(*record)], kept, (void *)given->bytes) != 0)
		return;
	fill_socket((void *)record, sk);
	fill_header(&record->header, YAGURA_TYPE_PROTOCOL);
	record->size = kept;
	record->sent = sent;
	submit(YAGURA_RING_SECURITY, &record->header, sizeof(*record) + kept);
}

/* A connection that is older than the sensor says its beginning no more. */
static __always_inline void say_beginning(struct sock *sk, bool is_older, int size, bool sent)
{
	struct given given = {};
	if (!is_older && find_given(&given))
		say_first_bytes(sk, &given, size, sent);
}

static __always_inline void tcp_sent(struct sock *sk, int size)
{
	struct flow *flow = flow_of(sk);
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	if (!flow || !flow->is_wanted || !tcp)
		return;
	if (!flow->said_sent) {
		flow->said_sent = 1;
		/* what is still queued counts as said: bytes_sent are those that left */
		say_beginning(sk, tcp->bytes_sent > (__u64)size, size, 1);
	}
	pass_mark(sk, flow, tcp->bytes_sent + tcp->bytes_received);
}

/* Behind each piece that was copied to the program; copied_seq has just moved over it. */
static __always_inline void tcp_received(struct sock *sk)
{
	struct flow *flow = flow_of(sk);
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	if (!flow || !flow->is_wanted || !tcp)
		return;
	if (!flow->said_received) {
		__u32 taken = tcp->copied_seq - (tcp->rcv_nxt - (__u32)tcp->bytes_received);
		/* a look without taking */
		if (taken == 0)
			return;
		flow->said_received = 1;
		say_beginning(sk, taken > FIRST_MARK, taken, 0);
	}
	pass_mark(sk, flow, tcp->bytes_sent + tcp->bytes_received);
}

/* The peer of a datagram that was sent without connect is told once. */
static __always_inline void datagram_peer(struct sock *sk, struct given *given)
{
	struct yagura_connect record = {};
	if (!fill_socket(&record, sk) || !take_given_peer(&record, given->peer) || record.remote_port == 0)
		return;
	__u64 *address = (void *)record.remote_address;
	struct told once = { .scope = (__u64)sk, .object = address[0] ^ address[1], .detail = record.remote_port,
			     .kind = YAGURA_TYPE_CONNECT };
	if (was_told(&once))
		return;
	fill_header(&record.header, YAGURA_TYPE_CONNECT);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}

static __always_inline void say_query(struct sock *sk, struct given *given, int size)
{
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return;
	struct yagura_dns *record = (void *)room->bytes;
	__builtin_memset(record, 0, sizeof(*record));
	fill_socket((void *)record, sk);
	if (given->peer)
		take_given_peer((void *)record, given->peer);
	if (record->remote_port != DNS_PORT)
		return;
	__u64 kept = size;
	hide(kept);
	if (kept > QUERY_BYTES)
		kept = QUERY_BYTES;
	if (bpf_probe_read_user(&room->bytes[sizeof(*record)], kept, (void *)given->bytes) != 0)
		return;
	fill_header(&record->header, YAGURA_TYPE_DNS);
	record->size = kept;
	submit(YAGURA_RING_SECURITY, &record->header, sizeof(*record) + kept);
}

static __always_inline void datagram_sent(struct sock *sk, int size)
{
	struct flow *flow = flow_of(sk);
	if (!flow || !flow->is_wanted)
		return;
	flow->sent_bytes += size;
	flow->datagrams++;
	/* a flood is a matter of datagrams as much as of bytes */
	__u64 weight = flow->datagrams * (FIRST_MARK / FIRST_DATAGRAM_MARK);
	pass_mark(sk, flow, weight > flow->sent_bytes ? weight : flow->sent_bytes);
	struct given given = {};
	/* the first hundred of a socket are looked at one by one */
	if (flow->datagrams > 100 && flow->datagrams % 64 != 0)
		return;
	if (!find_given(&given))
		return;
	if (given.peer)
		datagram_peer(sk, &given);
	say_query(sk, &given, size);
}

/* EPERM: by a verdict, if the scope has one. */
static __always_inline void datagram_refused(struct sock *sk)
{
	struct given given = {};
	struct yagura_connect record = {};
	if (fill_socket(&record, sk) && find_given(&given) && given.peer && take_given_peer(&record, given.peer))
		tell_denied_peer((void *)bpf_get_current_task(), &record);
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_sent, struct sock *sk, int size, int flags)
{
	if ((size <= 0 && size != -1) || !is_inet(sk))
		return 0;
	__u16 protocol = sk->sk_protocol;
	if (size == -1) {
		datagram_refused(sk);
		return 0;
	}
	if (protocol == IPPROTO_TCP)
		tcp_sent(sk, size);
	else if (protocol == IPPROTO_UDP)
		datagram_sent(sk, size);
	return 0;
}

/* Not sock_recv_length: that one is passed by every receive of every kind of socket, empty ones too. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(on_received, struct sock *sk)
{
	if (is_inet(sk))
		tcp_received(sk);
	return 0;
}

/* Often in an interrupt, on behalf of nobody: who it was is in the socket's storage. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_flow_ended, const struct sock *sk, int old_state, int new_state)
{
	if (new_state != TCP_CLOSE || old_state == TCP_LISTEN)
		return 0;
	struct flow *flow = bpf_sk_storage_get(&flows, (void *)sk, 0, 0);
	if (!flow || !flow->is_wanted)
		return 0;
	struct yagura_traffic record = {};
	record.header = flow->owner;
	fill_traffic(&record, sk, flow);
	record.ended = 1;
	record.header.time_ns = bpf_ktime_get_boot_ns();
	record.header.cpu = bpf_get_smp_processor_id();
	submit_in(YAGURA_SLOT_INTERRUPT, YAGURA_RING_BULK, &record.header, sizeof(record));
	return 0;
}
