/* Made from packages/schema/src/kernel-record by `npm run generate`: do not edit. */
#pragma once

#define YAGURA_TYPES 64
#define YAGURA_HIERARCHY_V2 0
#define YAGURA_HIERARCHY_V1_PIDS 1
#define YAGURA_CPU_INTERRUPT 32768
#define YAGURA_CPU_PREEMPTIBLE 16384
#define YAGURA_SLOT_PLAIN 0
#define YAGURA_SLOT_INTERRUPT 1
#define YAGURA_SLOT_PREEMPTIBLE 2
#define YAGURA_SLOTS 3
#define YAGURA_ARGS_MAX 4096
#define YAGURA_PATH_MAX 4096
#define YAGURA_FLAG_PATH_TRUNCATED 1
#define YAGURA_FLAG_PATH_UNREACHABLE 2
#define YAGURA_FLAG_PATH_UNLINKED 4
#define YAGURA_FLAG_CREATED 8
#define YAGURA_FLAG_CWD_TRUNCATED 16
#define YAGURA_FLAG_CWD_UNREACHABLE 32
#define YAGURA_LAYER_UNKNOWN 0
#define YAGURA_LAYER_IMAGE 1
#define YAGURA_LAYER_UPPER 2
#define YAGURA_LAYER_MOUNT 3
#define YAGURA_LAYER_TMPFS 4
#define YAGURA_LAYER_MEMORY 5
#define YAGURA_LAYER_PROC 6
#define YAGURA_LAYER_SYS 7
#define YAGURA_LAYER_HOST 8
#define YAGURA_EXEC_TERMINAL 1
#define YAGURA_EXEC_PARENT_OTHER_PIDS 2
#define YAGURA_EXEC_PARENT_OTHER_MOUNTS 4
#define YAGURA_EXEC_HOST_MOUNTS 8
#define YAGURA_DESCRIPTOR_CLOSED 0
#define YAGURA_DESCRIPTOR_FILE 1
#define YAGURA_DESCRIPTOR_PIPE 2
#define YAGURA_DESCRIPTOR_SOCKET 3
#define YAGURA_DESCRIPTOR_UNIX 4
#define YAGURA_DESCRIPTOR_TERMINAL 5
#define YAGURA_DESCRIPTOR_NULL 6
#define YAGURA_DESCRIPTOR_OTHER 7
#define YAGURA_ARGUMENT_NONE 15
#define YAGURA_ARGUMENT_RESULT 6
#define YAGURA_SHAPE_SYMBOLIC 1
#define YAGURA_SHAPE_DIRECTORY 2
#define YAGURA_SHAPE_AT_FLAGS 4
#define YAGURA_SHAPE_PATH 8
#define YAGURA_SHAPE_ONCE 16
#define YAGURA_SHAPE_OPENS 32
#define YAGURA_SHAPE_PATTERN 64
#define YAGURA_MOUNT_MOUNT 0
#define YAGURA_MOUNT_MOVE 1
#define YAGURA_MOUNT_UNMOUNT 2
#define YAGURA_MOUNT_PIVOT_ROOT 3
#define YAGURA_NAMESPACE_UNSHARE 0
#define YAGURA_NAMESPACE_ENTER 1
#define YAGURA_NAMESPACE_CLONE 2
#define YAGURA_CALL_COMPAT 65536
#define YAGURA_CALL_EXEC 131072
#define YAGURA_CALL_UNKNOWN 262144
#define YAGURA_CALL_IO_URING 524288
#define YAGURA_NO_RESULT 2147483647
#define YAGURA_CALL_CLASSES 128
#define YAGURA_CLASS_OTHER 0
#define YAGURA_CLASS_COMPAT 1
#define YAGURA_AUTOMATON_REVERSE_SHELL 1
#define YAGURA_AUTOMATON_RELAY_SHELL 2
#define YAGURA_AUTOMATON_MEMORY_EXEC 3
#define YAGURA_AUTOMATON_PIPE_SPLICE_WRITE 4
#define YAGURA_AUTOMATON_USER_NAMESPACE_ESCALATION 5
#define YAGURA_AUTOMATON_TRACE_INJECTION 6
#define YAGURA_AUTOMATON_HANDLE_SWEEP 7
#define YAGURA_AUTOMATON_MASS_REWRITE 8
#define YAGURA_VERDICT_DENY_EXEC 1
#define YAGURA_VERDICT_DENY_CONNECT 2
#define YAGURA_VERDICT_QUARANTINE 3
#define YAGURA_VERDICT_KILL_CALL 4
#define YAGURA_VERDICT_DOOMED 5
#define YAGURA_VERDICT_DENY_OPEN 6
#define YAGURA_VERDICT_DENY_SOCKET 7
#define YAGURA_VERDICTS_FILES 1
#define YAGURA_VERDICTS_MAPPINGS 2
#define YAGURA_VERDICTS_REFUSE_LISTED 4
#define YAGURA_VERDICTS_REFUSE_UNLISTED 8
#define YAGURA_VERDICTS_QUARANTINE 16
#define YAGURA_VERDICTS_CALLS 32
#define YAGURA_VERDICTS_DOOMED 64
#define YAGURA_VERDICTS_OPENS 128
#define YAGURA_VERDICTS_SCRIPTS 256
#define YAGURA_VERDICTS_SOCKETS 512
#define YAGURA_VERDICTS_RAISING 1024
#define YAGURA_VERDICTS_LEASED 2048
#define YAGURA_DENIED_FILE 0
#define YAGURA_DENIED_DIRECTORY 1
#define YAGURA_DENIED_EXCEPT 2
#define YAGURA_DENIED_INTERPRETER 3
#define YAGURA_DENIED_SOCKET 4
#define YAGURA_DENIED_ABSTRACT 5
#define YAGURA_DENIED_ABSTRACT_BEGINNING 6
#define YAGURA_DENIED_RAISING_EXCEPT 7
#define YAGURA_DENIED_READ 1
#define YAGURA_DENIED_WRITE 2
#define YAGURA_CLASS_READ 2
#define YAGURA_CLASS_WRITE 3
#define YAGURA_CLASS_OPEN 4
#define YAGURA_CLASS_CLOSE 5
#define YAGURA_CLASS_STAT 6
#define YAGURA_CLASS_POLL 7
#define YAGURA_CLASS_EPOLL_WAIT 8
#define YAGURA_CLASS_EPOLL_CTL 9
#define YAGURA_CLASS_EPOLL_CREATE 10
#define YAGURA_CLASS_LSEEK 11
#define YAGURA_CLASS_MMAP 12
#define YAGURA_CLASS_MPROTECT 13
#define YAGURA_CLASS_MUNMAP 14
#define YAGURA_CLASS_MADVISE 15
#define YAGURA_CLASS_RT_SIGACTION 16
#define YAGURA_CLASS_IOCTL 17
#define YAGURA_CLASS_PIPE 18
#define YAGURA_CLASS_DUP 19
#define YAGURA_CLASS_FCNTL 20
#define YAGURA_CLASS_FUTEX 21
#define YAGURA_CLASS_NANOSLEEP 22
#define YAGURA_CLASS_GETPID 23
#define YAGURA_CLASS_SENDFILE 24
#define YAGURA_CLASS_SOCKET 25
#define YAGURA_CLASS_CONNECT 26
#define YAGURA_CLASS_ACCEPT 27
#define YAGURA_CLASS_SENDTO 28
#define YAGURA_CLASS_RECVFROM 29
#define YAGURA_CLASS_SHUTDOWN 30
#define YAGURA_CLASS_BIND 31
#define YAGURA_CLASS_LISTEN 32
#define YAGURA_CLASS_GETSOCKNAME 33
#define YAGURA_CLASS_SETSOCKOPT 34
#define YAGURA_CLASS_SOCKETPAIR 35
#define YAGURA_CLASS_CLONE 36
#define YAGURA_CLASS_EXECVE 37
#define YAGURA_CLASS_EXIT 38
#define YAGURA_CLASS_WAIT4 39
#define YAGURA_CLASS_KILL 40
#define YAGURA_CLASS_UNAME 41
#define YAGURA_CLASS_FLOCK 42
#define YAGURA_CLASS_GETDENTS 43
#define YAGURA_CLASS_CHDIR 44
#define YAGURA_CLASS_RENAME 45
#define YAGURA_CLASS_MKDIR 46
#define YAGURA_CLASS_UNLINK 47
#define YAGURA_CLASS_LINK 48
#define YAGURA_CLASS_READLINK 49
#define YAGURA_CLASS_CHMOD 50
#define YAGURA_CLASS_CHOWN 51
#define YAGURA_CLASS_UTIMENSAT 52
#define YAGURA_CLASS_GETRLIMIT 53
#define YAGURA_CLASS_SETUID 54
#define YAGURA_CLASS_CAPGET 55
#define YAGURA_CLASS_SETSID 56
#define YAGURA_CLASS_PERSONALITY 57
#define YAGURA_CLASS_STATFS 58
#define YAGURA_CLASS_GETPRIORITY 59
#define YAGURA_CLASS_MLOCK 60
#define YAGURA_CLASS_PRCTL 61
#define YAGURA_CLASS_CHROOT 62
#define YAGURA_CLASS_MOUNT 63
#define YAGURA_CLASS_SETHOSTNAME 64
#define YAGURA_CLASS_INIT_MODULE 65
#define YAGURA_CLASS_SETXATTR 66
#define YAGURA_CLASS_GETXATTR 67
#define YAGURA_CLASS_IO_SETUP 68
#define YAGURA_CLASS_IO_URING_SETUP 69
#define YAGURA_CLASS_INOTIFY_INIT1 70
#define YAGURA_CLASS_UNSHARE 71
#define YAGURA_CLASS_SETNS 72
#define YAGURA_CLASS_SPLICE 73
#define YAGURA_CLASS_MEMFD_CREATE 74
#define YAGURA_CLASS_PTRACE 75
#define YAGURA_CLASS_PROCESS_VM_READV 76
#define YAGURA_CLASS_PIDFD_OPEN 77
#define YAGURA_CLASS_BPF 78
#define YAGURA_CLASS_PERF_EVENT_OPEN 79
#define YAGURA_CLASS_USERFAULTFD 80
#define YAGURA_CLASS_KEYCTL 81
#define YAGURA_CLASS_OPEN_BY_HANDLE_AT 82
#define YAGURA_CLASS_MKNOD 83
#define YAGURA_CLASS_KEXEC_LOAD 84
#define YAGURA_CLASS_SECCOMP 85
#define YAGURA_CLASS_SYSLOG 86
#define YAGURA_CLASS_COPY_FILE_RANGE 87
#define YAGURA_CLASS_SHMGET 88
#define YAGURA_CLASS_TIMER_CREATE 89
#define YAGURA_CLASS_IOPL 90
#define YAGURA_LAYOUT 4051784172u

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
#define YAGURA_TYPE_STDIO 10
#define YAGURA_TYPE_RENAME 11
#define YAGURA_TYPE_LINK 12
#define YAGURA_TYPE_UNLINK 13
#define YAGURA_TYPE_CHMOD 14
#define YAGURA_TYPE_CHOWN 15
#define YAGURA_TYPE_MKNOD 16
#define YAGURA_TYPE_ATTRIBUTE 17
#define YAGURA_TYPE_MAP 18
#define YAGURA_TYPE_CHROOT 19
#define YAGURA_TYPE_MOUNT 20
#define YAGURA_TYPE_KILL 21
#define YAGURA_TYPE_TRACE 22
#define YAGURA_TYPE_NAMESPACE 23
#define YAGURA_TYPE_CREDENTIAL 24
#define YAGURA_TYPE_CAPABILITY 25
#define YAGURA_TYPE_CALL 26
#define YAGURA_TYPE_SOCKET 27
#define YAGURA_TYPE_LISTEN 28
#define YAGURA_TYPE_TRAFFIC 29
#define YAGURA_TYPE_PROTOCOL 30
#define YAGURA_TYPE_DNS 31
#define YAGURA_TYPE_SEQUENCE 32
#define YAGURA_TYPE_VERDICT 33

