// SPDX-License-Identifier: GPL-2.0
// Two programs on the cgroup above a node, where nothing inside can take them off. They hold for every process of the node,
// privileged containers too. Device numbers: Linux Documentation/admin-guide/devices.txt.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define VALUE_BYTES 192

/**
 * Only the harmless character devices of a container; no disk, no memory, no KVM, and no loop device but the one over a file of
 * the test's own, when the test names it.
 */
SEC("cgroup/dev")
int node_devices(struct bpf_cgroup_dev_ctx *ctx)
{
#ifdef DISK_MAJOR
	if ((ctx->access_type & 0xffff) == BPF_DEVCG_DEV_BLOCK)
		return ctx->major == DISK_MAJOR && ctx->minor == DISK_MINOR;
#endif
	if ((ctx->access_type & 0xffff) != BPF_DEVCG_DEV_CHAR)
		return 0;
	switch (ctx->major) {
	case 1: /* null, zero, full, random, urandom */
		return ctx->minor == 3 || ctx->minor == 5 || (ctx->minor >= 7 && ctx->minor <= 9);
	case 5: /* tty, console, ptmx */
		return ctx->minor <= 2;
	case 10: /* tun: belongs to the network namespace */
		return ctx->minor == 200;
	default: /* Unix98 terminals */
		return ctx->major >= 136 && ctx->major <= 143;
	}
}

/**
 * Settings of the kernel are shared by every namespace. The network's are the node's own; any other may be read, or
 * written back as it is, and never changed.
 */
SEC("cgroup/sysctl")
int node_settings(struct bpf_sysctl *ctx)
{
	char name[8] = {}, now[VALUE_BYTES] = {}, next[VALUE_BYTES] = {};

	if (!ctx->write)
		return 1;
	if (bpf_sysctl_get_name(ctx, name, sizeof(name), 0) < 0 && name[0] == 0)
		return 0;
	if (name[0] == 'n' && name[1] == 'e' && name[2] == 't' && name[3] == '/')
		return 1;
	if (bpf_sysctl_get_current_value(ctx, now, sizeof(now)) < 0 ||
	    bpf_sysctl_get_new_value(ctx, next, sizeof(next)) < 0)
		return 0;
	for (int i = 0; i < VALUE_BYTES; i++) {
		char a = now[i] == '\n' ? 0 : now[i], b = next[i] == '\n' ? 0 : next[i];

		if (a != b)
			return 0;
		if (a == 0)
			return 1;
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
