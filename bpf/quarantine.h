/* Every packet of a contained scope is dropped, of connections that stand too. Loopback is let through. */
#pragma once

struct bpf_sock;
struct __sk_buff {
	__u32 to_family[23];
	__u32 remote_ip4;
	__u32 local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port;
	__u32 local_port;
	__u32 data_meta;
	__u64 flow_keys __attribute__((aligned(8)));
	__u64 tstamp;
	__u32 wire_len;
	__u32 gso_segs;
	union {
		struct bpf_sock *sk;
		__u64 sk_bits;
	} __attribute__((aligned(8)));
};

static __always_inline bool is_loopback(struct __sk_buff *packet)
{
	__u8 head[40] = {};
	if (bpf_skb_load_bytes(packet, 0, head, 20) != 0)
		return 0;
	if (head[0] >> 4 == 4)
		return head[12] == LOOPBACK_NET || head[16] == LOOPBACK_NET;
	if (bpf_skb_load_bytes(packet, 0, head, 40) != 0)
		return 0;
	__u64 *address = (void *)(head + 24);
	return address[0] == 0 && address[1] == __builtin_bswap64(1);
}

/* The socket's cgroup2 group or one above it; for v1, the group of who used the socket first. */
static __always_inline struct yagura_verdicts *verdicts_of_packet(struct __sk_buff *packet)
{
	struct yagura_scope_key key = {};
	for (int level = GROUP_LEVELS; level >= 1; level--) {
		key.id = bpf_skb_ancestor_cgroup_id(packet, level);
		if (key.id == 0)
			continue;
		struct yagura_verdicts *found = bpf_map_lookup_elem(&verdicts, &key);
		if (found)
			return found;
	}
	struct bpf_sock *sk = packet->sk;
	if (!sk)
		return 0;
	sk = bpf_sk_fullsock(sk);
	if (!sk)
		return 0;
	struct flow *flow = bpf_sk_storage_get(&flows, sk, 0, 0);
	if (!flow)
		return 0;
	key.id = flow->owner.cgroup_v1_id;
	key.hierarchy = YAGURA_HIERARCHY_V1_PIDS;
	return bpf_map_lookup_elem(&verdicts, &key);
}

static __always_inline int judge_packet(struct __sk_buff *packet)
{
	struct yagura_verdicts *say = verdicts_of_packet(packet);
	if (!say || !(say->flags & YAGURA_VERDICTS_QUARANTINE) || is_over(say) || is_loopback(packet))
		return 1;
	__sync_fetch_and_add(&say->dropped_packets, 1);
	return 0;
}

SEC("cgroup_skb/egress")
int drop_egress(struct __sk_buff *packet)
{
	return judge_packet(packet);
}

SEC("cgroup_skb/ingress")
int drop_ingress(struct __sk_buff *packet)
{
	return judge_packet(packet);
}
