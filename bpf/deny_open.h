/* Files that may not be opened in a scope, by name: seen when the call returns, so that the name is the kernel's own and no link
 * deceives; the process ends before it can read or write a byte. A file that the call made is left behind, empty. */
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

static __always_inline bool opens_file(struct pt_regs *regs)
{
	__u32 number = call_number(regs);
	if (number == 437)
		return 1;
#if defined(__TARGET_ARCH_x86)
	return is_compat() ? number == 5 || number == 8 || number == 295 : number == 2 || number == 85 || number == 257;
#else
	return number == 56;
#endif
}

/* A script is run by its interpreter, which lies where it may: what counts is the file it reads, when that may be run. */
static __always_inline bool is_denied_script(struct task_struct *task, struct yagura_verdicts *say, struct file *file,
					     __u32 program)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u32 mode = BPF_CORE_READ(inode, i_mode);
	/* directories have these bits too, and listing one runs nothing */
	if ((mode & S_IFMT) != S_IFREG || !(mode & 0111) ||
	    !denied_of(say->slot, YAGURA_DENIED_INTERPRETER, program, 0))
		return 0;
	return say->layers & (1U << layer_of(task, inode, BPF_CORE_READ(file, f_path.mnt)));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(deny_open, struct pt_regs *regs, long result)
{
	struct yagura_control *now = control_now();
	if (!now || now->verdict_scopes == 0 || result < 0 || !opens_file(regs))
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct yagura_scope_key scope = {};
	struct yagura_verdicts *say = verdicts_of(task, &scope);
	if (!say || !(say->flags & (YAGURA_VERDICTS_OPENS | YAGURA_VERDICTS_SCRIPTS)))
		return 0;
	struct file *file = file_of(task, result);
	if (!file)
		return 0;
	__u32 access = BPF_CORE_READ(file, f_mode) & FMODE_WRITE ? YAGURA_DENIED_WRITE : YAGURA_DENIED_READ;
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct dentry *directory = BPF_CORE_READ(dentry, d_parent);
	__u32 name = hash_of(dentry);
	__u32 above = hash_of(directory);
	__u32 over = hash_of(BPF_CORE_READ(directory, d_parent));
	__u32 slot = say->slot;
	__u32 denied = denied_of(slot, YAGURA_DENIED_FILE, name, 0) | denied_of(slot, YAGURA_DENIED_FILE, name, above) |
		       denied_of(slot, YAGURA_DENIED_DIRECTORY, above, 0) |
		       denied_of(slot, YAGURA_DENIED_DIRECTORY, above, over);
	struct file *program = BPF_CORE_READ(task, mm, exe_file);
	__u32 runs = hash_of(BPF_CORE_READ(program, f_path.dentry));
	if (access == YAGURA_DENIED_READ && (say->flags & YAGURA_VERDICTS_SCRIPTS) && is_denied_script(task, say, file, runs))
		denied = access;
	else if (denied & access) {
		/* programs of the image that are there to do this: su reads shadow */
		__u32 lies = layer_of(task, BPF_CORE_READ(program, f_inode), BPF_CORE_READ(program, f_path.mnt));
		if (lies == YAGURA_LAYER_IMAGE && (denied_of(slot, YAGURA_DENIED_EXCEPT, runs, 0) & access))
			return 0;
	}
	if (!(denied & access))
		return 0;
	bpf_send_signal(SIGKILL);
	__sync_fetch_and_add(&say->kills, 1);
	struct scratch *room = scratch_of_cpu();
	if (!room)
		return 0;
	struct yagura_verdict *record = (void *)room->bytes;
	start_verdict(record, &scope, YAGURA_VERDICT_DENY_OPEN);
	room->offset = sizeof(*record);
	record->header.flags = append_path(room, task, BPF_CORE_READ(file, f_path.mnt), dentry);
	record->path_size = room->offset - sizeof(*record);
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}
