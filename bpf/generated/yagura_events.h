/* Made from packages/schema/src/kernel-record by `npm run generate`: do not edit. */
#pragma once

#define YAGURA_TYPES 16
#define YAGURA_HIERARCHY_V2 0
#define YAGURA_HIERARCHY_V1_PIDS 1
#define YAGURA_ARGS_MAX 4096
#define YAGURA_PATH_MAX 4096
#define YAGURA_FLAG_PATH_TRUNCATED 1
#define YAGURA_FLAG_PATH_UNREACHABLE 2
#define YAGURA_FLAG_PATH_UNLINKED 4
#define YAGURA_FLAG_CREATED 8
#define YAGURA_FLAG_CWD_TRUNCATED 16
#define YAGURA_FLAG_CWD_UNREACHABLE 32
#define YAGURA_LAYOUT 1840726007u

#define YAGURA_RING_SECURITY 0
#define YAGURA_RING_BULK 1
#define YAGURA_RINGS 2

#define YAGURA_TYPE_EXEC 1
#define YAGURA_TYPE_FORK 2
#define YAGURA_TYPE_EXIT 3
#define YAGURA_TYPE_CONNECT 4
#define YAGURA_TYPE_ACCEPT 5
#define YAGURA_TYPE_OPEN 6
#define YAGURA_TYPE_CGROUP_MADE 7
#define YAGURA_TYPE_CGROUP_REMOVED 8
#define YAGURA_TYPE_CGROUP_MOVED 9

struct yagura_settings {
	__u32 layout;
	__u32 own_pid;
	__u8 wanted_calls[64];
};
_Static_assert(sizeof(struct yagura_settings) == 72, "size of settings");
_Static_assert(__builtin_offsetof(struct yagura_settings, layout) == 0, "settings.layout");
_Static_assert(__builtin_offsetof(struct yagura_settings, own_pid) == 4, "settings.ownPid");
_Static_assert(__builtin_offsetof(struct yagura_settings, wanted_calls) == 8, "settings.wantedCalls");

struct yagura_header {
	__u64 time_ns;
	__u64 sequence;
	__u64 cgroup_id;
	__u64 cgroup_v1_id;
	__u64 start_ns;
	__u32 pid;
	__u32 tid;
	__u32 parent_pid;
	__u32 uid;
	__u32 gid;
	__u16 cpu;
	__u8 type;
	__u8 flags;
	__u8 command[16];
};
_Static_assert(sizeof(struct yagura_header) == 80, "size of header");
_Static_assert(__builtin_offsetof(struct yagura_header, time_ns) == 0, "header.timeNs");
_Static_assert(__builtin_offsetof(struct yagura_header, sequence) == 8, "header.sequence");
_Static_assert(__builtin_offsetof(struct yagura_header, cgroup_id) == 16, "header.cgroupId");
_Static_assert(__builtin_offsetof(struct yagura_header, cgroup_v1_id) == 24, "header.cgroupV1Id");
_Static_assert(__builtin_offsetof(struct yagura_header, start_ns) == 32, "header.startNs");
_Static_assert(__builtin_offsetof(struct yagura_header, pid) == 40, "header.pid");
_Static_assert(__builtin_offsetof(struct yagura_header, tid) == 44, "header.tid");
_Static_assert(__builtin_offsetof(struct yagura_header, parent_pid) == 48, "header.parentPid");
_Static_assert(__builtin_offsetof(struct yagura_header, uid) == 52, "header.uid");
_Static_assert(__builtin_offsetof(struct yagura_header, gid) == 56, "header.gid");
_Static_assert(__builtin_offsetof(struct yagura_header, cpu) == 60, "header.cpu");
_Static_assert(__builtin_offsetof(struct yagura_header, type) == 62, "header.type");
_Static_assert(__builtin_offsetof(struct yagura_header, flags) == 63, "header.flags");
_Static_assert(__builtin_offsetof(struct yagura_header, command) == 64, "header.command");

struct yagura_exec {
	struct yagura_header header;
	__u64 exe_inode;
	__u32 exe_device;
	__u32 args_total;
	__u16 args_size;
	__u16 exe_size;
	__u16 cwd_size;
	__u16 reserved;
	/* followed by: arguments, each ended by NUL; components of the program path, last one first; components of the working directory */
};
_Static_assert(sizeof(struct yagura_exec) == 104, "size of exec");
_Static_assert(__builtin_offsetof(struct yagura_exec, exe_inode) == 80, "exec.exeInode");
_Static_assert(__builtin_offsetof(struct yagura_exec, exe_device) == 88, "exec.exeDevice");
_Static_assert(__builtin_offsetof(struct yagura_exec, args_total) == 92, "exec.argsTotal");
_Static_assert(__builtin_offsetof(struct yagura_exec, args_size) == 96, "exec.argsSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, exe_size) == 98, "exec.exeSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, cwd_size) == 100, "exec.cwdSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, reserved) == 102, "exec.reserved");

