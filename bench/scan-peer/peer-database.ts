// OSV records → the peer's database (trivy-db, schema 2), so that both scanners judge by the same advisories. Every advisory keeps its
// own key, `CVE@ADVISORY` where it carries several, so nothing is merged here and no versions are compared.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { type OsvAffected, type OsvRecord, readOsv } from './osv.ts'
import { metadata } from './peer.ts'
import { PEP_440 } from './reasons.ts'

const SCHEMA = 2

/** Ecosystems that both know: which bucket of the peer an ecosystem of OSV goes to, and how its advisories are written there. */
const BUCKETS: readonly {
  readonly folder: string
  bucket(ecosystem: string): string
  advisory(affected: OsvAffected): object
}[] = [
  { folder: 'Debian', bucket: (name) => `debian ${name.slice('Debian:'.length)}`, advisory: fixedVersion },
  { folder: 'Alpine', bucket: (name) => `alpine ${name.slice('Alpine:v'.length)}`, advisory: fixedVersion },
  {
    folder: 'AlmaLinux',
    bucket: (name) => `alma ${name.slice('AlmaLinux:'.length)}`,
    advisory: fixedVersion,
  },
  { folder: 'PyPI', bucket: () => 'pip::osv', advisory: (affected) => constraints(affected, PYTHON) },
  { folder: 'Go', bucket: () => 'go::osv', advisory: (affected) => constraints(affected, SEMVER) },
  { folder: 'crates.io', bucket: () => 'cargo::osv', advisory: (affected) => constraints(affected, SEMVER) },
]

export async function writePeerDatabase(tool: string, data: string | undefined, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const lines: string[] = []
  const seen = new Set<string>()
  const put = (bucket: string, name: string, id: string, value: object) =>
    lines.push([bucket, name, id, JSON.stringify(value)].join('\t'))
  for (const { folder, bucket, advisory } of data ? BUCKETS : [])
    for (const record of await readOsv(data ?? '', folder)) {
      if (record.withdrawn) continue
      for (const [index, affected] of (record.affected ?? []).entries()) {
        const name = bucket(affected.package.ecosystem)
        if (!seen.has(name)) put('data-source', '', name, { ID: 'osv', Name: folder, URL: 'https://osv.example' })
        seen.add(name)
        // a package may be named twice by one record
        if (isModular(affected)) continue
        for (const [id, packageName] of pairs(keysOf(record), packageNames(folder, affected))) {
          put(name, packageName, `${id}#${index}`, advisory(affected))
          put('vulnerability', '', `${id}#${index}`, { Title: '', Severity: 'UNKNOWN' })
        }
      }
    }
  const written = spawnSync(tool, [path], { input: `${lines.join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 20 })
  if (written.status !== 0)
    throw new YaguraError(
      'INTERNAL',
      `The peer's database could not be written: ${written.error?.message ?? written.stderr}`,
    )
  writeFileSync(join(dirname(path), 'metadata.json'), metadata(SCHEMA))
}

/** `CVE-2024-1@DSA-1` for advisories of distributions, which carry CVEs; else the id of the record. */
function keysOf({ id, upstream = [], related = [] }: OsvRecord): string[] {
  // AlmaLinux writes as related what it carries, and ALBA and ALEA tell of no vulnerability
  const carried =
    upstream.length > 0 || !/^AL[A-Z]A-/.test(id) ? upstream : related.filter((one) => one.startsWith('CVE-'))
  if (carried.length > 0) return carried.map((cve) => `${cve}@${id}`)
  return /^AL[BE]A-/.test(id) ? [] : [id]
}

/** PEP 503, and as the peer looks them up, with their dots. */
function packageNames(folder: string, { package: { name } }: OsvAffected): string[] {
  if (folder !== 'PyPI') return [name]
  const lower = name.toLowerCase()
  return [...new Set([lower.replace(/[-_.]+/g, '-'), lower.replaceAll('_', '-')])]
}

function pairs<A, B>(some: readonly A[], others: readonly B[]): [A, B][] {
  return some.flatMap((one) => others.map((other): [A, B] => [one, other]))
}

function isModular({ ranges = [] }: OsvAffected): boolean {
  return ranges.some(({ events }) => events.some(({ fixed = '' }) => fixed.includes('.module')))
}

function fixedVersion({ ranges = [] }: OsvAffected): object {
  const fixed = ranges.flatMap(({ events }) => events.flatMap((event) => event.fixed ?? []))
  if (fixed.length > 1)
    throw new YaguraError('INTERNAL', 'A record of a distribution has two fixes; the peer knows one.')
  return { FixedVersion: fixed[0] }
}

interface Notation {
  readonly equals: string
  /** Comes before all others: 0 in OSV is the beginning, also of what is before the version 0. */
  readonly lowest: string
  readonly version: RegExp
}

const SEMVER: Notation = { equals: '=', lowest: '0.0.0-0', version: /^\d/ }
const PYTHON: Notation = { equals: '==', lowest: '0.dev0', version: PEP_440 }

/**
 * Ranges as the peer writes them, `>=1.0.0, <1.2.0`, and listed versions one by one. One that the peer cannot read makes it leave out the
 * whole advisory: those that are none, and letters in upper case.
 */
function constraints({ ranges = [], versions = [] }: OsvAffected, { equals, lowest, version }: Notation): object {
  const atLeast = (from: string) => `>=${from === '0' ? lowest : from}`
  const vulnerable = ranges
    .filter(({ type }) => type !== 'GIT')
    .flatMap(({ events }) => {
      const spans: string[] = []
      let from: string | undefined
      for (const { introduced, fixed, last_affected: last } of events) {
        if (introduced !== undefined) {
          if (from !== undefined) spans.push(atLeast(from))
          from = introduced
        } else if (from !== undefined) {
          spans.push(`${atLeast(from)}, ${fixed === undefined ? `<=${last}` : `<${fixed}`}`)
          from = undefined
        }
      }
      return from === undefined ? spans : [...spans, atLeast(from)]
    })
  const listed = versions.filter((one) => version.test(one)).map((one) => `${equals}${one.toLowerCase()}`)
  return { VulnerableVersions: [...vulnerable, ...listed] }
}