struct yagura_settings {
	__u32 layout;
	__u32 host_mount_namespace;
	__u32 other_host_mount_namespace;
	__u32 host_pid_namespace;
	__u32 generation;
	__u32 reserved;
	__u64 boot_epoch_ns;
	__u64 repeat_ns;
	__u64 bulk_per_second;
	__u64 bulk_burst;
	__u64 host_types;
	__u64 container_types;
	__u8 wanted_calls[64];
	__u8 wanted_failures[64];
	__u8 call_classes[512];
};
_Static_assert(sizeof(struct yagura_settings) == 712, "size of settings");
_Static_assert(__builtin_offsetof(struct yagura_settings, layout) == 0, "settings.layout");
_Static_assert(__builtin_offsetof(struct yagura_settings, host_mount_namespace) == 4, "settings.hostMountNamespace");
_Static_assert(__builtin_offsetof(struct yagura_settings, other_host_mount_namespace) == 8, "settings.otherHostMountNamespace");
_Static_assert(__builtin_offsetof(struct yagura_settings, host_pid_namespace) == 12, "settings.hostPidNamespace");
_Static_assert(__builtin_offsetof(struct yagura_settings, generation) == 16, "settings.generation");
_Static_assert(__builtin_offsetof(struct yagura_settings, reserved) == 20, "settings.reserved");
_Static_assert(__builtin_offsetof(struct yagura_settings, boot_epoch_ns) == 24, "settings.bootEpochNs");
_Static_assert(__builtin_offsetof(struct yagura_settings, repeat_ns) == 32, "settings.repeatNs");
_Static_assert(__builtin_offsetof(struct yagura_settings, bulk_per_second) == 40, "settings.bulkPerSecond");
_Static_assert(__builtin_offsetof(struct yagura_settings, bulk_burst) == 48, "settings.bulkBurst");
_Static_assert(__builtin_offsetof(struct yagura_settings, host_types) == 56, "settings.hostTypes");
_Static_assert(__builtin_offsetof(struct yagura_settings, container_types) == 64, "settings.containerTypes");
_Static_assert(__builtin_offsetof(struct yagura_settings, wanted_calls) == 72, "settings.wantedCalls");
_Static_assert(__builtin_offsetof(struct yagura_settings, wanted_failures) == 136, "settings.wantedFailures");
_Static_assert(__builtin_offsetof(struct yagura_settings, call_classes) == 200, "settings.callClasses");

