#!/bin/sh
# Loads the guard and attaches both programs to a control group, in a mount namespace of its own for the pins.
# usage: attach-guard.sh OBJECT MOUNTPOINT CGROUP
set -eu
mount -t bpf bpf "$2"
bpftool prog loadall "$1" "$2"
bpftool cgroup attach "$3" device pinned "$2/node_devices" multi
bpftool cgroup attach "$3" sysctl pinned "$2/node_settings" multi
