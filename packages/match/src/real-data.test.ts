// Real Alpine roots, and Debian packages at versions that advisories name, against the real database: the findings must be those that reading all records and asking for each gives.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdvisoryDatabase, buildAdvisoryDatabase, openAdvisoryDatabase } from '@yagura/advisories'
import { systemClock, unwrap } from '@yagura/kernel'
import { openZip } from '@yagura/safe-io'
import type { SoftwarePackage } from '@yagura/schema'
import { compareVersions } from '@yagura/versions'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchPackages } from './match.ts'

const data = process.env.YAGURA_DATA
if (!data && process.env.CI === 'true') throw new Error('YAGURA_DATA is not set: matching is not tested on real data.')
if (!data) console.warn('YAGURA_DATA is not set: matching is not tested on real data.')

interface RawRecord {
  readonly id: string
  readonly upstream: readonly string[]
  readonly withdrawn?: string
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string }
    readonly versions?: readonly string[]
    readonly ranges: readonly { readonly events: readonly { readonly fixed?: string }[] }[]
  }[]
}

/** Packages of one release of Alpine, as its database in the root file system says. */
function packagesOf(root: string): SoftwarePackage[] {
  const archive = join(data ?? '', 'rootfs', root)
  const text = execFileSync('tar', ['-xzOf', archive, './lib/apk/db/installed'], { encoding: 'utf8' })
  return text
    .trim()
    .split('\n\n')
    .map((paragraph) => Object.fromEntries(paragraph.split('\n').map((line) => [line[0], line.slice(2)])))
    .map((fields) => apkPackage(String(fields.P), String(fields.V), String(fields.o)))
}

function apkPackage(name: string, version: string, origin: string): SoftwarePackage {
  return {
    name,
    version,
    type: 'apk',
    purl: `pkg:apk/alpine/${name}@${version}`,
    architecture: 'x86_64',
    source: { name: origin, version },
    licenses: [],
    locations: [{ path: '/lib/apk/db/installed', layer: null }],
    layer: null,
  }
}