struct yagura_control {
	__u32 own_pid;
	__u32 verdict_scopes;
	__u32 generation;
	__u32 connects_ready;
	__u64 polled_ns;
};
_Static_assert(sizeof(struct yagura_control) == 24, "size of control");
_Static_assert(__builtin_offsetof(struct yagura_control, own_pid) == 0, "control.ownPid");
_Static_assert(__builtin_offsetof(struct yagura_control, verdict_scopes) == 4, "control.verdictScopes");
_Static_assert(__builtin_offsetof(struct yagura_control, generation) == 8, "control.generation");
_Static_assert(__builtin_offsetof(struct yagura_control, connects_ready) == 12, "control.connectsReady");
_Static_assert(__builtin_offsetof(struct yagura_control, polled_ns) == 16, "control.polledNs");

struct yagura_descriptor {
	__u64 id;
	__u8 address[16];
	__u16 port;
	__u8 kind;
	__u8 family;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_descriptor) == 32, "size of descriptor");
_Static_assert(__builtin_offsetof(struct yagura_descriptor, id) == 0, "descriptor.id");
_Static_assert(__builtin_offsetof(struct yagura_descriptor, address) == 8, "descriptor.address");
_Static_assert(__builtin_offsetof(struct yagura_descriptor, port) == 24, "descriptor.port");
_Static_assert(__builtin_offsetof(struct yagura_descriptor, kind) == 26, "descriptor.kind");
_Static_assert(__builtin_offsetof(struct yagura_descriptor, family) == 27, "descriptor.family");
_Static_assert(__builtin_offsetof(struct yagura_descriptor, reserved) == 28, "descriptor.reserved");

struct yagura_shape {
	__u8 type;
	__u8 kind;
	__u8 descriptor;
	__u8 directory;
	__u8 name;
	__u8 new_directory;
	__u8 new_name;
	__u8 number;
	__u8 other;
	__u8 pointers;
	__u8 flags;
	__u8 reserved;
	__u32 command;
};
_Static_assert(sizeof(struct yagura_shape) == 16, "size of shape");
_Static_assert(__builtin_offsetof(struct yagura_shape, type) == 0, "shape.type");
_Static_assert(__builtin_offsetof(struct yagura_shape, kind) == 1, "shape.kind");
_Static_assert(__builtin_offsetof(struct yagura_shape, descriptor) == 2, "shape.descriptor");
_Static_assert(__builtin_offsetof(struct yagura_shape, directory) == 3, "shape.directory");
_Static_assert(__builtin_offsetof(struct yagura_shape, name) == 4, "shape.name");
_Static_assert(__builtin_offsetof(struct yagura_shape, new_directory) == 5, "shape.newDirectory");
_Static_assert(__builtin_offsetof(struct yagura_shape, new_name) == 6, "shape.newName");
_Static_assert(__builtin_offsetof(struct yagura_shape, number) == 7, "shape.number");
_Static_assert(__builtin_offsetof(struct yagura_shape, other) == 8, "shape.other");
_Static_assert(__builtin_offsetof(struct yagura_shape, pointers) == 9, "shape.pointers");
_Static_assert(__builtin_offsetof(struct yagura_shape, flags) == 10, "shape.flags");
_Static_assert(__builtin_offsetof(struct yagura_shape, reserved) == 11, "shape.reserved");
_Static_assert(__builtin_offsetof(struct yagura_shape, command) == 12, "shape.command");

struct yagura_scope_key {
	__u64 id;
	__u32 hierarchy;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_scope_key) == 16, "size of scope_key");
_Static_assert(__builtin_offsetof(struct yagura_scope_key, id) == 0, "scope_key.id");
_Static_assert(__builtin_offsetof(struct yagura_scope_key, hierarchy) == 8, "scope_key.hierarchy");
_Static_assert(__builtin_offsetof(struct yagura_scope_key, reserved) == 12, "scope_key.reserved");

struct yagura_scope {
	__u64 types;
	__u32 image;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_scope) == 16, "size of scope");
_Static_assert(__builtin_offsetof(struct yagura_scope, types) == 0, "scope.types");
_Static_assert(__builtin_offsetof(struct yagura_scope, image) == 8, "scope.image");
_Static_assert(__builtin_offsetof(struct yagura_scope, reserved) == 12, "scope.reserved");

struct yagura_verdicts {
	__u32 flags;
	__u32 layers;
	__u32 slot;
	__u32 reserved;
	__u64 expires_ns;
	__u64 denied_execs;
	__u64 denied_connects;
	__u64 dropped_packets;
	__u64 kills;
	__u8 calls[64];
	__u8 compat_calls[64];
};
_Static_assert(sizeof(struct yagura_verdicts) == 184, "size of verdicts");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, flags) == 0, "verdicts.flags");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, layers) == 4, "verdicts.layers");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, slot) == 8, "verdicts.slot");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, reserved) == 12, "verdicts.reserved");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, expires_ns) == 16, "verdicts.expiresNs");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, denied_execs) == 24, "verdicts.deniedExecs");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, denied_connects) == 32, "verdicts.deniedConnects");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, dropped_packets) == 40, "verdicts.droppedPackets");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, kills) == 48, "verdicts.kills");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, calls) == 56, "verdicts.calls");
_Static_assert(__builtin_offsetof(struct yagura_verdicts, compat_calls) == 120, "verdicts.compatCalls");

struct yagura_program_key {
	__u64 inode;
	__u32 device;
	__u32 image;
};
_Static_assert(sizeof(struct yagura_program_key) == 16, "size of program_key");
_Static_assert(__builtin_offsetof(struct yagura_program_key, inode) == 0, "program_key.inode");
_Static_assert(__builtin_offsetof(struct yagura_program_key, device) == 8, "program_key.device");
_Static_assert(__builtin_offsetof(struct yagura_program_key, image) == 12, "program_key.image");

struct yagura_program {
	__u32 slot;
	__u32 is_learning;
};
_Static_assert(sizeof(struct yagura_program) == 8, "size of program");
_Static_assert(__builtin_offsetof(struct yagura_program, slot) == 0, "program.slot");
_Static_assert(__builtin_offsetof(struct yagura_program, is_learning) == 4, "program.isLearning");

