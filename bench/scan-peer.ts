// Packages and vulnerabilities that we find against those that Trivy finds in the same roots with the same advisories, and what both cost.
//   YAGURA_PEER=/path/to/trivy YAGURA_DATA=/path npm run bench -- scan-peer [NAME...]     names of roots, or directories; default: all roots
// Roots are made as scan-peer/roots.ts says and kept outside of the checkout. Every difference is explained by a rule of
// scan-peer/reasons.ts, or printed: one without a reason is for somebody to look at, and fails the run. What each side needs to start
// is taken off its CPU time: the peer's --version, and our scan of an empty directory.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { buildAdvisoryDatabase } from '@yagura/advisories'
import { systemClock, unwrap } from '@yagura/kernel'
import { type Compared, compareFindings, comparePackages } from './scan-peer/compare.ts'
import { makeEdges } from './scan-peer/edges.ts'
import { type OurReport, scan } from './scan-peer/ours.ts'
import { type Cost, openPeer, type Peer, scanWithPeer, timed } from './scan-peer/peer.ts'
import { writePeerDatabase } from './scan-peer/peer-database.ts'
import { databaseTool, makeRoots, type Root } from './scan-peer/roots.ts'

export const about =
  'packages, findings, CPU time and memory against Trivy on the same roots (YAGURA_PEER names its program)'

export async function run(args: readonly string[]): Promise<void> {
  if (args[0] === '--ours') return console.log(JSON.stringify(await scan(args[1] ?? '', args[2] ?? '', args[3] ?? '')))
  const work = mkdtempSync(join(tmpdir(), 'yagura-bench-peer-'))
  try {
    const peer = openPeer(join(work, 'peer'))
    const data = process.env.YAGURA_DATA
    if (!data) console.log('YAGURA_DATA does not name a folder with advisories and Alpine roots: both are left out.\n')
    const advisories = await writeDatabases(peer, data, work)
    const known = [...makeRoots(data), ...(data ? await makeEdges(data) : [])]
    const roots = args.length > 0 ? args.map((name) => namedRoot(name, known)) : known
    const empty = join(work, 'empty')
    mkdirSync(empty)
    const idle = {
      ours: scanHere({ name: '', path: empty, kind: 'rootfs' }, advisories).cost,
      peer: timed(peer.program, ['--version']).cost,
    }
    let unexplained = 0
    for (const root of roots) unexplained += compare(root, peer, advisories, idle)
    console.log(unexplained === 0 ? 'No difference without a reason.' : `${unexplained} differences without a reason.`)
    if (unexplained > 0) process.exitCode = 1
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function writeDatabases(peer: Peer, data: string | undefined, work: string): Promise<string> {
  await writePeerDatabase(databaseTool(), data, join(peer.folder, 'db', 'trivy.db'))
  const path = join(work, 'advisories.ydb')
  const from = data ? join(data, 'osv') : join(work, 'none')
  if (!data) mkdirSync(from)
  unwrap(await buildAdvisoryDatabase({ from, out: path, clock: systemClock }))
  return path
}

function namedRoot(name: string, known: readonly Root[]): Root {
  const path = resolve(name)
  const kind = existsSync(join(path, 'etc')) ? 'rootfs' : 'sources'
  return known.find((root) => root.name === name) ?? { name: basename(path), path, kind }
}

interface Idle {
  readonly ours: Cost
  readonly peer: Cost
}

function compare(root: Root, peer: Peer, advisories: string, idle: Idle): number {
  const mine = scanHere(root, advisories)
  const theirs = scanWithPeer(peer, root)
  console.log(root.name)
  for (const gap of mine.report.gaps) console.log(`  gap: ${gap}`)
  const packages = comparePackages(mine.report, theirs.results, root)
  const findings = compareFindings(mine.report, theirs.results, root)
  print('packages', packages)
  print('findings', findings)
  const ourMs = Math.max(1, mine.cost.cpuMs - idle.ours.cpuMs)
  const theirMs = Math.max(1, theirs.cost.cpuMs - idle.peer.cpuMs)
  const peaks = [mine.cost.peakMiB, theirs.cost.peakMiB] as const
  console.log(
    `  CPU ${ourMs.toFixed(0)} : ${theirMs.toFixed(0)} ms = ${(ourMs / theirMs).toFixed(2)}, peak memory ${peaks[0].toFixed(0)} : ${peaks[1].toFixed(0)} MiB = ${(peaks[0] / peaks[1]).toFixed(2)}\n`,
  )
  return packages.unexplained.length + findings.unexplained.length
}

function print(what: string, { ours, peers, explained, unexplained }: Compared): void {
  console.log(`  ${ours} ${what}, the peer ${peers}; ${unexplained.length} differences without a reason`)
  for (const [reason, count] of explained) console.log(`  ${String(count).padStart(6)} ${reason}`)
  for (const one of unexplained) console.log(`    ${one}`)
}

/** A process of its own, so that CPU time and memory are those of the scan alone. */
function scanHere(root: Root, advisories: string): { report: OurReport; cost: Cost } {
  const bench = join(import.meta.dirname, 'main.ts')
  const { output, cost } = timed(process.execPath, [bench, 'scan-peer', '--ours', root.kind, root.path, advisories])
  return { report: JSON.parse(output) as OurReport, cost }
}
