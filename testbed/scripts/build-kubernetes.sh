#!/bin/sh
# Builds a real Kubernetes (apiserver, controller manager, scheduler, kubelet) from Debian's source package into DIR.
# usage: build-kubernetes.sh DIR     takes about 5 minutes on two cores; needs golang-1.19-go, rsync, jq, make, dpkg-dev.
# The machine's own apt settings are left as they are: the sources are looked up with a state directory of our own.
set -eu
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/lists/partial" "$work/parts" "$out"

# The same mirrors that this machine uses, asked for sources.
for file in /etc/apt/sources.list.d/*.sources; do
	[ -f "$file" ] && grep -q 'bookworm' "$file" &&
		sed 's/^Types:.*/Types: deb-src/' "$file" >"$work/parts/$(basename "$file")"
done
[ -f /etc/apt/sources.list ] && sed -n 's/^deb \(.*bookworm.*\)/deb-src \1/p' /etc/apt/sources.list >"$work/sources.list"
[ -f "$work/sources.list" ] || : >"$work/sources.list"
apt="apt-get -q -o Dir::Etc::SourceList=$work/sources.list -o Dir::Etc::SourceParts=$work/parts -o Dir::State::Lists=$work/lists -o APT::Sandbox::User=root"
$apt update
cd "$work"
$apt source --download-only kubernetes
dpkg-source --no-check -x kubernetes_*.dsc source >/dev/null
version=$(sed -n 's/^Version: .*really\([0-9.]*\).*/\1/p' kubernetes_*.dsc | head -1)

export GOPATH="$work/go" GOFLAGS='' PATH="/usr/lib/go-1.19/bin:$PATH" GOCACHE="$work/cache" GO111MODULE=auto
unset GO111MODULE
mkdir -p "$GOPATH/src/k8s.io"
mv source "$GOPATH/src/k8s.io/kubernetes"
cd "$GOPATH/src/k8s.io/kubernetes"
export KUBE_GIT_VERSION="v$version" KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=clean
KUBE_GIT_MAJOR=$(echo "$version" | cut -d. -f1)
KUBE_GIT_MINOR=$(echo "$version" | cut -d. -f2)
export KUBE_GIT_MAJOR KUBE_GIT_MINOR
make WHAT='cmd/kube-apiserver cmd/kube-controller-manager cmd/kube-scheduler cmd/kubelet'
cp _output/local/bin/linux/*/kube-apiserver _output/local/bin/linux/*/kube-controller-manager \
	_output/local/bin/linux/*/kube-scheduler _output/local/bin/linux/*/kubelet "$out/"
echo "$version" >"$out/version"
