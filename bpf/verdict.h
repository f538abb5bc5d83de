/* What is refused, of the scopes that user space names and of nobody else: with no scope, every program here ends at its
 * first look at `control`; and none is attached before the first scope asks for it. */
#pragma once

#define SIGKILL 9
#define GROUP_LEVELS 16
#define PEERS 64
#define LOOPBACK_NET 127

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct yagura_scope_key);
	__type(value, struct yagura_verdicts);
} verdicts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct yagura_denied_file);
	__type(value, __u32);
} denied_files SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024 * PEERS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct yagura_peer_key);
	__type(value, struct yagura_peer);
} peers SEC(".maps");

/* User space that has ended lifts nothing. What people decided is over at its time. What a policy wants (LEASED) is over when the
 * rings have not been read for so long: then nobody keeps it. */
#define LEASE_NS (15 * 60 * 1000000000ULL)

static __always_inline bool is_over(struct yagura_verdicts *say)
{
	if (say->expires_ns == 0 && !(say->flags & YAGURA_VERDICTS_LEASED))
		return 0;
	__u64 now_ns = bpf_ktime_get_boot_ns();
	if (now_ns <= say->expires_ns)
		return 0;
	if (!(say->flags & YAGURA_VERDICTS_LEASED))
		return 1;
	struct yagura_control *now = control_now();
	return !now || now_ns > now->polled_ns + LEASE_NS;
}

static __always_inline struct yagura_verdicts *in_force(struct yagura_verdicts *say)
{
	return say && !is_over(say) ? say : 0;
}

static __always_inline struct yagura_verdicts *verdicts_above(struct cgroup *cgroup, struct yagura_scope_key *key)
{
	for (int i = 0; i < GROUP_LEVELS && cgroup; i++) {
		key->id = BPF_CORE_READ(cgroup, kn, id);
		struct yagura_verdicts *found = bpf_map_lookup_elem(&verdicts, key);
		if (found)
			return found;
		cgroup = BPF_CORE_READ(cgroup, self.parent, cgroup);
	}
	return 0;
}

