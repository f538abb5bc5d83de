# A lock file by Cargo from the crates that Debian packages, and a program that carries it as cargo-auditable writes it:
# zlib-packed JSON in the section .dep-v0 (github.com/rust-secure-code/cargo-auditable, PARSING.md).
out=/out/srv/rust
mkdir -p "$out/app/src" "$out/bin"
cd "$out/app"
mkdir -p /build/.cargo
cat >/build/.cargo/config.toml <<'TOML'
[source.crates-io]
replace-with = "packaged"
[source.packaged]
directory = "/usr/share/cargo/registry"
TOML
cat >Cargo.toml <<'TOML'
[package]
name = "app"
version = "0.3.0"
edition = "2021"

[dependencies]
serde_json = "1"
regex = { version = "1", default-features = false, features = ["std"] }
TOML
echo 'fn main() { println!("{}", serde_json::json!({"a": regex::escape("b.")})); }' >src/main.rs
HOME=/build CARGO_HOME=/build/.cargo cargo build --offline --quiet --target-dir /build/target
python3 - <<'PY'
import json, re, zlib

packages = []
for block in open('Cargo.lock').read().split('[[package]]')[1:]:
    field = dict(re.findall(r'^(\w+) = "(.*)"$', block, re.M))
    packages.append({'name': field['name'], 'version': field['version'], 'source': 'registry' if 'source' in field else 'local'})
root = next(i for i, one in enumerate(packages) if one['name'] == 'app')
packages[root].update(root=True, dependencies=[i for i in range(len(packages)) if i != root])
open('/build/dep-v0', 'wb').write(zlib.compress(json.dumps({'packages': packages}).encode()))
PY
objcopy --add-section .dep-v0=/build/dep-v0 /build/target/debug/app "$out/bin/app"
strip --keep-section=.dep-v0 "$out/bin/app"