describe.skipIf(!data)('on real data', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yg-match-'))
  let database: AdvisoryDatabase
  /** By ecosystem and package. */
  const records = new Map<string, RawRecord[]>()

  beforeAll(async () => {
    const from = join(directory, 'osv')
    mkdirSync(from)
    for (const name of ['Alpine', 'Debian', 'PyPI']) symlinkSync(join(data ?? '', 'osv', name), join(from, name))
    const out = join(directory, 'a.ydb')
    unwrap(await buildAdvisoryDatabase({ from, out, clock: systemClock }))
    database = unwrap(openAdvisoryDatabase(out))
    const limits = { archiveEntries: 100_000, entryBytes: 1e6, totalBytes: 1e9 }
    for (const name of ['Alpine', 'Debian', 'PyPI']) {
      await using archive = unwrap(await openZip(join(from, name, 'all.zip'), limits))
      for (const entry of archive.entries) {
        const record: RawRecord = JSON.parse(unwrap(await archive.read(entry)).toString())
        for (const { package: item } of record.affected) {
          const key = `${item.ecosystem} ${item.name}`
          records.set(key, [...(records.get(key) ?? []), record])
        }
      }
    }
  }, 60_000)
  afterAll(() => {
    database?.close()
    rmSync(directory, { recursive: true })
  })

  function fixesOf(record: RawRecord, ecosystem: string, name: string): string[] {
    return record.affected
      .filter((item) => item.package.ecosystem === ecosystem && item.package.name === name)
      .flatMap((item) => item.ranges.flatMap((range) => range.events.flatMap((event) => event.fixed ?? [])))
  }

  /** Vulnerabilities of one package by reading all its records: fixed in a later version. */
  function expected(ecosystem: string, name: string, version: string): string[] {
    const scheme = ecosystem.startsWith('Alpine') ? 'apk' : 'dpkg'
    const found = (records.get(`${ecosystem} ${name}`) ?? [])
      .filter((record) =>
        fixesOf(record, ecosystem, name).some((fixed) => {
          const order = compareVersions(scheme, version, fixed)
          return order.ok && order.value < 0
        }),
      )
      .flatMap(({ id, upstream }) => (upstream.length > 0 ? upstream : [id]))
    return [...new Set(found)].sort()
  }

  function findings(versionId: string, packages: readonly SoftwarePackage[]) {
    const operatingSystem = { id: 'alpine', versionId, prettyName: null }
    // the day after the newest of these advisories
    return matchPackages({ operatingSystem, packages, scope: 'x', observedAt: '2020-06-09T00:00:00Z' }, database)
  }

  const affectedIds = (result: ReturnType<typeof findings>) =>
    result.findings.filter(({ finding }) => finding.status === 'affected').map(({ finding }) => finding.id)

  it.each([
    ['3.11.13', 'alpine-minirootfs-3.11.13-x86_64.tar.gz'],
    ['3.9.6', 'alpine-minirootfs-3.9.6-x86_64.tar.gz'],
  ])('%s has the findings that the records give, and none was left unjudged', (versionId, root) => {
    const packages = packagesOf(root)
    const branch = `Alpine:v${versionId.split('.').slice(0, 2).join('.')}`
    expect(packages.length).toBeGreaterThan(10)
    for (const item of packages) {
      const result = findings(versionId, [item])
      expect(affectedIds(result).toSorted(), item.name).toEqual(expected(branch, item.source?.name ?? '', item.version))
      expect(result.coverageGaps).toEqual([])
    }
  })

  it('3.11.0 lacks the fixes that came in 2020', () => {
    const old = [
      apkPackage('libssl1.1', '1.1.1d-r2', 'openssl'),
      apkPackage('php7-cli', '7.3.13-r0', 'php7'),
      apkPackage('opensmtpd', '6.6.1p1-r0', 'opensmtpd'),
      apkPackage('mariadb-client', '10.4.10-r0', 'mariadb'),
    ]
    for (const item of old) {
      const ids = affectedIds(findings('3.11.0', [item]))
      expect(ids.toSorted(), item.name).toEqual(expected('Alpine:v3.11', item.source?.name ?? '', item.version))
    }
    const found = findings('3.11.0', old).findings.map(({ finding }) => finding)
    expect(found.find(({ id }) => id === 'CVE-2020-7059')).toMatchObject({
      package: 'php7-cli',
      fixedIn: ['7.3.14-r0'],
    })
    expect(found.find(({ id }) => id === 'CVE-2020-7247')).toMatchObject({
      package: 'opensmtpd',
      fixedIn: ['6.6.2p1-r0'],
    })
    expect(found.find(({ id }) => id === 'CVE-2019-1551')).toMatchObject({
      package: 'libssl1.1',
      fixedIn: ['1.1.1d-r3'],
    })
  })

  it('Debian packages have the findings that the records give, at any version that an advisory names', () => {
    const keys = [...records.keys()].filter((key) => key.startsWith('Debian:'))
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(50), (key, pick) => {
        const [ecosystem = '', name = ''] = key.split(' ')
        const versions = (records.get(key) ?? []).flatMap((record) => fixesOf(record, ecosystem, name))
        const version = versions[pick % versions.length] ?? ''
        const operatingSystem = { id: 'debian', versionId: ecosystem.split(':')[1] ?? '', prettyName: null }
        const item = { ...apkPackage(`lib${name}`, `${version}+b1`, name), type: 'deb', source: { name, version } }
        const input = { operatingSystem, packages: [item], scope: 'x', observedAt: '2026-01-01T00:00:00Z' }
        expect(affectedIds(matchPackages(input, database)).toSorted()).toEqual(expected(ecosystem, name, version))
      }),
      { numRuns: 500 },
    )
  })

  it('Python packages at versions that a record lists have its finding', () => {
    const keys = [...records.keys()].filter((key) => key.startsWith('PyPI '))
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(50), fc.nat(1000), (key, one, pick) => {
        const known = (records.get(key) ?? []).filter(({ withdrawn }) => !withdrawn)
        const record = known[one % known.length]
        const name = key.slice('PyPI '.length)
        const versions =
          record?.affected.flatMap((item) => (item.package.name === name ? (item.versions ?? []) : [])) ?? []
        const version = versions[pick % versions.length]
        fc.pre(record !== undefined && version !== undefined)
        // names are one whatever their case and separators (PEP 503)
        const item = {
          ...apkPackage(name.toUpperCase().replaceAll('-', '_'), version, name),
          type: 'pypi',
          source: null,
        }
        const input = { operatingSystem: null, packages: [item], scope: 'x', observedAt: '2026-01-01T00:00:00Z' }
        const names = matchPackages(input, database).findings.flatMap(({ finding }) => [finding.id, ...finding.aliases])
        expect(names, `${name} ${version}`).toContain(record.id)
      }),
      { numRuns: 300 },
    )
  })

  it('3.18 is newer than the data, which is said', () => {
    const result = findings('3.18.9', packagesOf('alpine-minirootfs-3.18.9-x86_64.tar.gz'))
    expect(result.findings).toEqual([])
    expect(result.coverageGaps).toMatchObject([{ code: 'ADVISORIES_NOT_COVERED', subject: 'Alpine:v3.18' }])
  })
})