/* The verdicts of the nearest group above the process that has any; `key` then names it. */
static __always_inline struct yagura_verdicts *verdicts_of(struct task_struct *task, struct yagura_scope_key *key)
{
	struct yagura_control *now = control_now();
	if (!now || now->verdict_scopes == 0)
		return 0;
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct yagura_verdicts *found = verdicts_above(BPF_CORE_READ(set, dfl_cgrp), key);
	if (found || !bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		return in_force(found);
	int index = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
	struct cgroup_subsys_state *css = 0;
	bpf_probe_read_kernel(&css, sizeof(css),
			      (void *)set + bpf_core_field_offset(struct css_set, subsys) + index * sizeof(void *));
	struct cgroup *cgroup = BPF_CORE_READ(css, cgroup);
	if (BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
		return 0;
	key->hierarchy = YAGURA_HIERARCHY_V1_PIDS;
	return in_force(verdicts_above(cgroup, key));
}

static __always_inline void start_verdict(struct yagura_verdict *record, struct yagura_scope_key *scope, __u32 kind)
{
	__builtin_memset(record, 0, sizeof(*record));
	fill_header(&record->header, YAGURA_TYPE_VERDICT);
	record->scope = scope->id;
	record->hierarchy = scope->hierarchy;
	record->kind = kind;
}

static __always_inline void tell_program(struct yagura_scope_key *scope, struct task_struct *task, struct file *file)
{
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return;
	struct yagura_verdict *record = (void *)room->bytes;
	start_verdict(record, scope, YAGURA_VERDICT_DENY_EXEC);
	room->offset = sizeof(*record);
	record->header.flags =
		append_path(room, task, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
	record->path_size = room->offset - sizeof(*record);
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
}

/* A program that gives its caller another user, another group or rights that it lacked. `is_given`: they are the task's already. */
static __always_inline bool raises(struct task_struct *task, struct linux_binprm *bprm, bool is_given)
{
	if (!BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec))
		return 0;
	const struct cred *now = BPF_CORE_READ(task, cred);
	const struct cred *then = BPF_CORE_READ(bprm, cred);
	if (is_given)
		return 1;
	kernel_cap_t had = BPF_CORE_READ(now, cap_permitted), has = BPF_CORE_READ(then, cap_permitted);
	return BPF_CORE_READ(now, euid.val) != BPF_CORE_READ(then, euid.val) ||
	       BPF_CORE_READ(now, egid.val) != BPF_CORE_READ(then, egid.val) || (has.val & ~had.val);
}

/* The file is the kernel's own, resolved: no name and no link can deceive. */
static __always_inline void judge_program(struct task_struct *task, struct file *file, bool is_mapping, bool is_raising)
{
	struct yagura_scope_key scope = {};
	struct yagura_verdicts *say = verdicts_of(task, &scope);
	if (!say || (is_mapping && !(say->flags & YAGURA_VERDICTS_MAPPINGS)))
		return;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u32 layer = layer_of(task, inode, BPF_CORE_READ(file, f_path.mnt));
	bool denied = say->layers & (1U << layer);
	/* programs that make code as they run keep it in memory files */
	if (is_mapping && BPF_CORE_READ(inode, i_nlink) == 0)
		denied = 0;
	if (!denied && (say->flags & YAGURA_VERDICTS_FILES)) {
		struct yagura_denied_file key = { .inode = BPF_CORE_READ(inode, i_ino),
						  .device = BPF_CORE_READ(inode, i_sb, s_dev), .slot = say->slot };
		denied = bpf_map_lookup_elem(&denied_files, &key) != 0;
	}
	if (!denied && is_raising && (say->flags & YAGURA_VERDICTS_RAISING))
		denied = layer != YAGURA_LAYER_IMAGE || !denied_of(say->slot, YAGURA_DENIED_RAISING_EXCEPT,
								   hash_of(BPF_CORE_READ(file, f_path.dentry)), 0);
	if (!denied)
		return;
	bpf_send_signal(SIGKILL);
	__sync_fetch_and_add(&say->denied_execs, 1);
	tell_program(&scope, task, file);
}

/* Before the point of no return: the new program runs no instruction. Linux 6.10 and later. */
SEC("tp_btf/sched_prepare_exec")
int BPF_PROG(deny_prepare_exec, struct task_struct *unused, struct linux_binprm *bprm)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	judge_program(task, BPF_CORE_READ(bprm, file), 0, raises(task, bprm, 0));
	return 0;
}

/* After it, but before the return to user space, which is as good. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(deny_process_exec, struct task_struct *unused, int old_pid, struct linux_binprm *bprm)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	judge_program(task, BPF_CORE_READ(bprm, file), 0, raises(task, bprm, 1));
	return 0;
}

/* Code that is mapped: a loader run by hand, a library. The process ends before it returns from the call. */
static __always_inline bool maps_code(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	__u32 wanted = is_compat() ? 192 : 9;
#else
	__u32 wanted = 222;
#endif
	return call_number(regs) == wanted && (call_argument(regs, 2) & PROT_EXEC) &&
	       !(call_argument(regs, 3) & MAP_ANONYMOUS);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(deny_mapping, struct pt_regs *regs, long result)
{
	struct yagura_control *now = control_now();
	if (!now || now->verdict_scopes == 0 || (result < 0 && result >= -4095) || !maps_code(regs))
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file *file = file_of(task, call_argument(regs, 4));
	if (file)
		judge_program(task, file, 1, 0);
	return 0;
}

/* Calls whose caller is killed, and scopes that end: at the entrance of a call. */
SEC("tp_btf/sys_enter")
int BPF_PROG(kill_call, struct pt_regs *regs, long number)
{
	struct yagura_scope_key scope = {};
	struct task_struct *task = (void *)bpf_get_current_task();
	struct yagura_verdicts *say = verdicts_of(task, &scope);
	if (!say || !(say->flags & (YAGURA_VERDICTS_DOOMED | YAGURA_VERDICTS_CALLS)))
		return 0;
	__u32 kind = YAGURA_VERDICT_DOOMED;
	if (!(say->flags & YAGURA_VERDICTS_DOOMED)) {
		__u64 place = call_number(regs);
		if (place >= CALLS)
			return 0;
		hide(place);
		place &= CALLS - 1;
		__u8 *calls = is_compat() ? say->compat_calls : say->calls;
		if (!(calls[place / 8] & (1 << place % 8)))
			return 0;
		kind = YAGURA_VERDICT_KILL_CALL;
	}
	bpf_send_signal(SIGKILL);
	__sync_fetch_and_add(&say->kills, 1);
	struct yagura_verdict record;
	start_verdict(&record, &scope, kind);
	record.number = call_name(regs);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}

/* include/uapi/linux/bpf.h: what the kernel hands to these programs; no offsets to find */
struct bpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
};

static __always_inline bool matches(struct yagura_peer *peer, __u32 *address, __u32 port)
{
	if (peer->port && peer->port != port)
		return 0;
	__u32 *net = (void *)peer->address;
	__u32 *mask = (void *)peer->mask;
	return ((address[0] ^ net[0]) & mask[0]) == 0 && ((address[1] ^ net[1]) & mask[1]) == 0 &&
	       ((address[2] ^ net[2]) & mask[2]) == 0 && ((address[3] ^ net[3]) & mask[3]) == 0;
}

/* Addresses are compared as IPv6, an IPv4 peer as ::ffff:a.b.c.d, so that neither form is a way round. */
static __always_inline int judge_peer(__u32 *address, __u32 port)
{
	struct yagura_scope_key scope = {};
	struct yagura_verdicts *say = verdicts_of((void *)bpf_get_current_task(), &scope);
	__u32 wanted = YAGURA_VERDICTS_REFUSE_LISTED | YAGURA_VERDICTS_REFUSE_UNLISTED | YAGURA_VERDICTS_QUARANTINE;
	if (!say || !(say->flags & wanted))
		return 1;
	bool is_mapped = address[0] == 0 && address[1] == 0 && address[2] == __builtin_bswap32(0xffff);
	if (is_mapped && (address[3] & 0xff) == LOOPBACK_NET)
		return 1;
	if (address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] == __builtin_bswap32(1))
		return 1;
	bool refused = say->flags & (YAGURA_VERDICTS_REFUSE_UNLISTED | YAGURA_VERDICTS_QUARANTINE);
	if (!(say->flags & YAGURA_VERDICTS_QUARANTINE)) {
		for (__u32 i = 0; i < PEERS; i++) {
			struct yagura_peer_key key = { .slot = say->slot, .index = i };
			struct yagura_peer *peer = bpf_map_lookup_elem(&peers, &key);
			if (!peer)
				break;
			if (matches(peer, address, port)) {
				refused = !refused;
				break;
			}
		}
	}
	if (!refused)
		return 1;
	__sync_fetch_and_add(&say->denied_connects, 1);
	return 0;
}

