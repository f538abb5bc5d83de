#!/bin/sh
# Runs one command on a node: in its control groups first, so that the guard holds for it too, then in its namespaces.
# usage: enter.sh CGROUPS PID COMMAND…
set -eu
cgroups=$1 pid=$2
shift 2
IFS=:
for directory in $cgroups; do echo $$ >"$directory/cgroup.procs"; done
unset IFS
exec nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup -- \
  setpriv --bounding-set=-sys_boot,-sys_time,-sys_rawio,-sys_module -- "$@"
