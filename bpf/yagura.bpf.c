/* The kernel half of the sensor: BTF tracepoints only (Linux 5.8 and later), so that it works where kprobes, fentry and
 * LSM programs do not. Every program is one hook and loads on its own. */
#include "kernel_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#include "generated/yagura_events.h"
#include "emit.h"
#include "task.h"
#include "path.h"
#include "scope.h"
#include "layer.h"
#include "descriptor.h"
#include "process.h"
#include "syscall.h"
#include "stdio.h"
#include "recent.h"
#include "file.h"
#include "fileact.h"
#include "denied_name.h"
#include "verdict.h"
#include "deny_open.h"
#include "deny_name.h"
#include "network.h"
#include "deny_socket.h"
#include "mount.h"
#include "namespace.h"
#include "target.h"
#include "credential.h"
#include "call.h"
#include "ioctl.h"
#include "ring.h"
#include "flow.h"
#include "quarantine.h"
#include "sequence.h"
#include "cgroup.h"

char LICENSE[] SEC("license") = "GPL";
