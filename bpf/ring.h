/* Requests of io_uring are calls without a call: each kind is told once for a process, and what a request did as if a call had done
 * it. Names lie with the request until it is carried out, so acts by name are told as asked for, with result 0; what a request
 * made (files, sockets, connections) is told when it is complete. */
#pragma once

/* enum io_uring_op of include/uapi/linux/io_uring.h; IORING_OP_CONNECT stands in deny_socket.h */
#define IORING_OP_ACCEPT 13
#define IORING_OP_OPENAT 18
#define IORING_OP_OPENAT2 28
#define IORING_OP_RENAMEAT 35
#define IORING_OP_UNLINKAT 36
#define IORING_OP_SYMLINKAT 38
#define IORING_OP_LINKAT 39
#define IORING_OP_SOCKET 45
#define IORING_OP_LISTEN 57

static __always_inline __u16 append_kept_name(struct scratch *room, struct filename *filename)
{
	const char *name = BPF_CORE_READ(filename, name);
	__u64 offset = room->offset & (SCRATCH_BYTES - 1);
	long size = bpf_probe_read_kernel_str(&room->bytes[offset], GIVEN_NAME_MAX, name);
	if (size <= 0)
		return 0;
	room->offset = offset + size;
	return size;
}

/* The directory of a name that lies at `start` already. */
static __always_inline __u16 append_base(struct scratch *room, struct task_struct *task, __u64 start, int descriptor, __u8 *flags)
{
	if (room->bytes[start & (SCRATCH_BYTES - 1)] == '/')
		return 0;
	struct path base = {};
	struct file *file = descriptor == AT_FDCWD ? 0 : file_of(task, descriptor);
	if (descriptor != AT_FDCWD && !file)
		return 0;
	base.mnt = file ? BPF_CORE_READ(file, f_path.mnt) : BPF_CORE_READ(task, fs, pwd.mnt);
	base.dentry = file ? BPF_CORE_READ(file, f_path.dentry) : BPF_CORE_READ(task, fs, pwd.dentry);
	__u64 from = room->offset;
	*flags = append_path(room, task, base.mnt, base.dentry);
	return room->offset - from;
}

struct asked_name {
	struct filename *name;
	int directory;
};

static __always_inline void tell_act(struct task_struct *task, __u8 type, __u32 kind, struct asked_name first,
				     struct asked_name second)
{
	struct scratch *room = scratch_of_cpu();
	if (!room || !wants(type))
		return;
	struct yagura_rename *record = (void *)room->bytes;
	start_act(room, type, 0);
	record->kind = kind;
	__u64 start = room->offset;
	record->name_size = append_kept_name(room, first.name);
	if (!(kind & YAGURA_SHAPE_SYMBOLIC))
		record->base_size = append_base(room, task, start, first.directory, &record->base_flags);
	if (second.name) {
		start = room->offset;
		record->new_name_size = append_kept_name(room, second.name);
		record->new_base_size = append_base(room, task, start, second.directory, &record->new_base_flags);
	}
	bool is_bulk = type == YAGURA_TYPE_RENAME || type == YAGURA_TYPE_UNLINK;
	submit(is_bulk ? YAGURA_RING_BULK : YAGURA_RING_SECURITY, &record->header, record_size(room));
}

/* The request's own memory begins with its file, whatever it is for (struct io_cmd_data). */
static __always_inline void act_asked(struct task_struct *task, void *request, __u32 operation)
{
	struct asked_name first = {}, second = {};
	if (operation == IORING_OP_UNLINKAT) {
		struct io_unlink *unlink = request;
		first.name = BPF_CORE_READ(unlink, filename);
		first.directory = BPF_CORE_READ(unlink, dfd);
		__u32 removes_directory = BPF_CORE_READ(unlink, flags) & AT_REMOVEDIR;
		tell_act(task, YAGURA_TYPE_UNLINK, removes_directory ? YAGURA_SHAPE_DIRECTORY : 0, first, second);
	} else if (operation == IORING_OP_RENAMEAT) {
		struct io_rename *rename = request;
		first.name = BPF_CORE_READ(rename, oldpath);
		first.directory = BPF_CORE_READ(rename, old_dfd);
		second.name = BPF_CORE_READ(rename, newpath);
		second.directory = BPF_CORE_READ(rename, new_dfd);
		tell_act(task, YAGURA_TYPE_RENAME, 0, first, second);
	} else {
		struct io_link *link = request;
		first.name = BPF_CORE_READ(link, oldpath);
		first.directory = BPF_CORE_READ(link, old_dfd);
		second.name = BPF_CORE_READ(link, newpath);
		second.directory = BPF_CORE_READ(link, new_dfd);
		tell_act(task, YAGURA_TYPE_LINK, operation == IORING_OP_SYMLINKAT ? YAGURA_SHAPE_SYMBOLIC : 0, first, second);
	}
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_io_uring_request, struct io_kiocb *request)
{
	__u32 operation = BPF_CORE_READ(request, opcode);
	if ((operation == IORING_OP_UNLINKAT || operation == IORING_OP_RENAMEAT || operation == IORING_OP_LINKAT ||
	     operation == IORING_OP_SYMLINKAT) &&
	    bpf_core_type_exists(struct io_rename))
		act_asked((void *)bpf_get_current_task(), request, operation);
	if (!wants(YAGURA_TYPE_CALL))
		return 0;
	struct told once = { .scope = group_now(), .subject = bpf_get_current_pid_tgid() >> 32,
			     .detail = operation | YAGURA_CALL_IO_URING, .kind = YAGURA_TYPE_CALL };
	if (was_told(&once))
		return 0;
	struct yagura_call record;
	start_call(&record, operation | YAGURA_CALL_IO_URING, 0);
	submit(YAGURA_RING_SECURITY, &record.header, sizeof(record));
	return 0;
}

