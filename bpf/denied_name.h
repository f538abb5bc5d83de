/* Names of files that a scope may not touch, as hashes, because maps are asked for whole keys. */
#pragma once

#define NAME_WINDOW 32

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024 * 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct yagura_denied_name);
	__type(value, __u32);
} denied_names SEC(".maps");

/* FNV-1a over at most 31 bytes of a name; packages/sensor/src/enforce/denied-names.ts does the same. */
static __always_inline __u32 hash_of(struct dentry *dentry)
{
	unsigned char name[NAME_WINDOW] = {};
	const unsigned char *from = BPF_CORE_READ(dentry, d_name.name);
	bpf_probe_read_kernel_str(name, sizeof(name), from);
	__u32 hash = 2166136261u;
	for (int i = 0; i < NAME_WINDOW - 1; i++) {
		if (name[i] == 0)
			break;
		hash = (hash ^ name[i]) * 16777619u;
	}
	return hash;
}

static __always_inline __u32 denied_of(__u32 slot, __u32 kind, __u32 name, __u32 above)
{
	struct yagura_denied_name key = { .slot = slot, .kind = kind, .name = name, .above = above };
	__u32 *found = bpf_map_lookup_elem(&denied_names, &key);
	return found ? *found : 0;
}
