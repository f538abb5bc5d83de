#!/bin/sh
# First step of a node: enters its control groups, then new namespaces, then becomes init.sh. Dies with its parent.
# usage: start.sh CGROUPS INIT ARG…   (CGROUPS: directories joined by ':')
set -eu
cgroups=$1
shift
IFS=:
for directory in $cgroups; do echo $$ >"$directory/cgroup.procs"; done
unset IFS
exec unshare --fork --kill-child --pid --mount --net --uts --ipc --cgroup -- "$@"