struct yagura_denied_file {
	__u64 inode;
	__u32 device;
	__u32 slot;
};
_Static_assert(sizeof(struct yagura_denied_file) == 16, "size of denied_file");
_Static_assert(__builtin_offsetof(struct yagura_denied_file, inode) == 0, "denied_file.inode");
_Static_assert(__builtin_offsetof(struct yagura_denied_file, device) == 8, "denied_file.device");
_Static_assert(__builtin_offsetof(struct yagura_denied_file, slot) == 12, "denied_file.slot");

struct yagura_peer_key {
	__u32 slot;
	__u32 index;
};
_Static_assert(sizeof(struct yagura_peer_key) == 8, "size of peer_key");
_Static_assert(__builtin_offsetof(struct yagura_peer_key, slot) == 0, "peer_key.slot");
_Static_assert(__builtin_offsetof(struct yagura_peer_key, index) == 4, "peer_key.index");

struct yagura_denied_name {
	__u32 slot;
	__u32 kind;
	__u32 name;
	__u32 above;
};
_Static_assert(sizeof(struct yagura_denied_name) == 16, "size of denied_name");
_Static_assert(__builtin_offsetof(struct yagura_denied_name, slot) == 0, "denied_name.slot");
_Static_assert(__builtin_offsetof(struct yagura_denied_name, kind) == 4, "denied_name.kind");
_Static_assert(__builtin_offsetof(struct yagura_denied_name, name) == 8, "denied_name.name");
_Static_assert(__builtin_offsetof(struct yagura_denied_name, above) == 12, "denied_name.above");

struct yagura_peer {
	__u8 address[16];
	__u8 mask[16];
	__u32 port;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_peer) == 40, "size of peer");
_Static_assert(__builtin_offsetof(struct yagura_peer, address) == 0, "peer.address");
_Static_assert(__builtin_offsetof(struct yagura_peer, mask) == 16, "peer.mask");
_Static_assert(__builtin_offsetof(struct yagura_peer, port) == 32, "peer.port");
_Static_assert(__builtin_offsetof(struct yagura_peer, reserved) == 36, "peer.reserved");

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
	__u16 environment_size;
	__u64 capabilities;
	__u8 input[32];
	__u8 output[32];
	__u8 error[32];
	__u32 session_id;
	__u32 mount_namespace;
	__u32 pid_namespace;
	__u32 user_namespace;
	__u32 real_uid;
	__u32 inner_pid;
	__u8 layer;
	__u8 marks;
	__u16 reserved;
	__u32 reserved2;
	/* followed by: arguments, each ended by NUL; components of the program path, last one first; components of the working directory; named variables of the environment */
};
_Static_assert(sizeof(struct yagura_exec) == 240, "size of exec");
_Static_assert(__builtin_offsetof(struct yagura_exec, exe_inode) == 80, "exec.exeInode");
_Static_assert(__builtin_offsetof(struct yagura_exec, exe_device) == 88, "exec.exeDevice");
_Static_assert(__builtin_offsetof(struct yagura_exec, args_total) == 92, "exec.argsTotal");
_Static_assert(__builtin_offsetof(struct yagura_exec, args_size) == 96, "exec.argsSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, exe_size) == 98, "exec.exeSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, cwd_size) == 100, "exec.cwdSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, environment_size) == 102, "exec.environmentSize");
_Static_assert(__builtin_offsetof(struct yagura_exec, capabilities) == 104, "exec.capabilities");
_Static_assert(__builtin_offsetof(struct yagura_exec, input) == 112, "exec.input");
_Static_assert(__builtin_offsetof(struct yagura_exec, output) == 144, "exec.output");
_Static_assert(__builtin_offsetof(struct yagura_exec, error) == 176, "exec.error");
_Static_assert(__builtin_offsetof(struct yagura_exec, session_id) == 208, "exec.sessionId");
_Static_assert(__builtin_offsetof(struct yagura_exec, mount_namespace) == 212, "exec.mountNamespace");
_Static_assert(__builtin_offsetof(struct yagura_exec, pid_namespace) == 216, "exec.pidNamespace");
_Static_assert(__builtin_offsetof(struct yagura_exec, user_namespace) == 220, "exec.userNamespace");
_Static_assert(__builtin_offsetof(struct yagura_exec, real_uid) == 224, "exec.realUid");
_Static_assert(__builtin_offsetof(struct yagura_exec, inner_pid) == 228, "exec.innerPid");
_Static_assert(__builtin_offsetof(struct yagura_exec, layer) == 232, "exec.layer");
_Static_assert(__builtin_offsetof(struct yagura_exec, marks) == 233, "exec.marks");
_Static_assert(__builtin_offsetof(struct yagura_exec, reserved) == 234, "exec.reserved");
_Static_assert(__builtin_offsetof(struct yagura_exec, reserved2) == 236, "exec.reserved2");

struct yagura_fork {
	struct yagura_header header;
	__u64 child_start_ns;
	__u32 child_pid;
	__u32 inner_pid;
	__u32 inner_namespace;
	__u32 middle_pid;
	__u32 middle_namespace;
	__u32 outer_pid;
	__u32 outer_namespace;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_fork) == 120, "size of fork");
_Static_assert(__builtin_offsetof(struct yagura_fork, child_start_ns) == 80, "fork.childStartNs");
_Static_assert(__builtin_offsetof(struct yagura_fork, child_pid) == 88, "fork.childPid");
_Static_assert(__builtin_offsetof(struct yagura_fork, inner_pid) == 92, "fork.innerPid");
_Static_assert(__builtin_offsetof(struct yagura_fork, inner_namespace) == 96, "fork.innerNamespace");
_Static_assert(__builtin_offsetof(struct yagura_fork, middle_pid) == 100, "fork.middlePid");
_Static_assert(__builtin_offsetof(struct yagura_fork, middle_namespace) == 104, "fork.middleNamespace");
_Static_assert(__builtin_offsetof(struct yagura_fork, outer_pid) == 108, "fork.outerPid");
_Static_assert(__builtin_offsetof(struct yagura_fork, outer_namespace) == 112, "fork.outerNamespace");
_Static_assert(__builtin_offsetof(struct yagura_fork, reserved) == 116, "fork.reserved");

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
	__u64 socket_inode;
	__u32 result;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_connect) == 136, "size of connect");
_Static_assert(__builtin_offsetof(struct yagura_connect, local_address) == 80, "connect.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_connect, remote_address) == 96, "connect.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_connect, local_port) == 112, "connect.localPort");
_Static_assert(__builtin_offsetof(struct yagura_connect, remote_port) == 114, "connect.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_connect, family) == 116, "connect.family");
_Static_assert(__builtin_offsetof(struct yagura_connect, protocol) == 118, "connect.protocol");
_Static_assert(__builtin_offsetof(struct yagura_connect, socket_inode) == 120, "connect.socketInode");
_Static_assert(__builtin_offsetof(struct yagura_connect, result) == 128, "connect.result");
_Static_assert(__builtin_offsetof(struct yagura_connect, reserved) == 132, "connect.reserved");

struct yagura_accept {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u64 socket_inode;
	__u32 result;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_accept) == 136, "size of accept");
