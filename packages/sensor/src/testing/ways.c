/* Acts that go past the calls which tools use: requests of io_uring, and 32-bit calls of a 64-bit program.
 *   ways ring ACT PATH [PATH]     ways 32 ACT [PATH] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define RENAMEAT 35
#define UNLINKAT 36
#define SYMLINKAT 38
#define LINKAT 39
#define SOCKET 45
#define LISTEN 57
#define REGISTER_FILES2 13

static int ring;
static struct io_uring_params params;
static struct io_uring_sqe *sqes;
static char *area;

static void open_ring(void)
{
	params.flags = 0;
	ring = syscall(SYS_io_uring_setup, 8, &params);
	if (ring < 0) {
		perror("io_uring_setup");
		exit(1);
	}
	size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	area = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	sqes = mmap(0, params.sq_entries * sizeof(*sqes), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
}

/* One request, to its end; its result. */
static int carry_out(struct io_uring_sqe request)
{
	unsigned *tail = (void *)(area + params.sq_off.tail), *slots = (void *)(area + params.sq_off.array);
	unsigned *head = (void *)(area + params.cq_off.head);
	sqes[0] = request;
	slots[*tail & (params.sq_entries - 1)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0)
		return -1;
	struct io_uring_cqe *results = (void *)(area + params.cq_off.cqes);
	int result = results[*head & (params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	return address;
}

static int by_ring(const char *act, const char *one, const char *two)
{
	struct io_uring_sqe ask = { .fd = AT_FDCWD, .addr = (uintptr_t)one };
	open_ring();
	if (!strcmp(act, "unlink")) {
		ask.opcode = UNLINKAT;
		return carry_out(ask);
	}
	if (!strcmp(act, "rename") || !strcmp(act, "link")) {
		ask.opcode = act[0] == 'r' ? RENAMEAT : LINKAT;
		ask.len = AT_FDCWD;
		ask.addr2 = (uintptr_t)two;
		return carry_out(ask);
	}
	if (!strcmp(act, "symlink")) {
		ask.opcode = SYMLINKAT;
		ask.addr2 = (uintptr_t)two;
		return carry_out(ask);
	}
	if (!strcmp(act, "open-slot")) {
		int none[2] = { -1, -1 };
		syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, none, 2);
		ask.opcode = IORING_OP_OPENAT;
		ask.file_index = 2;
		return carry_out(ask);
	}
	if (!strcmp(act, "socket")) {
		struct io_uring_sqe make = { .opcode = SOCKET, .fd = AF_PACKET, .off = SOCK_RAW };
		return carry_out(make);
	}
	if (!strcmp(act, "connect")) {
		struct sockaddr_un address = unix_address(one);
		struct io_uring_sqe connect = { .opcode = IORING_OP_CONNECT, .fd = socket(AF_UNIX, SOCK_STREAM, 0),
						.addr = (uintptr_t)&address, .off = sizeof(address) };
		return carry_out(connect);
	}
	/* a server on loopback that is made to listen, and accepts, through the ring */
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(here);
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	bind(server, (void *)&here, sizeof(here));
	getsockname(server, (void *)&here, &size);
	struct io_uring_sqe listens = { .opcode = LISTEN, .fd = server, .len = 1 };
	if (carry_out(listens) < 0 || connect(client, (void *)&here, sizeof(here)) < 0)
		return -1;
	struct io_uring_sqe accepts = { .opcode = IORING_OP_ACCEPT, .fd = server };
	return carry_out(accepts);
}

#ifdef __x86_64__
static long call32(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static int by_32(const char *act, const char *path)
{
	/* below four gigabytes, where such a call can reach */
	uint32_t *given = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long at = (long)given;
	if (!strcmp(act, "socket")) {
		given[0] = AF_PACKET;
		given[1] = SOCK_RAW;
		return call32(102, 1, at, 0);
	}
	if (!strcmp(act, "listen")) {
		given[0] = socket(AF_INET, SOCK_STREAM, 0);
		given[1] = 1;
		return call32(102, 4, at, 0);
	}
	if (!strcmp(act, "connect")) {
		struct sockaddr_un address = unix_address(path);
		memcpy(&given[16], &address, sizeof(address));
		given[0] = socket(AF_UNIX, SOCK_STREAM, 0);
		given[1] = (uint32_t)(at + 64);
		given[2] = sizeof(address);
		return call32(102, 3, at, 0);
	}
	strcpy((char *)given, path);
	return call32(5, at, O_RDONLY, 0);
}
#endif

int main(int count, char **words)
{
	int result = -1;
	if (count > 3 && !strcmp(words[1], "ring"))
		result = by_ring(words[2], words[3], count > 4 ? words[4] : "");
#ifdef __x86_64__
	else if (count > 3)
		result = by_32(words[2], words[3]);
#endif
	printf("%d\n", result);
	return result < 0;
}
