/* Files that may not be opened in a scope are not renamed, replaced, linked, removed or changed by name either. The caller ends at the
 * entrance of the call. That comes before what has to copy the file first, which is how an overlay changes a file of the image: it
 * then stays as it was. What changes only names (a rename over it, a removal) the kernel still does: there the verdict ends the
 * program, and does not undo. The names are the caller's: links in the directories above are not followed. Linux 5.17 (bpf_loop). */
#pragma once

/* Hashes of the last three parts of a name, as it is read from its beginning. */
struct name_parts {
	struct scratch *room;
	__u32 start;
	__u32 hash;
	__u32 size;
	__u32 dots;
	__u32 last;
	__u32 above;
	__u32 over;
	__u32 count;
};

static __always_inline void end_part(struct name_parts *parts)
{
	if (parts->size == 2 && parts->dots == 2) {
		parts->last = parts->above;
		parts->above = parts->over;
		parts->over = 0;
		if (parts->count)
			parts->count--;
	} else if (parts->size && !(parts->size == 1 && parts->dots == 1)) {
		parts->over = parts->above;
		parts->above = parts->last;
		parts->last = parts->hash;
		parts->count++;
	}
	parts->hash = 2166136261u;
	parts->size = 0;
	parts->dots = 0;
}

static long read_letter(__u32 index, struct name_parts *parts)
{
	__u8 letter = parts->room->bytes[(parts->start + index) & (SCRATCH_BYTES - 1)];
	if (letter == 0)
		return 1;
	if (letter == '/') {
		end_part(parts);
		return 0;
	}
	if (parts->size < NAME_WINDOW - 1)
		parts->hash = (parts->hash ^ letter) * 16777619u;
	parts->size++;
	parts->dots += letter == '.';
	return 0;
}

/* What the name is refused; it is left at the end of the record, with the directory that it is relative to behind it. */
static __always_inline __u32 judge_name(struct scratch *room, struct task_struct *task, __u32 slot, __u64 name, bool given,
					int descriptor)
{
	struct yagura_verdict *record = (void *)room->bytes;
	room->offset = sizeof(*record);
	record->number = append_given(room, name);
	__u8 flags = 0;
	record->path_size = append_directory(room, task, name, given, descriptor, &flags);
	record->header.flags = flags;
	struct name_parts parts = { .room = room, .start = sizeof(*record), .hash = 2166136261u };
	bpf_loop(GIVEN_NAME_MAX, read_letter, &parts, 0);
	end_part(&parts);
	if (parts.count < 3 && room->bytes[sizeof(*record)] != '/') {
		struct dentry *base = given && descriptor != AT_FDCWD ?
					      BPF_CORE_READ(file_of(task, descriptor), f_path.dentry) :
					      BPF_CORE_READ(task, fs, pwd.dentry);
		__u32 near = hash_of(base);
		if (parts.count == 0) {
			parts.last = near;
			parts.above = hash_of(BPF_CORE_READ(base, d_parent));
		} else if (parts.count == 1) {
			parts.above = near;
			parts.over = hash_of(BPF_CORE_READ(base, d_parent));
		} else {
			parts.over = near;
		}
	}
	return denied_as(slot, parts.last, parts.above, parts.over);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(deny_name, struct pt_regs *regs, long number)
{
	struct yagura_control *now = control_now();
	if (!now || now->verdict_scopes == 0 || call_number(regs) >= CALLS)
		return 0;
	struct yagura_shape *shape = shape_of(regs);
	if (!shape || shape->name == YAGURA_ARGUMENT_NONE)
		return 0;
	__u32 type = shape->type;
	if (type != YAGURA_TYPE_RENAME && type != YAGURA_TYPE_LINK && type != YAGURA_TYPE_UNLINK && type != YAGURA_TYPE_CHMOD &&
	    type != YAGURA_TYPE_CHOWN && !(type == YAGURA_TYPE_CALL && (shape->flags & YAGURA_SHAPE_PATH)))
		return 0;
	struct yagura_scope_key scope = {};
	struct task_struct *task = (void *)bpf_get_current_task();
	struct yagura_verdicts *say = verdicts_of(task, &scope);
	struct scratch *room = scratch_of_cpu();
	if (!say || !room || !(say->flags & YAGURA_VERDICTS_OPENS))
		return 0;
	struct yagura_verdict *record = (void *)room->bytes;
	start_verdict(record, &scope, YAGURA_VERDICT_DENY_OPEN);
	/* a second name is as good as reading; what a symbolic link says is only text */
	__u32 access = YAGURA_DENIED_WRITE;
	if (type == YAGURA_TYPE_RENAME || type == YAGURA_TYPE_LINK)
		access |= YAGURA_DENIED_READ;
	__u32 denied = 0;
	if (!(shape->flags & YAGURA_SHAPE_SYMBOLIC)) {
		bool given = shape->directory != YAGURA_ARGUMENT_NONE;
		denied = access & judge_name(room, task, say->slot, call_argument(regs, shape->name), given,
					     given ? call_argument(regs, shape->directory) : 0);
	}
	if (!denied && shape->new_name != YAGURA_ARGUMENT_NONE) {
		bool given = shape->new_directory != YAGURA_ARGUMENT_NONE;
		denied = YAGURA_DENIED_WRITE & judge_name(room, task, say->slot, call_argument(regs, shape->new_name), given,
							  given ? call_argument(regs, shape->new_directory) : 0);
	}
	if (!denied || is_excepted(task, say->slot, YAGURA_DENIED_EXCEPT, denied))
		return 0;
	bpf_send_signal(SIGKILL);
	__sync_fetch_and_add(&say->kills, 1);
	submit(YAGURA_RING_SECURITY, &record->header, record_size(room));
	return 0;
}