_Static_assert(__builtin_offsetof(struct yagura_accept, local_address) == 80, "accept.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_accept, remote_address) == 96, "accept.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_accept, local_port) == 112, "accept.localPort");
_Static_assert(__builtin_offsetof(struct yagura_accept, remote_port) == 114, "accept.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_accept, family) == 116, "accept.family");
_Static_assert(__builtin_offsetof(struct yagura_accept, protocol) == 118, "accept.protocol");
_Static_assert(__builtin_offsetof(struct yagura_accept, socket_inode) == 120, "accept.socketInode");
_Static_assert(__builtin_offsetof(struct yagura_accept, result) == 128, "accept.result");
_Static_assert(__builtin_offsetof(struct yagura_accept, reserved) == 132, "accept.reserved");

struct yagura_open {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 open_flags;
	__u32 path_size;
	__u8 layer;
	__u8 reserved;
	__u16 reserved2;
	__u32 about_pid;
	__u32 reserved3;
	/* followed by: components of the path, last one first */
};
_Static_assert(sizeof(struct yagura_open) == 112, "size of open");
_Static_assert(__builtin_offsetof(struct yagura_open, inode) == 80, "open.inode");
_Static_assert(__builtin_offsetof(struct yagura_open, device) == 88, "open.device");
_Static_assert(__builtin_offsetof(struct yagura_open, open_flags) == 92, "open.openFlags");
_Static_assert(__builtin_offsetof(struct yagura_open, path_size) == 96, "open.pathSize");
_Static_assert(__builtin_offsetof(struct yagura_open, layer) == 100, "open.layer");
_Static_assert(__builtin_offsetof(struct yagura_open, reserved) == 101, "open.reserved");
_Static_assert(__builtin_offsetof(struct yagura_open, reserved2) == 102, "open.reserved2");
_Static_assert(__builtin_offsetof(struct yagura_open, about_pid) == 104, "open.aboutPid");
_Static_assert(__builtin_offsetof(struct yagura_open, reserved3) == 108, "open.reserved3");

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

struct yagura_stdio {
	struct yagura_header header;
	__u8 target[32];
	__u32 number;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_stdio) == 120, "size of stdio");
_Static_assert(__builtin_offsetof(struct yagura_stdio, target) == 80, "stdio.target");
_Static_assert(__builtin_offsetof(struct yagura_stdio, number) == 112, "stdio.number");
_Static_assert(__builtin_offsetof(struct yagura_stdio, reserved) == 116, "stdio.reserved");

struct yagura_rename {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_rename) == 120, "size of rename");
_Static_assert(__builtin_offsetof(struct yagura_rename, inode) == 80, "rename.inode");
_Static_assert(__builtin_offsetof(struct yagura_rename, device) == 88, "rename.device");
_Static_assert(__builtin_offsetof(struct yagura_rename, number) == 92, "rename.number");
_Static_assert(__builtin_offsetof(struct yagura_rename, other) == 96, "rename.other");
_Static_assert(__builtin_offsetof(struct yagura_rename, result) == 100, "rename.result");
_Static_assert(__builtin_offsetof(struct yagura_rename, name_size) == 104, "rename.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_rename, base_size) == 106, "rename.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_rename, new_name_size) == 108, "rename.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_rename, new_base_size) == 110, "rename.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_rename, layer) == 112, "rename.layer");
_Static_assert(__builtin_offsetof(struct yagura_rename, base_flags) == 113, "rename.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_rename, new_base_flags) == 114, "rename.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_rename, kind) == 115, "rename.kind");
_Static_assert(__builtin_offsetof(struct yagura_rename, reserved) == 116, "rename.reserved");

struct yagura_link {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_link) == 120, "size of link");
_Static_assert(__builtin_offsetof(struct yagura_link, inode) == 80, "link.inode");
_Static_assert(__builtin_offsetof(struct yagura_link, device) == 88, "link.device");
_Static_assert(__builtin_offsetof(struct yagura_link, number) == 92, "link.number");
_Static_assert(__builtin_offsetof(struct yagura_link, other) == 96, "link.other");
_Static_assert(__builtin_offsetof(struct yagura_link, result) == 100, "link.result");
_Static_assert(__builtin_offsetof(struct yagura_link, name_size) == 104, "link.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_link, base_size) == 106, "link.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_link, new_name_size) == 108, "link.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_link, new_base_size) == 110, "link.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_link, layer) == 112, "link.layer");
_Static_assert(__builtin_offsetof(struct yagura_link, base_flags) == 113, "link.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_link, new_base_flags) == 114, "link.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_link, kind) == 115, "link.kind");
_Static_assert(__builtin_offsetof(struct yagura_link, reserved) == 116, "link.reserved");

struct yagura_unlink {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_unlink) == 120, "size of unlink");
_Static_assert(__builtin_offsetof(struct yagura_unlink, inode) == 80, "unlink.inode");
_Static_assert(__builtin_offsetof(struct yagura_unlink, device) == 88, "unlink.device");
_Static_assert(__builtin_offsetof(struct yagura_unlink, number) == 92, "unlink.number");
_Static_assert(__builtin_offsetof(struct yagura_unlink, other) == 96, "unlink.other");
_Static_assert(__builtin_offsetof(struct yagura_unlink, result) == 100, "unlink.result");
_Static_assert(__builtin_offsetof(struct yagura_unlink, name_size) == 104, "unlink.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_unlink, base_size) == 106, "unlink.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_unlink, new_name_size) == 108, "unlink.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_unlink, new_base_size) == 110, "unlink.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_unlink, layer) == 112, "unlink.layer");
_Static_assert(__builtin_offsetof(struct yagura_unlink, base_flags) == 113, "unlink.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_unlink, new_base_flags) == 114, "unlink.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_unlink, kind) == 115, "unlink.kind");
_Static_assert(__builtin_offsetof(struct yagura_unlink, reserved) == 116, "unlink.reserved");

struct yagura_chmod {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_chmod) == 120, "size of chmod");
_Static_assert(__builtin_offsetof(struct yagura_chmod, inode) == 80, "chmod.inode");
_Static_assert(__builtin_offsetof(struct yagura_chmod, device) == 88, "chmod.device");
_Static_assert(__builtin_offsetof(struct yagura_chmod, number) == 92, "chmod.number");
_Static_assert(__builtin_offsetof(struct yagura_chmod, other) == 96, "chmod.other");
_Static_assert(__builtin_offsetof(struct yagura_chmod, result) == 100, "chmod.result");
_Static_assert(__builtin_offsetof(struct yagura_chmod, name_size) == 104, "chmod.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_chmod, base_size) == 106, "chmod.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_chmod, new_name_size) == 108, "chmod.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_chmod, new_base_size) == 110, "chmod.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_chmod, layer) == 112, "chmod.layer");
_Static_assert(__builtin_offsetof(struct yagura_chmod, base_flags) == 113, "chmod.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_chmod, new_base_flags) == 114, "chmod.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_chmod, kind) == 115, "chmod.kind");
_Static_assert(__builtin_offsetof(struct yagura_chmod, reserved) == 116, "chmod.reserved");