static __always_inline int judge_v4(struct bpf_sock_addr *ctx)
{
	__u32 address[4] = { 0, 0, __builtin_bswap32(0xffff), ctx->user_ip4 };
	return judge_peer(address, __builtin_bswap16(ctx->user_port));
}

static __always_inline int judge_v6(struct bpf_sock_addr *ctx)
{
	__u32 address[4] = { ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3] };
	return judge_peer(address, __builtin_bswap16(ctx->user_port));
}

SEC("cgroup/connect4")
int deny_connect4(struct bpf_sock_addr *ctx)
{
	return judge_v4(ctx);
}

SEC("cgroup/connect6")
int deny_connect6(struct bpf_sock_addr *ctx)
{
	return judge_v6(ctx);
}

SEC("cgroup/sendmsg4")
int deny_sendmsg4(struct bpf_sock_addr *ctx)
{
	return judge_v4(ctx);
}

SEC("cgroup/sendmsg6")
int deny_sendmsg6(struct bpf_sock_addr *ctx)
{
	return judge_v6(ctx);
}

/* Programs that run with the process told nothing: its connect or send that came back with EPERM is told here. */
static __always_inline void tell_denied_peer(struct task_struct *task, struct yagura_connect *peer)
{
	struct yagura_scope_key scope = {};
	struct yagura_verdicts *say = verdicts_of(task, &scope);
	__u32 wanted = YAGURA_VERDICTS_REFUSE_LISTED | YAGURA_VERDICTS_REFUSE_UNLISTED | YAGURA_VERDICTS_QUARANTINE;
	if (!say || !(say->flags & wanted))
		return;
	struct yagura_verdict record;
	start_verdict(&record, &scope,
		      say->flags & YAGURA_VERDICTS_QUARANTINE ? YAGURA_VERDICT_QUARANTINE : YAGURA_VERDICT_DENY_CONNECT);
	__builtin_memcpy(record.object, peer->remote_address, sizeof(record.object));
	record.number = peer->remote_port;
	record.family = peer->family;
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
}
