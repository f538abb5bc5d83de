import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import type { Severity } from '@yagura/schema/severities'
import { describe, expect, it } from 'vitest'
import type { AdvisoryLookup } from './decide.ts'
import { matchPackages } from './match.ts'
import { createMatchMemory } from './memory.ts'
import { lookupOf, madePackage } from './testing/made.ts'

function item(type: string, name: string, version: string, source: SoftwarePackage['source'] = null): SoftwarePackage {
  return madePackage(type, name, version, { source, purl: `pkg:${type}/${name}@${version}` })
}

const bullseye: OperatingSystem = { id: 'debian', versionId: '11', prettyName: 'Debian GNU/Linux 11 (bullseye)' }
const alpine = (versionId: string): OperatingSystem => ({ id: 'alpine', versionId, prettyName: 'Alpine Linux' })

function match(operatingSystem: OperatingSystem | null, packages: SoftwarePackage[], database: AdvisoryLookup) {
  return matchPackages({ operatingSystem, packages, scope: 'image:x', observedAt: '2026-01-01T00:00:00Z' }, database)
}

describe('Debian', () => {
  const database = lookupOf([
    {
      id: 'DSA-1-1',
      in: 'Debian:11',
      name: 'openssl',
      fixed: '1.1.1k-1+deb11u1',
      upstream: ['CVE-2021-3711', 'CVE-2021-3712'],
    },
    {
      id: 'DSA-2-1',
      in: 'Debian:11',
      name: 'openssl',
      fixed: '1.1.1n-0+deb11u3',
      upstream: ['CVE-2021-3712'],
      summary: 'openssl - update',
    },
    { id: 'DSA-3-1', in: 'Debian:12', name: 'openssl', upstream: ['CVE-2030-1001'] },
  ])
  const source = { name: 'openssl', version: '1.1.1k-1' }

  it('matches the source package and reports each binary, one finding for each CVE with every fix', () => {
    const packages = [item('deb', 'libssl1.1', '1.1.1k-1+b1', source), item('deb', 'openssl', '1.1.1k-1', source)]
    const { findings, coverageGaps } = match(bullseye, packages, database)
    expect(coverageGaps).toEqual([])
    expect(findings.map(({ finding }) => [finding.package, finding.version, finding.id, finding.fixedIn])).toEqual([
      ['libssl1.1', '1.1.1k-1+b1', 'CVE-2021-3711', ['1.1.1k-1+deb11u1']],
      ['libssl1.1', '1.1.1k-1+b1', 'CVE-2021-3712', ['1.1.1k-1+deb11u1', '1.1.1n-0+deb11u3']],
      ['openssl', '1.1.1k-1', 'CVE-2021-3711', ['1.1.1k-1+deb11u1']],
      ['openssl', '1.1.1k-1', 'CVE-2021-3712', ['1.1.1k-1+deb11u1', '1.1.1n-0+deb11u3']],
    ])
    expect(findings[1]?.finding).toMatchObject({
      aliases: ['DSA-1-1', 'DSA-2-1'],
      status: 'affected',
      reason:
        'openssl 1.1.1k-1 is older than 1.1.1k-1+deb11u1, where it is fixed (DSA-1-1), and is older than 1.1.1n-0+deb11u3, where it is fixed (DSA-2-1).',
    })
    expect(findings[1]?.summary).toBe('openssl - update')
    expect(findings[1]?.package).toBe(packages[0])
  })

  it('says nothing of a package that has all fixes', () => {
    const fixed = item('deb', 'openssl', '1.1.1n-0+deb11u3')
    expect(match(bullseye, [fixed], database)).toEqual({ findings: [], coverageGaps: [] })
  })

  it.each([
    ['a release without advisories', { ...bullseye, versionId: '13' }, 'Debian:13'],
    ['a release without a number', { ...bullseye, versionId: null, prettyName: 'Debian GNU/Linux forky/sid' }, 'deb'],
    ['a derivative', { id: 'kali', versionId: '2024.1', prettyName: 'Kali' }, 'deb'],
    ['no operating system', null, 'deb'],
  ])('reports %s as one gap', (_, operatingSystem, subject) => {
    const packages = [item('deb', 'openssl', '1'), item('deb', 'curl', '1')]
    const { findings, coverageGaps } = match(operatingSystem, packages, database)
    expect(findings).toEqual([])
    expect(coverageGaps).toMatchObject([{ code: 'ADVISORIES_NOT_COVERED', subject, count: 2, scope: 'image:x' }])
  })

  it('finds the feed of a point release, and that of Ubuntu', () => {
    expect(match({ ...bullseye, versionId: '11.7' }, [item('deb', 'openssl', '1')], database).findings).toHaveLength(2)
    const ubuntu = lookupOf([{ id: 'USN-1', in: 'Ubuntu:22.04:LTS', name: 'openssl' }])
    const jammy = { id: 'ubuntu', versionId: '22.04', prettyName: null }
    expect(match(jammy, [item('deb', 'openssl', '1')], ubuntu).findings).toHaveLength(1)
  })
})

