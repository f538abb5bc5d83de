// All of the real data: what the database answers against what is found by reading every record of the archives.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { unwrap } from '@yagura/kernel'
import { openZip } from '@yagura/safe-io'
import { judge } from '@yagura/versions'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdvisoryDatabaseInfo } from '../database/meta.ts'
import { type AdvisoryDatabase, openAdvisoryDatabase } from '../database/open.ts'
import { packageKey } from '../database/records.ts'
import { verifyAdvisoryDatabase } from '../database/verify.ts'
import { findOsvSources } from '../sources/osv/read.ts'
import { schemeOf } from '../sources/osv/schemes.ts'
import { buildAdvisoryDatabase } from './index.ts'

const data = process.env.YAGURA_DATA
if (!data && process.env.CI === 'true')
  throw new Error('YAGURA_DATA is not set: the advisory database is not tested on real data.')
if (!data) console.warn('YAGURA_DATA is not set: the advisory database is not tested on real data.')

interface RawRecord {
  readonly id: string
  readonly withdrawn?: string
  readonly affected?: readonly {
    readonly package?: { readonly ecosystem: string; readonly name: string }
    readonly ranges?: readonly { readonly type: string }[]
    readonly versions?: readonly string[]
  }[]
}

describe.skipIf(!data)('the database of all real data', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yg-real-'))
  const path = join(directory, 'a.ydb')
  const from = data ?? ''
  const archives = join(from, 'osv')
  const raw = new Map<string, string[]>()
  /** [ecosystem, package, advisory, version that it lists] */
  const listed: (readonly [string, string, string, string])[] = []
  const ids = new Set<string>()
  let info: AdvisoryDatabaseInfo
  let database: AdvisoryDatabase

  beforeAll(async () => {
    const clock = { nowMs: () => 0, monotonicMs: () => 0 }
    info = unwrap(await buildAdvisoryDatabase({ from, out: path, clock }))
    database = unwrap(openAdvisoryDatabase(path))
    for (const name of unwrap(await findOsvSources(archives))) await readRaw(join(archives, name, 'all.zip'))
  }, 600_000)
  afterAll(() => {
    database.close()
    rmSync(directory, { recursive: true })
  })

  async function readRaw(archivePath: string) {
    const limits = { archiveEntries: 1e6, entryBytes: 1e9, totalBytes: 1e12 }
    await using archive = unwrap(await openZip(archivePath, limits))
    for (const entry of archive.entries) {
      const record: RawRecord = JSON.parse(unwrap(await archive.read(entry)).toString())
      if (record.withdrawn) continue
      ids.add(record.id)
      for (const { package: item, ranges = [], versions = [] } of record.affected ?? []) {
        if (!item || (versions.length === 0 && ranges.every(({ type }) => type === 'GIT'))) continue
        for (const version of versions) listed.push([item.ecosystem, item.name, record.id, version])
        const key = JSON.stringify([item.ecosystem, packageKey(item.ecosystem, item.name)])
        raw.set(key, [...(raw.get(key) ?? []), record.id])
      }
    }
  }

  it('is small, holds every advisory and rejects none', () => {
    expect(info.sizeBytes).toBeLessThan(40_000_000)
    expect(info.sources.map(({ rejected }) => rejected)).toEqual(info.sources.map(() => 0))
    expect(info.sources.reduce((sum, { advisories }) => sum + advisories, 0)).toBe(ids.size)
    expect(unwrap(verifyAdvisoryDatabase(path)).sha256).toBe(info.sha256)
  })

  it('answers for any package what reading all archives gives', () => {
    const keys = [...raw.keys()]
    expect(keys.length).toBeGreaterThan(10_000)
    fc.assert(
      fc.property(fc.constantFrom(...keys), (key) => {
        const [ecosystem, name] = JSON.parse(key)
        const found = database.lookup(ecosystem, name).map(({ id }) => id)
        expect(found.toSorted()).toEqual(raw.get(key)?.toSorted())
        expect(database.covers(ecosystem)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('holds for every version that an advisory lists, though few of them are stored', () => {
    expect(listed.length).toBeGreaterThan(100_000)
    fc.assert(
      fc.property(fc.nat(listed.length - 1), (at) => {
        const [ecosystem, name, id, version] = listed[at] ?? ['', '', '', '']
        const scheme = schemeOf(ecosystem) ?? 'semver'
        const found = database.lookup(ecosystem, name).filter((advisory) => advisory.id === id)
        expect(found.some((advisory) => judge(advisory, version, scheme).kind === 'affected')).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('answers nothing for what no archive has', () => {
    expect(database.lookup('Debian:11', 'no-such-package')).toEqual([])
    expect(database.lookup('Debian', 'openssl')).toEqual([])
    expect(database.covers('Alpine:v3.18')).toBe(false)
  })

  it('rates CVEs by what other advisories say of them', () => {
    // BIT-tomcat-2020-1938 and BIT-nginx-2021-23017 carry the CVSS vectors of the CVEs.
    expect(database.severityOf('CVE-2020-1938')).toBe('critical')
    expect(database.severityOf('CVE-2021-23017')).toBe('high')
    expect(database.severityOf('CVE-2021-99999')).toBe('unknown')
  })

  it('holds every other feed of the folder', () => {
    const records = Object.fromEntries(info.feeds.map((feed) => [feed.name, feed.records]))
    const rows = gunzipSync(readFileSync(join(from, 'epss/epss_scores-2026-08-16.csv.gz')))
      .toString()
      .trim()
      .split('\n')
      .slice(2)
    const { vulnerabilities } = JSON.parse(readFileSync(join(from, 'kev/known_exploited_vulnerabilities.json'), 'utf8'))
    const ratings = gunzipSync(readFileSync(join(from, 'vulnrichment.jsonl.gz')))
      .toString()
      .trim()
      .split('\n')
    const products = JSON.parse(gunzipSync(readFileSync(join(from, 'endoflife.json.gz'))).toString())
    const releases = Object.values(products).flat().length
    expect(records).toMatchObject({ epss: rows.length, kev: vulnerabilities.length, vulnrichment: ratings.length })
    expect(records).toMatchObject({ 'end-of-life': releases, csaf: 0, openvex: 0 })
    expect(info.feeds.map(({ rejected }) => rejected)).toEqual(info.feeds.map(() => 0))

    fc.assert(
      fc.property(fc.nat(), (at) => {
        const [cve = '', score, percentile] = (rows[at % rows.length] ?? '').split(',')
        expect(database.epss(cve)).toEqual({
          score01: Number(score),
          percentile01: Number(percentile),
          scoredAt: '2026-08-16T00:00:00.000Z',
        })
        const known = vulnerabilities[at % vulnerabilities.length]
        expect(database.kev(known.cveID)).toMatchObject({ addedOn: known.dateAdded, product: known.product })
        const rating = JSON.parse(ratings[at % ratings.length] ?? '')
        expect(database.enrichment(rating.id)?.cvss).toEqual(rating.cvss ?? [])
      }),
      { numRuns: 500 },
    )
  })

  it('EPSS is probability, not evidence: exploited vulnerabilities are known apart from it', () => {
    expect(database.kev('CVE-2021-44228')).toMatchObject({ addedOn: '2021-12-10', isUsedByRansomware: true })
    expect(database.kev('CVE-2026-0006')).toBeUndefined()
    expect(database.epss('CVE-2026-0006')?.score01).toBe(0.00664)
  })

  it('knows which releases are at the end of their life', () => {
    const at = Date.UTC(2026, 10, 23)
    const isEnded = (id: string, version: string) => database.endOfLife(id, version, at)?.isEnded
    expect(isEnded('debian', '11')).toBe(true)
    expect(isEnded('debian', '13')).toBe(false)
    expect(isEnded('alpine', '3.18.9')).toBe(true)
    expect(isEnded('rocky', '9.4')).toBe(false)
    expect(isEnded('ubuntu', '24.04')).toBe(false)
  })

  it('needs less than 30 MB of heap while it is matched', () => {
    const keys = [...raw.keys()].slice(0, 3000).map((key) => JSON.parse(key))
    const reader = fileURLToPath(new URL('./real-data-reader.ts', import.meta.url))
    const flags = ['--max-old-space-size=30', '--max-semi-space-size=1']
    const output = execFileSync(process.execPath, [...flags, reader, path, JSON.stringify(keys)], { timeout: 120_000 })
    expect(output.toString()).toBe('done')
  }, 150_000)
})
