#!/bin/sh
# Second step of a node, already alone in its namespaces: builds its root, leaves the host's, and becomes its init.
# Everything writable is one tmpfs: a host file system mounted here could be walked with open_by_handle_at, and it would
# stay behind after a crash. The overlay's lower directory cannot be reached that way (no file handles without nfs_export).
# usage: init.sh BASES FILES MOUNTPOINT NAME SIZE_BYTES   (BASES, upper one first, and FILES: directories joined by ':')
set -eu
base=$1 files=$2 state=$3 name=$4 size=$5

mount --make-rprivate /
mount -t tmpfs -o "size=$size,mode=700" node "$state"
root=$state/root
mkdir "$root" "$state/upper" "$state/work" "$state/containerd"
mount -t overlay -o "lowerdir=$base,upperdir=$state/upper,workdir=$state/work" node "$root"
IFS=:
for directory in $files; do cp -r --no-preserve=ownership "$directory/." "$root/"; done
unset IFS
mkdir -p "$root/var/lib/containerd" "$root/opt/cni" "$root/.host"
ln -s /usr/lib/cni "$root/opt/cni/bin"
mount --bind "$state/containerd" "$root/var/lib/containerd"

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o nosuid,nodev,mode=755 run "$root/run"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmp "$root/tmp"
mount -t tmpfs -o nosuid,noexec,mode=755,size=64k dev "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/full" c 1 7
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mknod -m 666 "$root/dev/tty" c 5 0
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t devpts -o newinstance,nosuid,noexec,mode=620,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs -o nosuid,nodev,noexec shm "$root/dev/shm"

hostname "$name"
echo "$name" >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >"$root/etc/hosts"
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"

cd "$root"
pivot_root . .host
cd /
umount -l /.host
rmdir /.host
exec setpriv --bounding-set=-sys_boot,-sys_time,-sys_rawio,-sys_module -- /usr/local/sbin/node-init </dev/null
