#!/bin/sh
# containerd of this machine, with its state in a tmpfs that only this mount namespace sees.
# usage: machine.sh MOUNTPOINT
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=700 machine "$1"
mkdir "$1/run" "$1/lib"
mkdir -p /run/containerd /var/lib/containerd
mount --bind "$1/run" /run/containerd
mount --bind "$1/lib" /var/lib/containerd
printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >"$1/config.toml"
exec containerd --log-level warn --config "$1/config.toml"
