// Package managers whose databases are not read, each known by a file that every installation of it has once. An image that has one
// holds packages that nothing here speaks of.

/** By the name of the marker: where it lies, and whose it is. */
const MANAGERS: Readonly<Record<string, readonly (readonly [place: RegExp, name: string])[]>> = {
  ALPM_DB_VERSION: [[/^var\/lib\/pacman\/local\//, 'pacman']],
  world: [[/^var\/lib\/portage\//, 'Portage']],
  PF: [[/^var\/db\/pkg\/sys-(?:libs\/(?:glibc|musl)|apps\/portage)-/, 'Portage']],
  status: [[/^(?:opt\/|usr\/|var\/)?lib\/opkg\//, 'opkg']],
  'db.sqlite': [
    [/^nix\/var\/nix\/db\//, 'Nix'],
    [/^var\/guix\/db\//, 'Guix'],
  ],
  'pkgdb-0.38.plist': [[/^var\/db\/xbps\//, 'XBPS']],
  'slackware-version': [[/^etc\//, 'Slackware']],
  'local.sqlite': [[/^var\/db\/pkg\//, 'FreeBSD']],
  'state.json': [[/^var\/lib\/snapd\//, 'snap']],
  'seed.yaml': [[/^var\/lib\/snapd\/seed\//, 'snap']],
  config: [[/^var\/lib\/flatpak\/repo\//, 'Flatpak']],
  'INSTALL_RECEIPT.json': [[/\/Cellar\/[^/]+\/[^/]+\//, 'Homebrew']],
  DESCRIPTION: [[/(?:^|\/)R\/(?:[^/]+\/)?(?:site-)?library\/base\//, 'R']],
  'General.toml': [[/\/registries\//, 'Julia']],
  manifest: [[/(?:^|\/)luarocks\/rocks(?:-[\d.]+)?\//, 'LuaRocks']],
  'perllocal.pod': [[/(?:^|\/)perl5?\//, 'CPAN']],
  'package.cache': [[/(?:^|\/)package\.conf\.d\//, 'GHC']],
  'switch-state': [[/\/\.opam-switch\//, 'opam']],
  '.pnp.cjs': [[/(?:)/, "Yarn Plug'n'Play"]],
  '.pnp.js': [[/(?:)/, "Yarn Plug'n'Play"]],
  'start_erl.data': [[/(?:^|\/)releases\//, 'Erlang']],
  'version.php': [[/(?:^|\/)wp-includes\//, 'WordPress']],
  'Drupal.php': [[/(?:^|\/)core\/lib\//, 'Drupal']],
}

/** Length and first letter of a name: nearly no other file has those of a marker, and no name is cut out to find that. */
function shapeOf(path: string, from: number): number {
  return (path.length - from) * 0x10000 + path.charCodeAt(from)
}

const SHAPES = new Set(Object.keys(MANAGERS).map((name) => shapeOf(name, 0)))

/** Undefined for files that are no marker. */
export function managerOf(path: string): string | undefined {
  const from = path.lastIndexOf('/') + 1
  if (!SHAPES.has(shapeOf(path, from))) return undefined
  const name = path.slice(from)
  if (!Object.hasOwn(MANAGERS, name)) return undefined
  return MANAGERS[name]?.find(([place]) => place.test(path))?.[1]
}