describe('Alpine', () => {
  const database = lookupOf([
    {
      id: 'ALPINE-CVE-2020-1967',
      in: 'Alpine:v3.11',
      name: 'openssl',
      fixed: '1.1.1g-r0',
      upstream: ['CVE-2020-1967'],
    },
    { id: 'ALPINE-CVE-2019-1001', in: 'Alpine:v3.11', name: 'zlib', fixed: '1.2.r1', upstream: ['CVE-2019-1001'] },
  ])
  const libssl = item('apk', 'libssl1.1', '1.1.1d-r2', { name: 'openssl', version: '1.1.1d-r2' })

  it('matches the origin within the branch of the release', () => {
    expect(match(alpine('3.11.3'), [libssl], database).findings.map(({ finding }) => finding)).toEqual([
      {
        id: 'CVE-2020-1967',
        aliases: ['ALPINE-CVE-2020-1967'],
        package: 'libssl1.1',
        version: '1.1.1d-r2',
        purl: 'pkg:apk/libssl1.1@1.1.1d-r2',
        severity: 'unknown',
        status: 'affected',
        fixedIn: ['1.1.1g-r0'],
        reason: 'openssl 1.1.1d-r2 is older than 1.1.1g-r0, where it is fixed (ALPINE-CVE-2020-1967).',
      },
    ])
  })

  it.each([
    ['3.18.9', 'Alpine:v3.18'],
    ['3.21_alpha20240923', 'Alpine:edge'],
  ])('%s belongs to %s', (versionId, feed) => {
    expect(match(alpine(versionId), [libssl], database).coverageGaps).toMatchObject([{ subject: feed }])
  })

  it('shows what it could not compare, as finding and as gap', () => {
    const packages = [item('apk', 'zlib', '1.2.11-r3'), item('apk', 'openssl', 'one point one')]
    const { findings, coverageGaps } = match(alpine('3.11.3'), packages, database)
    expect(findings.map(({ finding }) => [finding.id, finding.status])).toEqual([
      ['CVE-2019-1001', 'undetermined'],
      ['CVE-2020-1967', 'undetermined'],
    ])
    expect(coverageGaps).toMatchObject([
      { code: 'VERSION_UNDETERMINED', subject: 'zlib', count: 1, reason: expect.stringContaining('1.2.r1') },
      { code: 'VERSION_UNDETERMINED', subject: 'openssl', count: 1, reason: expect.stringContaining('cannot be read') },
    ])
  })
})

describe('names of one vulnerability', () => {
  const feed = { in: 'npm', name: 'left' }
  const left = item('npm', 'left', '1.0.0')

  it('become one finding by their CVE, with every fix and all names', () => {
    const database = lookupOf([
      { ...feed, id: 'GHSA-1', aliases: ['CVE-2020-10000'], fixed: '1.2.0', severity: 'low' },
      { ...feed, id: 'OTHER-1', aliases: ['GHSA-1'], fixed: '1.1.0', severity: 'high' },
      { ...feed, id: 'GHSA-2', aliases: ['CVE-2020-9999'], related: ['CVE-2020-10000'], fixed: '1.3.0' },
    ])
    const { findings } = match(null, [left], database)
    expect(
      findings.map(({ finding: { id, aliases, fixedIn, severity } }) => ({ id, aliases, fixedIn, severity })),
    ).toEqual([
      { id: 'CVE-2020-9999', aliases: ['GHSA-2'], fixedIn: ['1.3.0'], severity: 'unknown' },
      { id: 'CVE-2020-10000', aliases: ['GHSA-1', 'OTHER-1'], fixedIn: ['1.1.0', '1.2.0'], severity: 'high' },
    ])
  })

  it('join also when the advisory that links them comes last', () => {
    const database = lookupOf([
      { ...feed, id: 'A-1' },
      { ...feed, id: 'B-1' },
      { ...feed, id: 'C-1', aliases: ['A-1', 'B-1'] },
    ])
    const { findings } = match(null, [left], database)
    expect(findings.map(({ finding }) => [finding.id, finding.aliases])).toEqual([['A-1', ['B-1', 'C-1']]])
    expect(findings[0]?.finding.reason).toBe('left 1.0.0 is affected and no fixed version is known (A-1, B-1, C-1).')
  })

  it('keep an advisory without any CVE under its own id', () => {
    expect(match(null, [left], lookupOf([{ ...feed, id: 'MAL-1' }])).findings[0]?.finding.id).toBe('MAL-1')
  })
})

