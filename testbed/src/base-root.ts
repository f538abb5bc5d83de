// Root file systems of Debian by mmdebstrap: the node's own, and those of the images.
import { createHash } from 'node:crypto'
import { cached } from './cache.ts'
import { mustRun } from './command.ts'

const NODE_RELEASE = 'bookworm'
const NODE_PACKAGES = ['containerd', 'runc', 'containernetworking-plugins', 'iproute2', 'iptables', 'procps']

export const DEBIAN_RELEASES = ['bullseye', 'bookworm', 'trixie'] as const
export type DebianRelease = (typeof DEBIAN_RELEASES)[number]

/** Directory with the root of a node; read-only by agreement, nodes lay an overlay over it. */
export function nodeBase(cacheDir: string, morePackages: readonly string[] = []): Promise<string> {
  return rootWith(cacheDir, 'node', NODE_RELEASE, [...NODE_PACKAGES, ...morePackages])
}

/** Directory with a Debian release and servers of it, to be run in it by chroot; read-only by agreement. */
export function serverRoot(cacheDir: string, release: DebianRelease, packages: readonly string[]): Promise<string> {
  return rootWith(cacheDir, 'servers', release, packages)
}

function rootWith(cacheDir: string, use: string, release: string, packages: readonly string[]): Promise<string> {
  const recipe = createHash('sha256')
    .update(JSON.stringify([release, packages]))
    .digest('hex')
    .slice(0, 12)
  return cached(cacheDir, `${use}-${release}-${recipe}`, (path) =>
    debootstrap(release, path, ['--format=directory', `--include=${packages.join(',')}`]),
  )
}

/** A tar with the minimal root of a Debian release. */
export function debianRoot(cacheDir: string, release: DebianRelease): Promise<string> {
  return cached(cacheDir, `debian-${release}.tar`, (path) => debootstrap(release, path, ['--format=tar']))
}

async function debootstrap(release: string, path: string, options: readonly string[]): Promise<void> {
  const argv = ['mmdebstrap', '--quiet', '--variant=minbase', ...options, release, path]
  await mustRun(argv, { timeoutMs: 300_000 })
}
