/* Rings, loss counters and the room a record with a tail is built in. */
#pragma once

const volatile struct yagura_settings settings = { .layout = YAGURA_LAYOUT };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} security SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} bulk SEC(".maps");

/* A record's type decides its ring, so losses by type are losses by ring and class. */
struct counters {
	__u64 sequence[YAGURA_RINGS];
	__u64 lost[YAGURA_TYPES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
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

/* Tracepoints run with preemption off and none that emits runs in an interrupt, so plain counters are safe.
 * User space polls: waking it for every record would cost more than the record. */
static __always_inline void submit(int ring, struct yagura_header *header, __u64 size)
{
	__u32 zero = 0;
	struct counters *counter = bpf_map_lookup_elem(&counters, &zero);
	if (!counter)
		return;
	header->sequence = counter->sequence[ring]++;
	void *map = ring == YAGURA_RING_SECURITY ? (void *)&security : (void *)&bulk;
	if (bpf_ringbuf_output(map, header, size, BPF_RB_NO_WAKEUP) != 0)
		counter->lost[header->type & (YAGURA_TYPES - 1)]++;
}