struct yagura_chown {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_chown) == 120, "size of chown");
_Static_assert(__builtin_offsetof(struct yagura_chown, inode) == 80, "chown.inode");
_Static_assert(__builtin_offsetof(struct yagura_chown, device) == 88, "chown.device");
_Static_assert(__builtin_offsetof(struct yagura_chown, number) == 92, "chown.number");
_Static_assert(__builtin_offsetof(struct yagura_chown, other) == 96, "chown.other");
_Static_assert(__builtin_offsetof(struct yagura_chown, result) == 100, "chown.result");
_Static_assert(__builtin_offsetof(struct yagura_chown, name_size) == 104, "chown.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_chown, base_size) == 106, "chown.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_chown, new_name_size) == 108, "chown.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_chown, new_base_size) == 110, "chown.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_chown, layer) == 112, "chown.layer");
_Static_assert(__builtin_offsetof(struct yagura_chown, base_flags) == 113, "chown.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_chown, new_base_flags) == 114, "chown.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_chown, kind) == 115, "chown.kind");
_Static_assert(__builtin_offsetof(struct yagura_chown, reserved) == 116, "chown.reserved");

struct yagura_mknod {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_mknod) == 120, "size of mknod");
_Static_assert(__builtin_offsetof(struct yagura_mknod, inode) == 80, "mknod.inode");
_Static_assert(__builtin_offsetof(struct yagura_mknod, device) == 88, "mknod.device");
_Static_assert(__builtin_offsetof(struct yagura_mknod, number) == 92, "mknod.number");
_Static_assert(__builtin_offsetof(struct yagura_mknod, other) == 96, "mknod.other");
_Static_assert(__builtin_offsetof(struct yagura_mknod, result) == 100, "mknod.result");
_Static_assert(__builtin_offsetof(struct yagura_mknod, name_size) == 104, "mknod.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_mknod, base_size) == 106, "mknod.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_mknod, new_name_size) == 108, "mknod.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_mknod, new_base_size) == 110, "mknod.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_mknod, layer) == 112, "mknod.layer");
_Static_assert(__builtin_offsetof(struct yagura_mknod, base_flags) == 113, "mknod.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_mknod, new_base_flags) == 114, "mknod.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_mknod, kind) == 115, "mknod.kind");
_Static_assert(__builtin_offsetof(struct yagura_mknod, reserved) == 116, "mknod.reserved");

struct yagura_attribute {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_attribute) == 120, "size of attribute");
_Static_assert(__builtin_offsetof(struct yagura_attribute, inode) == 80, "attribute.inode");
_Static_assert(__builtin_offsetof(struct yagura_attribute, device) == 88, "attribute.device");
_Static_assert(__builtin_offsetof(struct yagura_attribute, number) == 92, "attribute.number");
_Static_assert(__builtin_offsetof(struct yagura_attribute, other) == 96, "attribute.other");
_Static_assert(__builtin_offsetof(struct yagura_attribute, result) == 100, "attribute.result");
_Static_assert(__builtin_offsetof(struct yagura_attribute, name_size) == 104, "attribute.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_attribute, base_size) == 106, "attribute.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_attribute, new_name_size) == 108, "attribute.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_attribute, new_base_size) == 110, "attribute.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_attribute, layer) == 112, "attribute.layer");
_Static_assert(__builtin_offsetof(struct yagura_attribute, base_flags) == 113, "attribute.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_attribute, new_base_flags) == 114, "attribute.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_attribute, kind) == 115, "attribute.kind");
_Static_assert(__builtin_offsetof(struct yagura_attribute, reserved) == 116, "attribute.reserved");

struct yagura_map {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_map) == 120, "size of map");
_Static_assert(__builtin_offsetof(struct yagura_map, inode) == 80, "map.inode");
_Static_assert(__builtin_offsetof(struct yagura_map, device) == 88, "map.device");
_Static_assert(__builtin_offsetof(struct yagura_map, number) == 92, "map.number");
_Static_assert(__builtin_offsetof(struct yagura_map, other) == 96, "map.other");
_Static_assert(__builtin_offsetof(struct yagura_map, result) == 100, "map.result");
_Static_assert(__builtin_offsetof(struct yagura_map, name_size) == 104, "map.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_map, base_size) == 106, "map.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_map, new_name_size) == 108, "map.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_map, new_base_size) == 110, "map.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_map, layer) == 112, "map.layer");
_Static_assert(__builtin_offsetof(struct yagura_map, base_flags) == 113, "map.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_map, new_base_flags) == 114, "map.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_map, kind) == 115, "map.kind");
_Static_assert(__builtin_offsetof(struct yagura_map, reserved) == 116, "map.reserved");

