/* Where a descriptor leads to, so that user space can join the two ends of pipes, sockets and terminals. */
#pragma once

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFCHR 0020000
#define S_IFIFO 0010000

static __always_inline struct file *file_at(struct file **slots, __u32 descriptor)
{
	struct file *file = 0;
	bpf_probe_read_kernel(&file, sizeof(file), &slots[descriptor]);
	return file;
}

static __always_inline struct file *file_of(struct task_struct *task, __u32 descriptor)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	if (descriptor >= BPF_CORE_READ(table, max_fds))
		return 0;
	return file_at(BPF_CORE_READ(table, fd), descriptor);
}

/* Of the task that runs. */
static __always_inline struct file *file_now(__u32 descriptor)
{
	if (!CAN_FOLLOW)
		return file_of((void *)bpf_get_current_task(), descriptor);
	struct fdtable *table = bpf_get_current_task_btf()->files->fdt;
	if (descriptor >= table->max_fds)
		return 0;
	return file_at(table->fd, descriptor);
}

static __always_inline __u64 inode_of_socket(struct socket *socket)
{
	if (!socket)
		return 0;
	return BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
}

static __always_inline void describe_socket(struct yagura_descriptor *about, struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	about->family = family;
	if (family == AF_INET || family == AF_INET6) {
		about->kind = YAGURA_DESCRIPTOR_SOCKET;
		about->port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
		if (family == AF_INET)
			BPF_CORE_READ_INTO((__be32 *)about->address, sk, __sk_common.skc_daddr);
		else if (bpf_core_field_exists(struct sock_common, skc_v6_daddr))
			BPF_CORE_READ_INTO((struct in6_addr *)about->address, sk, __sk_common.skc_v6_daddr);
		return;
	}
	if (family != AF_UNIX)
		return;
	about->kind = YAGURA_DESCRIPTOR_UNIX;
	/* both ends go by the smaller of their two inodes */
	__u64 peer = inode_of_socket(BPF_CORE_READ((struct unix_sock *)sk, peer, sk_socket));
	if (peer && peer < about->id)
		about->id = peer;
}

static __always_inline void describe_device(struct yagura_descriptor *about, struct file *file, __u32 device)
{
	__u32 major = device >> 20, minor = device & 0xfffff;
	if (major == 1 && minor == 3) {
		about->kind = YAGURA_DESCRIPTOR_NULL;
		return;
	}
	if (major != 4 && major != 5 && (major < 136 || major > 143))
		return;
	about->kind = YAGURA_DESCRIPTOR_TERMINAL;
	about->id = device;
	if (major >= 136)
		about->id = minor;
	/* the master of a pseudo terminal goes by the number of its slave */
	if (major == 5 && minor == 2 && bpf_core_type_exists(struct tty_file_private)) {
		struct tty_file_private *private = BPF_CORE_READ(file, private_data);
		about->id = BPF_CORE_READ(private, tty, index);
	}
}

static __always_inline void describe(struct yagura_descriptor *about, struct file *file)
{
	__builtin_memset(about, 0, sizeof(*about));
	if (!file)
		return;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u32 kind = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	about->id = BPF_CORE_READ(inode, i_ino);
	about->kind = YAGURA_DESCRIPTOR_OTHER;
	if (kind == S_IFREG)
		about->kind = YAGURA_DESCRIPTOR_FILE;
	else if (kind == S_IFIFO)
		about->kind = YAGURA_DESCRIPTOR_PIPE;
	else if (kind == S_IFCHR)
		describe_device(about, file, BPF_CORE_READ(inode, i_rdev));
	if (kind == S_IFSOCK) {
		struct socket *socket = BPF_CORE_READ(file, private_data);
		describe_socket(about, BPF_CORE_READ(socket, sk));
	}
}
