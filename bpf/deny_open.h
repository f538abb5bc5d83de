/* Files that may not be opened in a scope, by name: seen when the call returns, so that the name is the kernel's own and no link
 * deceives; the process ends before it can read or write a byte. A file that the call made is left behind, empty. */
#pragma once

/* What a name in its directories is refused, for reading and writing. */
static __always_inline __u32 denied_as(__u32 slot, __u32 name, __u32 above, __u32 over)
{
	return denied_of(slot, YAGURA_DENIED_FILE, name, 0) | denied_of(slot, YAGURA_DENIED_FILE, name, above) |
	       denied_of(slot, YAGURA_DENIED_DIRECTORY, above, 0) | denied_of(slot, YAGURA_DENIED_DIRECTORY, above, over);
}

static __noinline __u32 denied_at(struct dentry *dentry, __u32 slot)
{
	struct dentry *directory = BPF_CORE_READ(dentry, d_parent);
	return denied_as(slot, hash_of(dentry), hash_of(directory), hash_of(BPF_CORE_READ(directory, d_parent)));
}

#define SECOND_NAMES 8

/* A second name of a file (a hard link) is no way round: the names that the kernel knows it by are all looked at. */
static __always_inline __u32 denied_by_any_name(struct inode *inode, __u32 slot)
{
	__u32 denied = 0;
	if (BPF_CORE_READ(inode, i_nlink) < 2 || !bpf_core_field_exists(struct dentry, d_u))
		return 0;
	struct hlist_node *node = BPF_CORE_READ(inode, i_dentry.first);
	for (int i = 0; i < SECOND_NAMES && node; i++) {
		denied |= denied_at((void *)node - bpf_core_field_offset(struct dentry, d_u), slot);
		node = BPF_CORE_READ(node, next);
	}
	return denied;
}

/* Programs of the image that are there to do this: su reads shadow, passwd puts a new one in its place. */
static __always_inline bool is_excepted(struct task_struct *task, __u32 slot, __u32 kind, __u32 access)
{
	struct file *program = BPF_CORE_READ(task, mm, exe_file);
	__u32 lies = layer_of(task, BPF_CORE_READ(program, f_inode), BPF_CORE_READ(program, f_path.mnt));
	__u32 runs = hash_of(BPF_CORE_READ(program, f_path.dentry));
	return lies == YAGURA_LAYER_IMAGE && (denied_of(slot, kind, runs, 0) & access);
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
	__u32 slot = say->slot;
	__u32 denied = denied_at(dentry, slot) | denied_by_any_name(BPF_CORE_READ(file, f_inode), slot);
	__u32 runs = hash_of(BPF_CORE_READ(task, mm, exe_file, f_path.dentry));
	if (access == YAGURA_DENIED_READ && (say->flags & YAGURA_VERDICTS_SCRIPTS) && is_denied_script(task, say, file, runs))
		denied = access;
	else if ((denied & access) && is_excepted(task, slot, YAGURA_DENIED_EXCEPT, access))
		return 0;
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