struct yagura_chroot {
	struct yagura_header header;
	__u64 inode;
	__u32 device;
	__u32 number;
	__u32 other;
	__u32 result;
	__u16 name_size;
	__u16 base_size;
	__u16 new_name_size;
	__u16 new_base_size;
	__u8 layer;
	__u8 base_flags;
	__u8 new_base_flags;
	__u8 kind;
	__u32 reserved;
	/* followed by: first name as it was given; components of its directory; second name; components of its directory */
};
_Static_assert(sizeof(struct yagura_chroot) == 120, "size of chroot");
_Static_assert(__builtin_offsetof(struct yagura_chroot, inode) == 80, "chroot.inode");
_Static_assert(__builtin_offsetof(struct yagura_chroot, device) == 88, "chroot.device");
_Static_assert(__builtin_offsetof(struct yagura_chroot, number) == 92, "chroot.number");
_Static_assert(__builtin_offsetof(struct yagura_chroot, other) == 96, "chroot.other");
_Static_assert(__builtin_offsetof(struct yagura_chroot, result) == 100, "chroot.result");
_Static_assert(__builtin_offsetof(struct yagura_chroot, name_size) == 104, "chroot.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_chroot, base_size) == 106, "chroot.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_chroot, new_name_size) == 108, "chroot.newNameSize");
_Static_assert(__builtin_offsetof(struct yagura_chroot, new_base_size) == 110, "chroot.newBaseSize");
_Static_assert(__builtin_offsetof(struct yagura_chroot, layer) == 112, "chroot.layer");
_Static_assert(__builtin_offsetof(struct yagura_chroot, base_flags) == 113, "chroot.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_chroot, new_base_flags) == 114, "chroot.newBaseFlags");
_Static_assert(__builtin_offsetof(struct yagura_chroot, kind) == 115, "chroot.kind");
_Static_assert(__builtin_offsetof(struct yagura_chroot, reserved) == 116, "chroot.reserved");

struct yagura_mount {
	struct yagura_header header;
	__u64 mount_flags;
	__u32 result;
	__u16 source_size;
	__u16 filesystem_size;
	__u16 name_size;
	__u16 base_size;
	__u8 action;
	__u8 base_flags;
	__u16 reserved;
	/* followed by: source, kind of file system, target as they were given; components of the directory that the target is relative to */
};
_Static_assert(sizeof(struct yagura_mount) == 104, "size of mount");
_Static_assert(__builtin_offsetof(struct yagura_mount, mount_flags) == 80, "mount.mountFlags");
_Static_assert(__builtin_offsetof(struct yagura_mount, result) == 88, "mount.result");
_Static_assert(__builtin_offsetof(struct yagura_mount, source_size) == 92, "mount.sourceSize");
_Static_assert(__builtin_offsetof(struct yagura_mount, filesystem_size) == 94, "mount.filesystemSize");
_Static_assert(__builtin_offsetof(struct yagura_mount, name_size) == 96, "mount.nameSize");
_Static_assert(__builtin_offsetof(struct yagura_mount, base_size) == 98, "mount.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_mount, action) == 100, "mount.action");
_Static_assert(__builtin_offsetof(struct yagura_mount, base_flags) == 101, "mount.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_mount, reserved) == 102, "mount.reserved");

struct yagura_kill {
	struct yagura_header header;
	__u32 target;
	__u32 namespace;
	__u32 global_target;
	__u32 number;
	__u32 call;
	__u32 result;
};
_Static_assert(sizeof(struct yagura_kill) == 104, "size of kill");
_Static_assert(__builtin_offsetof(struct yagura_kill, target) == 80, "kill.target");
_Static_assert(__builtin_offsetof(struct yagura_kill, namespace) == 84, "kill.namespace");
_Static_assert(__builtin_offsetof(struct yagura_kill, global_target) == 88, "kill.globalTarget");
_Static_assert(__builtin_offsetof(struct yagura_kill, number) == 92, "kill.number");
_Static_assert(__builtin_offsetof(struct yagura_kill, call) == 96, "kill.call");
_Static_assert(__builtin_offsetof(struct yagura_kill, result) == 100, "kill.result");

struct yagura_trace {
	struct yagura_header header;
	__u32 target;
	__u32 namespace;
	__u32 global_target;
	__u32 number;
	__u32 call;
	__u32 result;
};
_Static_assert(sizeof(struct yagura_trace) == 104, "size of trace");
_Static_assert(__builtin_offsetof(struct yagura_trace, target) == 80, "trace.target");
_Static_assert(__builtin_offsetof(struct yagura_trace, namespace) == 84, "trace.namespace");
_Static_assert(__builtin_offsetof(struct yagura_trace, global_target) == 88, "trace.globalTarget");
_Static_assert(__builtin_offsetof(struct yagura_trace, number) == 92, "trace.number");
_Static_assert(__builtin_offsetof(struct yagura_trace, call) == 96, "trace.call");
_Static_assert(__builtin_offsetof(struct yagura_trace, result) == 100, "trace.result");

struct yagura_namespace {
	struct yagura_header header;
	__u32 kinds;
	__u32 action;
	__u32 target_pid;
	__u32 result;
};
_Static_assert(sizeof(struct yagura_namespace) == 96, "size of namespace");
_Static_assert(__builtin_offsetof(struct yagura_namespace, kinds) == 80, "namespace.kinds");
_Static_assert(__builtin_offsetof(struct yagura_namespace, action) == 84, "namespace.action");
_Static_assert(__builtin_offsetof(struct yagura_namespace, target_pid) == 88, "namespace.targetPid");
_Static_assert(__builtin_offsetof(struct yagura_namespace, result) == 92, "namespace.result");

struct yagura_credential {
	struct yagura_header header;
	__u64 gained;
	__u32 old_uid;
	__u32 new_uid;
	__u32 old_gid;
	__u32 new_gid;
	__u32 call;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_credential) == 112, "size of credential");
_Static_assert(__builtin_offsetof(struct yagura_credential, gained) == 80, "credential.gained");
_Static_assert(__builtin_offsetof(struct yagura_credential, old_uid) == 88, "credential.oldUid");
_Static_assert(__builtin_offsetof(struct yagura_credential, new_uid) == 92, "credential.newUid");
_Static_assert(__builtin_offsetof(struct yagura_credential, old_gid) == 96, "credential.oldGid");
_Static_assert(__builtin_offsetof(struct yagura_credential, new_gid) == 100, "credential.newGid");
_Static_assert(__builtin_offsetof(struct yagura_credential, call) == 104, "credential.call");
_Static_assert(__builtin_offsetof(struct yagura_credential, reserved) == 108, "credential.reserved");

struct yagura_capability {
	struct yagura_header header;
	__u32 capability;
	__u32 allowed;
};
_Static_assert(sizeof(struct yagura_capability) == 88, "size of capability");
_Static_assert(__builtin_offsetof(struct yagura_capability, capability) == 80, "capability.capability");
_Static_assert(__builtin_offsetof(struct yagura_capability, allowed) == 84, "capability.allowed");

struct yagura_call {
	struct yagura_header header;
	__u8 numbers[48];
	__u64 result;
	__u32 call;
	__u16 detail_size;
	__u16 base_size;
	__u8 pointers;
	__u8 base_flags;
	__u16 reserved;
	__u32 reserved2;
	/* followed by: a name that the call was given; components of the directory it is relative to, or of the file it is about */
};
_Static_assert(sizeof(struct yagura_call) == 152, "size of call");
_Static_assert(__builtin_offsetof(struct yagura_call, numbers) == 80, "call.numbers");
_Static_assert(__builtin_offsetof(struct yagura_call, result) == 128, "call.result");
_Static_assert(__builtin_offsetof(struct yagura_call, call) == 136, "call.call");
_Static_assert(__builtin_offsetof(struct yagura_call, detail_size) == 140, "call.detailSize");
_Static_assert(__builtin_offsetof(struct yagura_call, base_size) == 142, "call.baseSize");
_Static_assert(__builtin_offsetof(struct yagura_call, pointers) == 144, "call.pointers");
_Static_assert(__builtin_offsetof(struct yagura_call, base_flags) == 145, "call.baseFlags");
_Static_assert(__builtin_offsetof(struct yagura_call, reserved) == 146, "call.reserved");
_Static_assert(__builtin_offsetof(struct yagura_call, reserved2) == 148, "call.reserved2");

struct yagura_socket {
	struct yagura_header header;
	__u32 domain;
	__u32 kind;
	__u32 protocol;
	__u32 result;
};
_Static_assert(sizeof(struct yagura_socket) == 96, "size of socket");
_Static_assert(__builtin_offsetof(struct yagura_socket, domain) == 80, "socket.domain");
_Static_assert(__builtin_offsetof(struct yagura_socket, kind) == 84, "socket.kind");
_Static_assert(__builtin_offsetof(struct yagura_socket, protocol) == 88, "socket.protocol");
_Static_assert(__builtin_offsetof(struct yagura_socket, result) == 92, "socket.result");

struct yagura_listen {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u64 socket_inode;
	__u32 result;
	__u32 reserved;
};
_Static_assert(sizeof(struct yagura_listen) == 136, "size of listen");
_Static_assert(__builtin_offsetof(struct yagura_listen, local_address) == 80, "listen.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_listen, remote_address) == 96, "listen.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_listen, local_port) == 112, "listen.localPort");
_Static_assert(__builtin_offsetof(struct yagura_listen, remote_port) == 114, "listen.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_listen, family) == 116, "listen.family");
_Static_assert(__builtin_offsetof(struct yagura_listen, protocol) == 118, "listen.protocol");
_Static_assert(__builtin_offsetof(struct yagura_listen, socket_inode) == 120, "listen.socketInode");
_Static_assert(__builtin_offsetof(struct yagura_listen, result) == 128, "listen.result");
_Static_assert(__builtin_offsetof(struct yagura_listen, reserved) == 132, "listen.reserved");

struct yagura_traffic {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u64 socket_inode;
	__u32 result;
	__u32 reserved;
	__u64 sent_bytes;
	__u64 received_bytes;
	__u32 ended;
	__u32 reserved2;
};
_Static_assert(sizeof(struct yagura_traffic) == 160, "size of traffic");
_Static_assert(__builtin_offsetof(struct yagura_traffic, local_address) == 80, "traffic.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_traffic, remote_address) == 96, "traffic.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_traffic, local_port) == 112, "traffic.localPort");
_Static_assert(__builtin_offsetof(struct yagura_traffic, remote_port) == 114, "traffic.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_traffic, family) == 116, "traffic.family");
_Static_assert(__builtin_offsetof(struct yagura_traffic, protocol) == 118, "traffic.protocol");
_Static_assert(__builtin_offsetof(struct yagura_traffic, socket_inode) == 120, "traffic.socketInode");
_Static_assert(__builtin_offsetof(struct yagura_traffic, result) == 128, "traffic.result");
_Static_assert(__builtin_offsetof(struct yagura_traffic, reserved) == 132, "traffic.reserved");
_Static_assert(__builtin_offsetof(struct yagura_traffic, sent_bytes) == 136, "traffic.sentBytes");
_Static_assert(__builtin_offsetof(struct yagura_traffic, received_bytes) == 144, "traffic.receivedBytes");
_Static_assert(__builtin_offsetof(struct yagura_traffic, ended) == 152, "traffic.ended");
_Static_assert(__builtin_offsetof(struct yagura_traffic, reserved2) == 156, "traffic.reserved2");

struct yagura_protocol {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u64 socket_inode;
	__u32 result;
	__u32 reserved;
	__u32 size;
	__u32 sent;
	/* followed by: the first bytes of the connection; never kept */
};
_Static_assert(sizeof(struct yagura_protocol) == 144, "size of protocol");
_Static_assert(__builtin_offsetof(struct yagura_protocol, local_address) == 80, "protocol.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_protocol, remote_address) == 96, "protocol.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_protocol, local_port) == 112, "protocol.localPort");
_Static_assert(__builtin_offsetof(struct yagura_protocol, remote_port) == 114, "protocol.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_protocol, family) == 116, "protocol.family");
_Static_assert(__builtin_offsetof(struct yagura_protocol, protocol) == 118, "protocol.protocol");
_Static_assert(__builtin_offsetof(struct yagura_protocol, socket_inode) == 120, "protocol.socketInode");
_Static_assert(__builtin_offsetof(struct yagura_protocol, result) == 128, "protocol.result");
_Static_assert(__builtin_offsetof(struct yagura_protocol, reserved) == 132, "protocol.reserved");
_Static_assert(__builtin_offsetof(struct yagura_protocol, size) == 136, "protocol.size");
_Static_assert(__builtin_offsetof(struct yagura_protocol, sent) == 140, "protocol.sent");

struct yagura_dns {
	struct yagura_header header;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u64 socket_inode;
	__u32 result;
	__u32 reserved;
	__u32 size;
	__u32 reserved2;
	/* followed by: the datagram */
};
_Static_assert(sizeof(struct yagura_dns) == 144, "size of dns");
_Static_assert(__builtin_offsetof(struct yagura_dns, local_address) == 80, "dns.localAddress");
_Static_assert(__builtin_offsetof(struct yagura_dns, remote_address) == 96, "dns.remoteAddress");
_Static_assert(__builtin_offsetof(struct yagura_dns, local_port) == 112, "dns.localPort");
_Static_assert(__builtin_offsetof(struct yagura_dns, remote_port) == 114, "dns.remotePort");
_Static_assert(__builtin_offsetof(struct yagura_dns, family) == 116, "dns.family");
_Static_assert(__builtin_offsetof(struct yagura_dns, protocol) == 118, "dns.protocol");
_Static_assert(__builtin_offsetof(struct yagura_dns, socket_inode) == 120, "dns.socketInode");
_Static_assert(__builtin_offsetof(struct yagura_dns, result) == 128, "dns.result");
_Static_assert(__builtin_offsetof(struct yagura_dns, reserved) == 132, "dns.reserved");
_Static_assert(__builtin_offsetof(struct yagura_dns, size) == 136, "dns.size");
_Static_assert(__builtin_offsetof(struct yagura_dns, reserved2) == 140, "dns.reserved2");

struct yagura_sequence {
	struct yagura_header header;
	__u16 previous;
	__u16 call;
	__u16 automaton;
	__u16 score;
};
_Static_assert(sizeof(struct yagura_sequence) == 88, "size of sequence");
_Static_assert(__builtin_offsetof(struct yagura_sequence, previous) == 80, "sequence.previous");
_Static_assert(__builtin_offsetof(struct yagura_sequence, call) == 82, "sequence.call");
_Static_assert(__builtin_offsetof(struct yagura_sequence, automaton) == 84, "sequence.automaton");
_Static_assert(__builtin_offsetof(struct yagura_sequence, score) == 86, "sequence.score");

struct yagura_verdict {
	struct yagura_header header;
	__u8 object[16];
	__u64 scope;
	__u32 hierarchy;
	__u32 kind;
	__u32 number;
	__u32 family;
	__u32 path_size;
	__u32 reserved;
	/* followed by: components of the path of the program or of the socket, or its abstract name */
};
_Static_assert(sizeof(struct yagura_verdict) == 128, "size of verdict");
_Static_assert(__builtin_offsetof(struct yagura_verdict, object) == 80, "verdict.object");
_Static_assert(__builtin_offsetof(struct yagura_verdict, scope) == 96, "verdict.scope");
_Static_assert(__builtin_offsetof(struct yagura_verdict, hierarchy) == 104, "verdict.hierarchy");
_Static_assert(__builtin_offsetof(struct yagura_verdict, kind) == 108, "verdict.kind");
_Static_assert(__builtin_offsetof(struct yagura_verdict, number) == 112, "verdict.number");
_Static_assert(__builtin_offsetof(struct yagura_verdict, family) == 116, "verdict.family");
_Static_assert(__builtin_offsetof(struct yagura_verdict, path_size) == 120, "verdict.pathSize");
_Static_assert(__builtin_offsetof(struct yagura_verdict, reserved) == 124, "verdict.reserved");