describe('severity', () => {
  const given = (severity?: Severity) =>
    lookupOf(
      [
        {
          id: 'DSA-1',
          in: 'Debian:11',
          name: 'a',
          upstream: ['CVE-2020-1001', 'CVE-2020-1002'],
          ...(severity ? { severity } : {}),
        },
      ],
      {
        'CVE-2020-1001': 'critical',
      },
    )
  const severities = (database: AdvisoryLookup) =>
    match(bullseye, [item('deb', 'a', '1')], database).findings.map(({ finding }) => finding.severity)

  it('of one CVE among several comes from what is known of the CVE, then from the advisory', () => {
    expect(severities(given())).toEqual(['critical', 'unknown'])
    expect(severities(given('low'))).toEqual(['critical', 'low'])
  })

  it('of an advisory about one CVE is its own', () => {
    const database = lookupOf(
      [{ id: 'D-1', in: 'Debian:11', name: 'a', upstream: ['CVE-2020-1001'], severity: 'low' }],
      {
        'CVE-2020-1001': 'critical',
      },
    )
    expect(severities(database)).toEqual(['low'])
  })
})

describe('other packages', () => {
  it('of types without a feed are one gap for each type', () => {
    const packages = [item('conan', 'a', '1'), item('conan', 'b', '1'), item('weird', 'c', '1')]
    expect(match(bullseye, packages, lookupOf([])).coverageGaps).toMatchObject([
      { code: 'ADVISORIES_NOT_COVERED', subject: 'ConanCenter', count: 2 },
      { code: 'ADVISORIES_NOT_COVERED', subject: 'weird', count: 1 },
    ])
  })

  it('of Go match without their v', () => {
    const database = lookupOf([{ id: 'GO-1', in: 'Go', name: 'example.org/m', fixed: '1.2.0' }])
    const versions = ['v1.1.9', 'v1.2.0', '1.1.0'].map((version) => item('golang', 'example.org/m', version))
    expect(match(null, versions, database).findings.map(({ finding }) => finding.version)).toEqual(['v1.1.9', '1.1.0'])
  })

  it('none at all are no gap', () => {
    expect(match(null, [], lookupOf([]))).toEqual({ findings: [], coverageGaps: [] })
  })
})

describe('the memory', () => {
  const database = lookupOf([{ id: 'CVE-2024-1000', in: 'npm', name: 'a', fixed: '2.0.0' }])
  const input = (version: string) => ({
    operatingSystem: null,
    packages: [item('npm', 'a', version), item('npm', 'b', version)],
    scope: 'x',
    observedAt: '2026-01-01T00:00:00Z',
  })

  it('changes no result, and asks the database once for each package', () => {
    let asked = 0
    const counting: AdvisoryLookup = {
      ...database,
      lookup(feed, name) {
        asked++
        return database.lookup(feed, name)
      },
    }
    const memory = createMatchMemory()
    for (let i = 0; i < 3; i++) {
      expect(matchPackages(input('1.0.0'), counting, { memory })).toEqual(matchPackages(input('1.0.0'), database))
      expect(matchPackages(input('2.0.0'), counting, { memory, all: true }).findings).toHaveLength(1)
      expect(matchPackages(input('2.0.0'), counting, { memory }).findings).toEqual([])
    }
    expect(asked).toBe(6)
  })

  it('forgets when the database is another one', () => {
    const memory = createMatchMemory()
    expect(matchPackages(input('1.0.0'), database, { memory }).findings).toHaveLength(1)
    const other = lookupOf([{ id: 'CVE-2024-2000', in: 'npm', name: 'b' }])
    expect(matchPackages(input('1.0.0'), other, { memory }).findings.map(({ finding }) => finding.id)).toEqual([
      'CVE-2024-2000',
    ])
  })

  it('stays bounded and right when it is too small', () => {
    const memory = createMatchMemory(4)
    for (let i = 0; i < 50; i++)
      expect(matchPackages(input(`1.${i % 7}.0`), database, { memory }).findings).toHaveLength(1)
  })
})