#define SLOT_FLAGS 7UL

/* A request may put its file into a table of the ring instead of giving it a descriptor. */
static __always_inline struct file *file_made(struct task_struct *task, struct io_kiocb *request, __u32 slot, __s32 result)
{
	if (slot == 0)
		return file_of(task, result);
	if (!bpf_core_field_exists(struct io_file_table, data))
		return 0;
	/* numbered from 1; the largest number lets the kernel choose, and it returns its choice */
	__u32 index = slot == 0xffffffff ? (__u32)result : slot - 1;
	struct io_ring_ctx *ring = BPF_CORE_READ(request, ctx);
	if (index >= BPF_CORE_READ(ring, file_table.data.nr))
		return 0;
	struct io_rsrc_node **nodes = BPF_CORE_READ(ring, file_table.data.nodes);
	struct io_rsrc_node *node = 0;
	bpf_probe_read_kernel(&node, sizeof(node), &nodes[index]);
	return (void *)(BPF_CORE_READ(node, file_ptr) & ~SLOT_FLAGS);
}

static __always_inline struct sock *socket_of(struct file *file)
{
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

static __always_inline void socket_used(struct task_struct *task, struct io_kiocb *request, __u32 operation, __s32 result)
{
	struct sock *sk;
	__u8 type = YAGURA_TYPE_LISTEN;
	if (operation == IORING_OP_ACCEPT) {
		struct io_accept *accept = (void *)request;
		sk = socket_of(file_made(task, request, BPF_CORE_READ(accept, file_slot), result));
		type = YAGURA_TYPE_ACCEPT;
	} else {
		sk = socket_of(BPF_CORE_READ(request, file));
	}
	if (operation == IORING_OP_CONNECT) {
		if (sk && BPF_CORE_READ(sk, __sk_common.skc_family) == AF_UNIX)
			unix_connected(task, sk, operation | YAGURA_CALL_IO_URING);
		return;
	}
	tell_socket(sk, type, result);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(on_io_uring_done, void *ring, struct io_kiocb *request, struct io_uring_cqe *completion)
{
	if (!request)
		return 0;
	__u32 operation = BPF_CORE_READ(request, opcode);
	if (operation != IORING_OP_OPENAT && operation != IORING_OP_OPENAT2 && operation != IORING_OP_SOCKET &&
	    operation != IORING_OP_ACCEPT && operation != IORING_OP_CONNECT && operation != IORING_OP_LISTEN)
		return 0;
	__s32 result = BPF_CORE_READ(completion, res);
	struct task_struct *task = (void *)bpf_get_current_task();
	if (operation == IORING_OP_SOCKET) {
		struct io_socket *socket = (void *)request;
		socket_made(BPF_CORE_READ(socket, domain), BPF_CORE_READ(socket, type), BPF_CORE_READ(socket, protocol), result);
		return 0;
	}
	if (result < 0)
		return 0;
	if (operation == IORING_OP_OPENAT || operation == IORING_OP_OPENAT2) {
		struct io_open *open = (void *)request;
		__u32 slot = bpf_core_field_exists(open->file_slot) ? BPF_CORE_READ(open, file_slot) : 0;
		struct file *file = file_made(task, request, slot, result);
		if (file)
			file_opened(task, file, 0, operation | YAGURA_CALL_IO_URING);
		return 0;
	}
	socket_used(task, request, operation, result);
	return 0;
}
