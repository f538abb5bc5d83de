/* What is wanted of whom. User space says it for control groups that it knows; a process in mount points of its own is
 * taken for a container until then, and so is whatever came out of one, wherever it went. */
#pragma once

#define BIT(type) (1ULL << (type))
/* of containers, opens for reading are wanted too: a bit that is no type */
#define WANTS_READS (1ULL << 63)

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct yagura_scope_key);
	__type(value, struct yagura_scope);
} scopes SEC(".maps");

/* Processes that came out of a container. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, __u64);
} lineages SEC(".maps");

static __always_inline bool is_host_mounts(__u32 namespace)
{
	return namespace == 0 || namespace == settings.host_mount_namespace ||
	       namespace == settings.other_host_mount_namespace;
}

static __always_inline __u32 mount_namespace_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
}

static __always_inline struct yagura_scope *scope_of(struct groups groups)
{
	struct yagura_scope_key key = { .id = groups.id };
	struct yagura_scope *scope = bpf_map_lookup_elem(&scopes, &key);
	if (scope || groups.v1_id == 0)
		return scope;
	key.id = groups.v1_id;
	key.hierarchy = YAGURA_HIERARCHY_V1_PIDS;
	return bpf_map_lookup_elem(&scopes, &key);
}

/* Bits of the record types that are wanted of the process that runs. */
static __always_inline __u64 types_wanted(void)
{
	struct yagura_scope *scope = scope_of(groups_now());
	__u64 types = scope				    ? scope->types :
		      is_host_mounts(mount_namespace_now()) ? settings.host_types :
							      settings.container_types;
	if (types == settings.host_types) {
		__u32 pid = bpf_get_current_pid_tgid() >> 32;
		if (bpf_map_lookup_elem(&lineages, &pid))
			return settings.container_types;
	}
	return types;
}

static __always_inline bool wants(__u8 type)
{
	return (types_wanted() & BIT(type)) != 0;
}

/* What was told once is not told again for a while. */
struct told {
	__u64 scope;
	__u64 object;
	__u64 subject;
	__u32 detail;
	__u32 kind;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct told);
	__type(value, __u64);
} told SEC(".maps");

static __always_inline bool was_told(struct told *what)
{
	if (settings.repeat_ns == 0)
		return 0;
	__u64 now = bpf_ktime_get_boot_ns();
	__u64 *at = bpf_map_lookup_elem(&told, what);
	if (at && now - *at < settings.repeat_ns)
		return 1;
	bpf_map_update_elem(&told, what, &now, BPF_ANY);
	return 0;
}