struct yagura_fork {
	struct yagura_header header;
	__u64 child_start_ns;
	__u32 child_pid;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_fork) == 96, "size of fork");
_Static_assert(__builtin_offsetof(struct yagura_fork, child_start_ns) == 80, "fork.childStartNs");
_Static_assert(__builtin_offsetof(struct yagura_fork, child_pid) == 88, "fork.childPid");
_Static_assert(__builtin_offsetof(struct yagura_fork, reserved) == 92, "fork.reserved");

struct yagura_exit {
	struct yagura_header header;
	__u32 status;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_exit) == 88, "size of exit");
_Static_assert(__builtin_offsetof(struct yagura_exit, status) == 80, "exit.status");
_Static_assert(__builtin_offsetof(struct yagura_exit, reserved) == 84, "exit.reserved");

struct yagura_connect {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
};
_Static_assert(sizeof(struct yagura_connect) == 120, "size of connect");
_Static_assert(__builtin_offsetof(struct yagura_connect, local_address) == 80, "connect.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_connect, remote_address) == 96, "connect.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_connect, local_port) == 112, "connect.localPort");
_Static_assert(__builtin_offsetof(struct yagura_connect, remote_port) == 114, "connect.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_connect, family) == 116, "connect.family");
_Static_assert(__builtin_offsetof(struct yagura_connect, protocol) == 118, "connect.protocol");

struct yagura_accept {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
};
_Static_assert(sizeof(struct yagura_accept) == 120, "size of accept");
_Static_assert(__builtin_offsetof(struct yagura_accept, local_address) == 80, "accept.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_accept, remote_address) == 96, "accept.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_accept, local_port) == 112, "accept.localPort");
_Static_assert(__builtin_offsetof(struct yagura_accept, remote_port) == 114, "accept.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_accept, family) == 116, "accept.family");
_Static_assert(__builtin_offsetof(struct yagura_accept, protocol) == 118, "accept.protocol");

struct yagura_open {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 open_flags;
	__u32 path_size;
	__u32 reserved;
	/* followed by: components of the path, last one first */
};
_Static_assert(sizeof(struct yagura_open) == 104, "size of open");
_Static_assert(__builtin_offsetof(struct yagura_open, inode) == 80, "open.inode");
_Static_assert(__builtin_offsetof(struct yagura_open, device) == 88, "open.device");
_Static_assert(__builtin_offsetof(struct yagura_open, open_flags) == 92, "open.openFlags");
_Static_assert(__builtin_offsetof(struct yagura_open, path_size) == 96, "open.pathSize");
_Static_assert(__builtin_offsetof(struct yagura_open, reserved) == 100, "open.reserved");

struct yagura_cgroup_made {
	struct yagura_header header;
	__u64 id;
	__u32 hierarchy;
	__u32 moved_pid;
	__u32 path_size;
	__u32 reserved;
	/* followed by: path in the hierarchy */
};
_Static_assert(sizeof(struct yagura_cgroup_made) == 104, "size of cgroup_made");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_made, id) == 80, "cgroup_made.id");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_made, hierarchy) == 88, "cgroup_made.hierarchy");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_made, moved_pid) == 92, "cgroup_made.movedPid");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_made, path_size) == 96, "cgroup_made.pathSize");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_made, reserved) == 100, "cgroup_made.reserved");

struct yagura_cgroup_removed {
	struct yagura_header header;
	__u64 id;
	__u32 hierarchy;
	__u32 moved_pid;
	__u32 path_size;
	__u32 reserved;
	/* followed by: path in the hierarchy */
};
_Static_assert(sizeof(struct yagura_cgroup_removed) == 104, "size of cgroup_removed");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_removed, id) == 80, "cgroup_removed.id");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_removed, hierarchy) == 88, "cgroup_removed.hierarchy");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_removed, moved_pid) == 92, "cgroup_removed.movedPid");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_removed, path_size) == 96, "cgroup_removed.pathSize");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_removed, reserved) == 100, "cgroup_removed.reserved");

struct yagura_cgroup_moved {
	struct yagura_header header;
	__u64 id;
	__u32 hierarchy;
	__u32 moved_pid;
	__u32 path_size;
	__u32 reserved;
	/* followed by: path in the hierarchy */
};
_Static_assert(sizeof(struct yagura_cgroup_moved) == 104, "size of cgroup_moved");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_moved, id) == 80, "cgroup_moved.id");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_moved, hierarchy) == 88, "cgroup_moved.hierarchy");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_moved, moved_pid) == 92, "cgroup_moved.movedPid");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_moved, path_size) == 96, "cgroup_moved.pathSize");
_Static_assert(__builtin_offsetof(struct yagura_cgroup_moved, reserved) == 100, "cgroup_moved.reserved");
