/* Rings, loss counters and the room a record with a tail is built in. */
#pragma once

const volatile struct yagura_settings settings = { .layout = YAGURA_LAYOUT };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8388608); /* while an agent restarts, nobody reads */
} security SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4194304);
} bulk SEC(".maps");

/* A record's type decides its ring, so losses by type are losses by ring and class. */
struct counters {
	__u64 sequence[YAGURA_RINGS];
	__u64 lost[YAGURA_TYPES];
	/* by a control group that had used up its share of the bulk ring */
	__u64 cut[YAGURA_TYPES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, YAGURA_SLOTS);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

#define SCRATCH_BYTES 16384
#define NAME_BYTES 256

/* Records with a tail do not fit on the stack. Slack after the mask allows one whole name at the last offset. */
struct scratch {
	__u64 offset;
	__u8 bytes[SCRATCH_BYTES + YAGURA_ARGS_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

static __always_inline struct scratch *scratch_of_cpu(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&scratch, &zero);
}

/* Keeps the compiler from moving or dropping a bound that the verifier must see. */
#define hide(value) asm volatile("" : "+r"(value))

struct group_class {
	__u64 cgroup_id;
	__u64 cgroup_v1_id;
	__u64 type;
};

/* What was lost, by control group and type. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct group_class);
	__type(value, __u64);
} group_losses SEC(".maps");

struct bucket {
	/* nanoseconds saved up; a record costs one second divided by the rate */
	__u64 saved_ns;
	__u64 at_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct group_class);
	__type(value, struct bucket);
} buckets SEC(".maps");

static __always_inline void count_group_loss(struct yagura_header *header)
{
	struct group_class key = { header->cgroup_id, header->cgroup_v1_id, header->type };
	__u64 *count = bpf_map_lookup_elem(&group_losses, &key);
	if (count) {
		__sync_fetch_and_add(count, 1);
		return;
	}
	__u64 one = 1;
	bpf_map_update_elem(&group_losses, &key, &one, BPF_ANY);
}

/* A flood in one control group must not push the records of the others out of the bulk ring. */
static __always_inline bool may_spend(struct yagura_header *header)
{
	if (settings.bulk_per_second == 0)
		return 1;
	struct group_class key = { header->cgroup_id, header->cgroup_v1_id, 0 };
	__u64 price = 1000000000ULL / settings.bulk_per_second;
	__u64 most = price * settings.bulk_burst;
	struct bucket *known = bpf_map_lookup_elem(&buckets, &key);
	if (!known) {
		struct bucket fresh = { most - price, header->time_ns };
		bpf_map_update_elem(&buckets, &key, &fresh, BPF_ANY);
		return 1;
	}
	__u64 saved = known->saved_ns;
	if (header->time_ns > known->at_ns)
		saved += header->time_ns - known->at_ns;
	if (saved > most)
		saved = most;
	known->at_ns = header->time_ns;
	known->saved_ns = saved < price ? saved : saved - price;
	return saved >= price;
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct yagura_control);
} control SEC(".maps");

static __always_inline struct yagura_control *control_now(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&control, &zero);
}

/* What user space has told of the losses, for the next sensor that goes on with these rings. */
struct reported {
	__u64 lost[YAGURA_TYPES];
	__u64 cut[YAGURA_TYPES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct reported);
} reported SEC(".maps");

/* Tracepoints run with preemption off, and only programs that say so (SLOT_INTERRUPT) run in interrupts, so plain counters are
 * safe. Programs that can be preempted (SLOT_PREEMPTIBLE) cannot count: the time is their number, and a hole proves nothing.
 * User space polls: waking it for every record would cost more than the record. */
static __always_inline void submit_in(__u32 slot, int ring, struct yagura_header *header, __u64 size)
{
	struct counters *counter = bpf_map_lookup_elem(&counters, &slot);
	struct yagura_control *now = control_now();
	if (!counter || !now || now->generation != settings.generation)
		return;
	if (ring == YAGURA_RING_BULK && !may_spend(header)) {
		counter->cut[header->type & (YAGURA_TYPES - 1)]++;
		count_group_loss(header);
		return;
	}
	if (slot == YAGURA_SLOT_INTERRUPT)
		header->cpu |= YAGURA_CPU_INTERRUPT;
	if (slot == YAGURA_SLOT_PREEMPTIBLE) {
		header->cpu |= YAGURA_CPU_PREEMPTIBLE;
		header->sequence = header->time_ns;
	} else {
		header->sequence = counter->sequence[ring]++;
	}
	void *map = ring == YAGURA_RING_SECURITY ? (void *)&security : (void *)&bulk;
	if (bpf_ringbuf_output(map, header, size, BPF_RB_NO_WAKEUP) != 0) {
		counter->lost[header->type & (YAGURA_TYPES - 1)]++;
		count_group_loss(header);
	}
}

static __always_inline void submit(int ring, struct yagura_header *header, __u64 size)
{
	submit_in(YAGURA_SLOT_PLAIN, ring, header, size);
}
