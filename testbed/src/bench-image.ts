// The one image of the efficacy bench: Debian with the tools of attackers and of ordinary work, and a small service that every
// container runs. Made once from Debian's packages, about 400 MB in the cache; variants of it share its layers.
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeBase } from './base-root.ts'
import { cached } from './cache.ts'
import { mustRun } from './command.ts'
import { writeOciArchive } from './oci-archive.ts'

export const BENCH_IMAGE = 'bench.local/service:1'
/** Debian keeps PostgreSQL's server programs apart; its image has them in the path. */
export const BENCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin'
/** uid of the user `app`, whom images of the profile `nonroot` run as. */
export const BENCH_USER = '1000:1000'

const FILES = join(import.meta.dirname, '../bench-image')
const RELEASE = 'bookworm'
const PACKAGES =
  `apt-utils at attr bash bind9-dnsutils bsdextrautils busybox bzip2 ca-certificates coreutils cron curl dash e2fsprogs ed
  file findutils gawk gcc gdb gettext-base git gnupg gzip iproute2 iptables iputils-ping jq kmod ksh libc6-dev libcap2-bin liburing-dev
  logrotate lsof lua5.4 make mawk ncat net-tools netcat-openbsd nginx-light nmap nodejs openssh-client openssl patch perl php-cli
  php-sqlite3 pkexec postgresql procps psmisc python3 python3-pip python3-setuptools python3-venv python3-wheel redis-server rsync ruby
  screen socat sqlite3 strace sudo tar tcpdump telnet tini tmux uidmap unzip util-linux vim-tiny wget whois xxd xz-utils zip zsh zstd`
    .split(/\s+/)
    .filter(Boolean)
const LEFT_OUT = ['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`)
const HOOKS = [
  'chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash app',
  'rm -rf "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*_*',
].map((hook) => `--customize-hook=${hook}`)
const MAKE_TIMEOUT_MS = 900_000

/** OCI archive of the image, made when the cache does not have it. */
export async function benchImageArchive(cacheDir: string): Promise<string> {
  const root = await rootLayer(cacheDir)
  const files = await filesLayer(cacheDir)
  const key = digestOf([root, files, String((await stat(files)).size)])
  const settings = { path: BENCH_PATH }
  const command = ['/usr/local/bin/service-entry']
  return cached(cacheDir, `bench-image-${key}.oci.tar`, (path) =>
    writeOciArchive({ name: BENCH_IMAGE, layerTars: [root, files], command, settings }, path),
  )
}

function rootLayer(cacheDir: string): Promise<string> {
  const options = [`--include=${PACKAGES.join(',')}`, ...LEFT_OUT, ...HOOKS]
  return cached(cacheDir, `bench-root-${digestOf([RELEASE, ...options])}.tar.gz`, async (path) => {
    const tar = `${path}.tar`
    try {
      const argv = ['mmdebstrap', '--quiet', '--variant=minbase', '--format=tar', ...options, RELEASE, tar]
      await mustRun(argv, { timeoutMs: MAKE_TIMEOUT_MS })
      await mustRun(['gzip', '-1', '-n', '--suffix=.gz', tar], { timeoutMs: MAKE_TIMEOUT_MS })
      await mustRun(['mv', `${tar}.gz`, path])
    } finally {
      await rm(tar, { force: true })
    }
  })
}

/** The service, and containerd's own client, which attackers bring along. */
async function filesLayer(cacheDir: string): Promise<string> {
  const names = ['usr/local/bin/service-entry', 'srv/app/server.py', 'etc/resolv.conf', 'etc/pip.conf']
  const texts = await Promise.all(names.map((name) => readFile(join(FILES, name), 'utf8')))
  const base = await nodeBase(cacheDir)
  return cached(cacheDir, `bench-files-${digestOf([base, ...texts])}.tar`, async (path) => {
    const tree = `${path}.tree`
    try {
      await cp(FILES, tree, { recursive: true })
      await mkdir(join(tree, 'usr/bin'), { recursive: true })
      await cp(join(base, 'usr/bin/ctr'), join(tree, 'usr/bin/ctr'))
      const fixed = ['--owner=0', '--group=0', '--mtime=@0', '--sort=name', '--numeric-owner']
      await mustRun(['tar', '-C', tree, ...fixed, '-cf', path, 'usr', 'srv', 'etc'])
    } finally {
      await rm(tree, { recursive: true, force: true })
    }
  })
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
