/* Opens that this CPU saw a moment ago and that led to nothing more to tell: found again by what is at hand, before anything is
 * looked up or resolved. Entries push each other out; what is not found here takes the long way, so nothing is lost by that. */
#pragma once

#define RECENT_OPENS 512
/* Between half a second and five (CONFIG_HZ): much shorter than what was told is remembered, so that what the long way would find
 * out anew is found out soon. */
#define RECENT_JIFFIES 500
#define HEAD_BYTES 112

struct recent {
	__u64 group;
	__u64 inode;
	/* its file system, by address: within a moment and a group that is as good as its number */
	__u64 block;
	__u64 program;
	__u64 at_jiffies;
	__u32 access;
	__u32 pid;
	__u64 any_process;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, RECENT_OPENS);
	__type(key, __u32);
	__type(value, struct recent);
} recents SEC(".maps");

/* Members of an object that was read in one piece, where this kernel has them. */
struct head {
	__u64 words[HEAD_BYTES / 8];
};
#define IN_HEAD(type, member) (bpf_core_field_offset(type, member) + sizeof(((type *)0)->member) <= HEAD_BYTES)
#define FROM_HEAD(head, type, member) \
	(*(typeof(((type *)0)->member) *)((void *)(head) + bpf_core_field_offset(type, member)))

/* What a descriptor leads to, as far as it takes to know it again. */
struct opened {
	struct file *file;
	struct inode *inode;
	__u32 mode;
	__u32 flags;
};

static __always_inline bool read_opened(struct opened *opened, struct file *file)
{
	opened->file = file;
	if (IN_HEAD(struct file, f_inode) && IN_HEAD(struct file, f_mode) && IN_HEAD(struct file, f_flags)) {
		struct head head;
		if (bpf_probe_read_kernel(&head, sizeof(head), file) != 0)
			return 0;
		opened->inode = FROM_HEAD(&head, struct file, f_inode);
		opened->mode = FROM_HEAD(&head, struct file, f_mode);
		opened->flags = FROM_HEAD(&head, struct file, f_flags);
	} else {
		opened->inode = BPF_CORE_READ(file, f_inode);
		opened->mode = BPF_CORE_READ(file, f_mode);
		opened->flags = BPF_CORE_READ(file, f_flags);
	}
	return opened->inode != 0;
}

static __always_inline void recent_open(struct recent *recent, struct inode *inode, __u32 access)
{
	recent->group = group_now();
	recent->program = program_now();
	recent->pid = bpf_get_current_pid_tgid() >> 32;
	recent->access = access;
	recent->any_process = 0;
	recent->at_jiffies = 0;
	if (IN_HEAD(struct inode, i_ino) && IN_HEAD(struct inode, i_sb)) {
		struct head head = {};
		bpf_probe_read_kernel(&head, sizeof(head), inode);
		recent->inode = FROM_HEAD(&head, struct inode, i_ino);
		recent->block = (__u64)FROM_HEAD(&head, struct inode, i_sb);
	} else {
		recent->inode = BPF_CORE_READ(inode, i_ino);
		recent->block = (__u64)BPF_CORE_READ(inode, i_sb);
	}
}

static __always_inline struct recent *recent_slot(struct recent *recent, __u64 subject)
{
	__u64 mixed = (recent->inode ^ subject * 0x9e3779b97f4a7c15ULL ^ (__u64)recent->access << 20 ^ recent->group << 7) *
		      0x9e3779b97f4a7c15ULL;
	__u32 slot = mixed >> 55;
	return bpf_map_lookup_elem(&recents, &slot);
}

static __always_inline bool is_same(struct recent *known, struct recent *asked)
{
	return known && known->inode == asked->inode && known->group == asked->group && known->block == asked->block &&
	       known->access == asked->access && known->program == asked->program &&
	       (known->any_process || known->pid == asked->pid);
}

static __always_inline bool is_recent(struct recent *asked)
{
	struct recent *known = recent_slot(asked, asked->program);
	if (!is_same(known, asked)) {
		known = recent_slot(asked, asked->pid);
		if (!is_same(known, asked))
			return 0;
	}
	return bpf_jiffies64() - known->at_jiffies < RECENT_JIFFIES && settings.repeat_ns != 0;
}

static __always_inline void keep_recent(struct recent *recent)
{
	struct recent *slot = recent_slot(recent, recent->any_process ? recent->program : recent->pid);
	if (!slot)
		return;
	recent->at_jiffies = bpf_jiffies64();
	*slot = *recent;
}
