# Go programs with their modules stamped into them, built from the sources that Debian packages; and what their source trees hold.
gocode=/usr/share/gocode/src
out=/out/srv/go
mkdir -p "$out/bin" "$out/src"

upstream() { dpkg-query -W -f '${Version}' "$1" | sed -E 's/^[0-9]+://; s/-[^-]*$//; s/[+~].*$//'; }

# vendor MODULE VERSION [REPLACEMENT VERSION]: one module as a vendored one, with all of its packages.
vendor() {
  mkdir -p "vendor/$(dirname "$1")"
  cp -rL "$gocode/$1" "vendor/$1"
  if [ $# -gt 2 ]; then
    echo "replace $1 => $3 $4" >>go.mod
    echo "# $1 $2 => $3 $4" >>vendor/modules.txt
    replaced="$replaced# $1 => $3 $4
"
  else
    echo "# $1 $2" >>vendor/modules.txt
  fi
  echo "require $1 $2" >>go.mod
  echo '## explicit; go 1.18' >>vendor/modules.txt
  find "vendor/$1" -name '*.go' ! -name '*_test.go' -printf '%h\n' | sort -u | sed 's,^vendor/,,' >>vendor/modules.txt
}

# program NAME: an empty module in which the caller vendors and writes main.go
program() {
  mkdir -p "/build/go/$1/vendor"
  cd "/build/go/$1"
  replaced=
  printf 'module example.org/%s\n\ngo 1.18\n' "$1" >go.mod
}

build() {
  printf '%s' "$replaced" >>vendor/modules.txt
  GOFLAGS=-mod=vendor GOCACHE=/build/gocache HOME=/build CGO_ENABLED=0 go build -o "$out/bin/$(basename "$PWD")" "$@" .
  mkdir -p "$out/src/$(basename "$PWD")"
  cp go.mod "$out/src/$(basename "$PWD")/"
}

cobra="v$(upstream golang-github-spf13-cobra-dev)"
pflag="v$(upstream golang-github-spf13-pflag-dev)"
logrus="v$(upstream golang-github-sirupsen-logrus-dev)"
mux="v$(upstream golang-github-gorilla-mux-dev)"
net="v$(upstream golang-golang-x-net-dev)"
text="v$(upstream golang-golang-x-text-dev)"
sys="v$(upstream golang-golang-x-sys-dev)"

program serve
vendor github.com/spf13/cobra "$cobra"
vendor github.com/spf13/pflag "$pflag"
vendor github.com/gorilla/mux "$mux"
vendor golang.org/x/net "$net"
vendor golang.org/x/text "$text"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/gorilla/mux"
	"github.com/spf13/cobra"
	"golang.org/x/net/http2"
	"golang.org/x/net/idna"
)

var version = "unset"

func main() {
	name, _ := idna.ToASCII("例.example")
	_ = (&cobra.Command{Use: "serve", Run: func(*cobra.Command, []string) { fmt.Println(version, name, mux.NewRouter(), http2.Server{}) }}).Execute()
}
GO
build -ldflags '-s -w -X main.version=1.4.2'

program forked
vendor github.com/sirupsen/logrus "$logrus" github.com/example/logrus v1.99.0
vendor golang.org/x/sys "$sys"
cat >main.go <<'GO'
package main

import "github.com/sirupsen/logrus"

func main() { logrus.Info("replaced") }
GO
build -trimpath

program plain
cat >main.go <<'GO'
package main

func main() { println("only the standard library") }
GO
build

# The program that writes the peer's database; it is a tool of the comparison, and none of the applications.
program peer-database
vendor go.etcd.io/bbolt "v$(upstream golang-github-coreos-bbolt-dev)"
vendor golang.org/x/sys "$sys"
cp /build/database.go main.go
mkdir -p /out/tools
GOFLAGS=-mod=vendor GOCACHE=/build/gocache HOME=/build CGO_ENABLED=0 go build -o /out/tools/peer-database .
