// What scanners get wrong, one test for each rule.
import type { OperatingSystem, SoftwarePackage } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import type { AdvisoryLookup } from './decide.ts'
import { type MatchOptions, matchPackages } from './match.ts'
import { lookupOf, madePackage, madeSystem } from './testing/made.ts'

function match(
  operatingSystem: OperatingSystem | null,
  packages: readonly SoftwarePackage[],
  database: AdvisoryLookup,
  options: MatchOptions = {},
) {
  const input = { operatingSystem, packages, scope: 'image:x', observedAt: '2026-01-01T00:00:00Z' }
  const { findings, coverageGaps } = matchPackages(input, database, options)
  return { findings: findings.map(({ finding }) => finding), coverageGaps }
}

function ids(...given: Parameters<typeof match>): string[] {
  return match(...given).findings.map(({ id }) => id)
}

describe('Debian and Ubuntu', () => {
  const bookworm = madeSystem('debian', '12.13')

  it('several DSAs for one CVE: the highest fix counts', () => {
    const both = { in: 'Debian:12', name: 'a', upstream: ['CVE-2024-1000'] }
    const database = lookupOf([
      { ...both, id: 'DSA-1', fixed: '1-1' },
      { ...both, id: 'DSA-2', fixed: '1-3' },
    ])
    expect(match(bookworm, [madePackage('deb', 'a', '1-2')], database).findings).toMatchObject([
      { id: 'CVE-2024-1000', status: 'affected', fixedIn: ['1-3'] },
    ])
    expect(ids(bookworm, [madePackage('deb', 'a', '1-3')], database)).toEqual([])
  })

  it.each(['removed', 'no-dsa', 'postponed', 'ignored', 'end-of-life'])(
    '%s is NOT not-affected: without a fix every version is affected, whatever the state is called',
    () => {
      const database = lookupOf([{ id: 'CVE-2024-1000', in: 'Debian:12', name: 'a' }])
      expect(match(bookworm, [madePackage('deb', 'a', '99-1')], database).findings).toMatchObject([
        { id: 'CVE-2024-1000', status: 'affected', fixedIn: [] },
      ])
    },
  )

  it('the release line wins over the sid line: what is fixed in another release says nothing of this one', () => {
    const database = lookupOf([
      { id: 'CVE-2024-1000', in: 'Debian:12', name: 'a', fixed: '1-1+deb12u1' },
      { id: 'CVE-2024-1000', in: 'Debian:14', name: 'a', fixed: '2-1' },
      { id: 'CVE-2024-1001', in: 'Debian:14', name: 'a', fixed: '2-1' },
    ])
    expect(ids(bookworm, [madePackage('deb', 'a', '1-1+deb12u1')], database)).toEqual([])
    expect(match(bookworm, [madePackage('deb', 'a', '1-1')], database).findings).toMatchObject([
      { id: 'CVE-2024-1000', fixedIn: ['1-1+deb12u1'] },
    ])
  })

  it('binaries are judged by source name and version: a binNMU is no newer source', () => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'Debian:12', name: 'gcc-12', fixed: '12.2.0-14+deb12u1' }])
    const item = madePackage('deb', 'libgcc-s1', '12.2.0-14+b9', { source: { name: 'gcc-12', version: '12.2.0-14' } })
    const [finding] = match(bookworm, [item], database).findings
    expect(finding).toMatchObject({ package: 'libgcc-s1', version: '12.2.0-14+b9', fixedIn: ['12.2.0-14+deb12u1'] })
  })

  it('unimportant is kept as negligible', () => {
    const database = lookupOf(
      [{ id: 'DEBIAN-CVE-2024-1000', in: 'Debian:12', name: 'a', upstream: ['CVE-2024-1000'], isUnimportant: true }],
      { 'CVE-2024-1000': 'critical' },
    )
    expect(match(bookworm, [madePackage('deb', 'a', '1')], database).findings).toMatchObject([
      { severity: 'negligible' },
    ])
  })

  it.each([
    ['1.0-1ubuntu1', 'CVE-2024-1001'],
    ['1.0-1ubuntu1+esm2', 'CVE-2024-1002'],
    ['1.0-1ubuntu1+Fips1', 'CVE-2024-1003'],
  ])('ESM, Pro and FIPS are separate streams: %s is judged by its own', (version, id) => {
    const fixed = '1.0-9'
    const database = lookupOf([
      { id: 'CVE-2024-1001', in: 'Ubuntu:18.04:LTS', name: 'a', fixed },
      { id: 'CVE-2024-1002', in: 'Ubuntu:Pro:18.04:LTS', name: 'a', fixed },
      { id: 'CVE-2024-1003', in: 'Ubuntu:Pro:FIPS:18.04:LTS', name: 'a', fixed },
    ])
    expect(ids(madeSystem('ubuntu', '18.04'), [madePackage('deb', 'a', version)], database)).toEqual([id])
  })

  it('a package of a stream that is not in the database is a gap, and not judged by another stream', () => {
    const database = lookupOf([{ id: 'CVE-2024-1001', in: 'Ubuntu:18.04:LTS', name: 'a' }])
    const result = match(madeSystem('ubuntu', '18.04'), [madePackage('deb', 'a', '1+esm1')], database)
    expect(result).toMatchObject({ findings: [], coverageGaps: [{ subject: 'Ubuntu:Pro:18.04:LTS' }] })
  })
})

describe('Alpine', () => {
  const release = madeSystem('alpine', '3.18.9')

  it('rows may hold several ids: XSA and CVE are one finding', () => {
    const database = lookupOf([
      { id: 'ALPINE-XSA-401', in: 'Alpine:v3.18', name: 'xen', fixed: '4.17-r2', aliases: ['CVE-2024-1000'] },
      { id: 'ALPINE-CVE-2024-1000', in: 'Alpine:v3.18', name: 'xen', fixed: '4.17-r2', upstream: ['CVE-2024-1000'] },
    ])
    expect(ids(madeSystem('alpine', '3.18.2'), [madePackage('apk', 'xen', '4.17-r1')], database)).toEqual([
      'CVE-2024-1000',
    ])
  })

  it('secdb version 0 means never affected, not fixed in 0', () => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'Alpine:v3.18', name: 'a', fixed: '0' }])
    const packages = [madePackage('apk', 'a', '1.0-r0')]
    expect(ids(release, packages, database)).toEqual([])
    expect(match(release, packages, database, { all: true }).findings).toMatchObject([
      {
        status: 'not-affected',
        fixedIn: [],
        reason: 'a 1.0-r0 was never affected, as its vendor says (CVE-2024-1000).',
      },
    ])
  })

  it('the branch of the repositories outweighs that of os-release (edge)', () => {
    const database = lookupOf([
      { id: 'CVE-2024-1000', in: 'Alpine:v3.18', name: 'a' },
      { id: 'CVE-2024-2000', in: 'Alpine:edge', name: 'a' },
    ])
    const packages = [madePackage('apk', 'a', '1.0-r0')]
    expect(ids(release, packages, database)).toEqual(['CVE-2024-1000'])
    expect(ids({ ...release, branch: 'edge' }, packages, database)).toEqual(['CVE-2024-2000'])
  })

  it('NAK silences the language package at owned paths, also where upstream is asked', () => {
    const database = lookupOf([
      { id: 'CVE-2024-1000', in: 'Alpine:v3.18', name: 'py3-a', fixed: '0' },
      { id: 'PYSEC-1', in: 'PyPI', name: 'a', aliases: ['CVE-2024-1000'] },
      { id: 'PYSEC-2', in: 'PyPI', name: 'a', aliases: ['CVE-2024-2000'] },
    ])
    const owned = madePackage('pypi', 'a', '1.0', { ownedBy: { name: 'py3-a', type: 'apk' } })
    const packages = [madePackage('apk', 'py3-a', '1.0-r0'), owned]
    expect(ids(release, packages, database)).toEqual([])
    expect(ids(release, packages, database, { comprehensive: true })).toEqual(['CVE-2024-2000'])
  })
})

describe('rpm', () => {
  const alma = madeSystem('almalinux', '8.10')

  it('CVEs that AlmaLinux names as related are those of the advisory, and bug fixes are no vulnerabilities', () => {
    const database = lookupOf([
      { id: 'ALSA-1', in: 'AlmaLinux:8', name: 'a', related: ['CVE-2024-1000', 'CVE-2024-1001'], fixed: '2-1' },
      { id: 'ALBA-1', in: 'AlmaLinux:8', name: 'a', fixed: '3-1' },
    ])
    expect(ids(alma, [madePackage('rpm', 'a', '1-1')], database)).toEqual(['CVE-2024-1000', 'CVE-2024-1001'])
  })

  it('related is not alias: neighbours of a language advisory stay apart', () => {
    const database = lookupOf([{ id: 'GHSA-1', in: 'npm', name: 'a', related: ['CVE-2024-1000'] }])
    expect(match(null, [madePackage('npm', 'a', '1.0.0')], database).findings).toMatchObject([
      { id: 'GHSA-1', aliases: [] },
    ])
  })

  it.each([
    ['0:1-1', '1-1', []],
    ['1:1-1', '2-1', ['CVE-2024-1000']],
    ['1:1-1', '1:2-1', []],
  ])('exact name: a missing epoch is 0: fixed in %s, installed %s', (fixed, installed, expected) => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'AlmaLinux:8', name: 'a', fixed }])
    expect(ids(alma, [madePackage('rpm', 'a', installed)], database)).toEqual(expected)
  })

  it('the epoch may stand in the purl', () => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'AlmaLinux:8', name: 'a', fixed: '1:1-1' }])
    const item = madePackage('rpm', 'a', '2-1', { purl: 'pkg:rpm/almalinux/a@2-1?epoch=1' })
    expect(ids(alma, [item], database)).toEqual([])
  })

  it('a source advisory with an epoch is compared without it (perl-Errno)', () => {
    const rocky = madeSystem('rocky', '8.9')
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'Rocky Linux:8', name: 'perl', fixed: '4:5.26.3-419.el8' }])
    const errno = (source: string) =>
      madePackage('rpm', 'perl-Errno', '1.28-419.el8', { source: { name: 'perl', version: source } })
    expect(ids(rocky, [errno('5.26.3-419.el8')], database)).toEqual([])
    expect(ids(rocky, [errno('5.26.3-418.el8')], database)).toEqual(['CVE-2024-1000'])
  })

  it.each([
    ['nodejs:18', '18.0.0-1.module_el8.9.0+1+a', ['CVE-2024-1018']],
    ['nodejs:20', '20.0.0-1.module_el8.9.0+1+a', ['CVE-2024-1020']],
    [null, '18.0.0-1.el8', ['CVE-2024-1000']],
  ])('modules: %s is judged by advisories of its stream alone', (module, version, expected) => {
    const database = lookupOf([
      {
        id: 'CVE-2024-1018',
        in: 'AlmaLinux:8',
        name: 'nodejs',
        fixed: '18.9.0-1.module_el8.9.0+2+b',
        summary: 'Important: nodejs:18 security update',
      },
      {
        id: 'CVE-2024-1020',
        in: 'AlmaLinux:8',
        name: 'nodejs',
        fixed: '20.9.0-1.module_el8.9.0+2+b',
        summary: 'Important: nodejs:20 security update',
      },
      {
        id: 'CVE-2024-1000',
        in: 'AlmaLinux:8',
        name: 'nodejs',
        fixed: '18.9.0-1.el8',
        summary: 'Important: nodejs security update',
      },
    ])
    expect(ids(alma, [madePackage('rpm', 'nodejs', version, { module })], database)).toEqual(expected)
  })

  it('a third-party vendor is not covered, not clean, and not matched with the advisories of the distribution', () => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'AlmaLinux:8', name: 'a', fixed: '2-1' }])
    const packages = [
      madePackage('rpm', 'a', '1-1', { vendor: 'Fedora Project' }),
      madePackage('rpm', 'a', '1-2', { vendor: 'AlmaLinux' }),
      madePackage('rpm', 'a', '1-3', { vendor: null }),
    ]
    const { findings, coverageGaps } = match(alma, packages, database)
    expect(findings.map(({ version }) => version)).toEqual(['1-2', '1-3'])
    expect(coverageGaps).toMatchObject([{ code: 'ADVISORIES_NOT_COVERED', subject: 'Fedora Project', count: 1 }])
  })

  it('empty Vendor can be a curated feed: it is judged, and EPEL and Remi are not covered', () => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'AlmaLinux:8', name: 'php', fixed: '8-2' }])
    const built = (vendor: string | null) => madePackage('rpm', 'php', '8-1', { vendor })
    expect(ids(alma, [built(null)], database)).toEqual(['CVE-2024-1000'])
    for (const vendor of ['Fedora Project', 'Remi Collet <remirepo.net>'])
      expect(match(alma, [built(vendor)], database)).toMatchObject({
        findings: [],
        coverageGaps: [{ code: 'ADVISORIES_NOT_COVERED', subject: vendor }],
      })
  })

  it.each([
    ['1.0-1.el8', ['CVE-2024-1000']],
    ['1.0-1.el8.alma.1', []],
    ['1.0-2.el8', []],
  ])('AlmaLinux: the .alma release suffix comes behind what it was made of: %s', (version, expected) => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'AlmaLinux:8', name: 'a', fixed: '1.0-1.el8.alma.1' }])
    expect(ids(alma, [madePackage('rpm', 'a', version)], database)).toEqual(expected)
  })

  it('arch list & noarch: an advisory holds for a package of every architecture', () => {
    const database = lookupOf([{ id: 'CVE-2024-1000', in: 'AlmaLinux:8', name: 'a', fixed: '2-1' }])
    for (const architecture of ['x86_64', 'i686', 'noarch', null])
      expect(ids(alma, [madePackage('rpm', 'a', '1-1', { architecture })], database)).toEqual(['CVE-2024-1000'])
  })

  it('ksplice and FIPS builds of Oracle match their own flavour only', () => {
    const oracle = madeSystem('ol', '8.9')
    const database = lookupOf([
      { id: 'CVE-2024-1000', in: 'Oracle Linux:8', name: 'glibc', fixed: '2.28-2.ksplice1.el8' },
      { id: 'CVE-2024-1001', in: 'Oracle Linux:8', name: 'glibc', fixed: '2.28-2.el8' },
    ])
    expect(ids(oracle, [madePackage('rpm', 'glibc', '2.28-1.el8')], database)).toEqual(['CVE-2024-1001'])
    expect(ids(oracle, [madePackage('rpm', 'glibc', '2.28-1.ksplice1.el8')], database)).toEqual(['CVE-2024-1000'])
  })

  it('Amazon: extras repos/livepatch: kernels of one name are judged by the advisories of their own line', () => {
    const amazon = madeSystem('amzn', '2')
    const feed = { in: 'Amazon Linux:2', name: 'kernel' }
    const database = lookupOf([
      { ...feed, id: 'ALAS2-2024-1', fixed: '4.14.336-1.amzn2' },
      { ...feed, id: 'ALAS2KERNEL-5.10-2024-1', fixed: '5.10.209-1.amzn2' },
      { ...feed, id: 'ALAS2LIVEPATCH-2024-1', name: 'kernel-livepatch-4.14.336', fixed: '1.0-2.amzn2' },
    ])
    const found = (name: string, version: string) => ids(amazon, [madePackage('rpm', name, version)], database)
    expect(found('kernel', '4.14.300-1.amzn2')).toEqual(['ALAS2-2024-1'])
    expect(found('kernel', '5.10.200-1.amzn2')).toEqual(['ALAS2KERNEL-5.10-2024-1'])
    expect(found('kernel', '5.15.100-1.amzn2')).toEqual([])
    expect(found('kernel-livepatch-4.14.336', '1.0-1.amzn2')).toEqual(['ALAS2LIVEPATCH-2024-1'])
  })

  it.each([
    ['rhel', '8.9', 'Red Hat:enterprise_linux:8::baseos'],
    ['rhel', '10.0', 'Red Hat:enterprise_linux:10.0'],
    ['centos', '8', 'Red Hat:enterprise_linux:8::appstream'],
    ['sles', '15.5', 'SUSE:Linux Enterprise Module for Basesystem 15 SP5'],
    ['opensuse-leap', '15.5', 'openSUSE:Leap 15.5'],
    ['amzn', '2', 'Amazon Linux:2'],
    ['ol', '9.3', 'Oracle Linux:9'],
  ])('%s %s is judged by %s', (id, versionId, feed) => {
    const others = [
      'Red Hat:enterprise_linux:80',
      'Red Hat:rhel_eus:8.8::baseos',
      'SUSE:Linux Enterprise Server 15 SP4',
    ]
    const database = lookupOf([feed, ...others].map((one) => ({ id: `CVE in ${one}`, in: one, name: 'a' })))
    expect(ids(madeSystem(id, versionId), [madePackage('rpm', 'a', '1-1')], database)).toEqual([`CVE in ${feed}`])
  })
})

it('content sets of Red Hat: what an image was built from decides which product judges it', () => {
  const feeds = ['enterprise_linux:9::baseos', 'rhel_eus:9.2::baseos', 'rhel_eus:9.4::baseos'].map(
    (one) => `Red Hat:${one}`,
  )
  const database = lookupOf(feeds.map((one) => ({ id: `CVE in ${one}`, in: one, name: 'a' })))
  const judgedBy = (branch: string | null) =>
    ids({ ...madeSystem('rhel', '9.2'), branch }, [madePackage('rpm', 'a', '1-1')], database)
  expect(judgedBy('rhel_eus:9.2::appstream rhel_eus:9.2::baseos')).toEqual(['CVE in Red Hat:rhel_eus:9.2::baseos'])
  expect(judgedBy('enterprise_linux:9::appstream enterprise_linux:9::baseos')).toEqual([`CVE in ${feeds[0]}`])
  // products that nothing is known of say as much as none
  for (const branch of ['rhel_eus:9.0::baseos', null]) expect(judgedBy(branch)).toEqual([`CVE in ${feeds[0]}`])
})

describe('languages', () => {
  it.each([
    [
      'maven',
      'jackson-databind',
      '2.9.0',
      'pkg:maven/com.fasterxml/jackson-databind@2.9.0',
      'Maven',
      'com.fasterxml:jackson-databind',
    ],
    ['npm', 'core', '7.0.0', 'pkg:npm/%40babel/core@7.0.0', 'npm', '@babel/core'],
    ['golang', 'x/net', 'v0.1.0', 'pkg:golang/golang.org/x/net@v0.1.0', 'Go', 'x/net'],
    ['golang', 'net', 'v0.1.0', 'pkg:golang/golang.org/x/net@v0.1.0', 'Go', 'golang.org/x/net'],
    ['golang', 'stdlib', 'go1.21.3 X:boringcrypto', 'pkg:golang/stdlib@1.21.3', 'Go', 'stdlib'],
    ['composer', 'http', 'v2.0', 'pkg:composer/guzzle/http@v2.0', 'Packagist', 'guzzle/http'],
    ['gem', 'rack', '2.0.0.pre1', 'pkg:gem/rack@2.0.0.pre1', 'RubyGems', 'rack'],
    ['nuget', 'A.B', '1.0', 'pkg:nuget/A.B@1.0', 'NuGet', 'A.B'],
    ['hex', 'plug', '1.0.0', 'pkg:hex/plug@1.0.0', 'Hex', 'plug'],
    ['pub', 'http', '1.0.0', 'pkg:pub/http@1.0.0', 'Pub', 'http'],
    ['conan', 'zlib', '1.2.11', 'pkg:conan/zlib@1.2.11', 'ConanCenter', 'zlib'],
    ['pypi', 'a', '1.0rc1', 'pkg:pypi/a@1.0rc1', 'PyPI', 'a'],
  ])('%s %s %s', (type, name, version, purl, feed, advised) => {
    const database = lookupOf([{ id: 'GHSA-1', in: feed, name: advised, fixed: '99.0.0' }])
    expect(match(null, [madePackage(type, name, version, { purl })], database).findings).toMatchObject([
      { status: 'affected' },
    ])
  })

  it('a Go module without a version is undetermined, never clean', () => {
    const database = lookupOf([{ id: 'GO-1', in: 'Go', name: 'm', fixed: '1.0.0' }])
    const { findings, coverageGaps } = match(null, [madePackage('golang', 'm', '(devel)')], database)
    expect(findings).toMatchObject([{ status: 'undetermined' }])
    expect(coverageGaps).toMatchObject([{ code: 'VERSION_UNDETERMINED' }])
  })

  it('the packaging revision of Bitnami is no pre-release', () => {
    const database = lookupOf([{ id: 'BIT-1', in: 'Bitnami', name: 'redis', fixed: '7.0.5' }])
    expect(ids(null, [madePackage('bitnami', 'redis', '7.0.5-3')], database)).toEqual([])
    expect(ids(null, [madePackage('bitnami', 'redis', '7.0.4-0-r1')], database)).toEqual(['BIT-1'])
  })

  it('a program that no feed speaks of is not covered, not clean', () => {
    const database = lookupOf([{ id: 'BIT-1', in: 'Bitnami', name: 'redis', fixed: '7.0.5' }])
    const packages = [madePackage('generic', 'redis', '7.0.4'), madePackage('generic', 'busybox', '1.36.1')]
    const { findings, coverageGaps } = match(null, packages, database)
    expect(findings).toMatchObject([{ id: 'BIT-1', package: 'redis' }])
    expect(coverageGaps).toMatchObject([{ code: 'ADVISORIES_NOT_COVERED', subject: 'generic', count: 1 }])
  })

  it('a file that an OS package owns is not judged upstream, unless a third party built that package', () => {
    const database = lookupOf([
      { id: 'PYSEC-1', in: 'PyPI', name: 'requests', aliases: ['CVE-2024-1000'] },
      { id: 'CVE-2024-2000', in: 'AlmaLinux:8', name: 'x' },
    ])
    const alma = madeSystem('almalinux', '8.10')
    const owned = madePackage('pypi', 'requests', '2.20', { ownedBy: { name: 'python3-requests', type: 'rpm' } })
    const owner = (vendor: string) => madePackage('rpm', 'python3-requests', '2.20-1.el8', { vendor })
    expect(ids(alma, [owner('AlmaLinux'), owned], database)).toEqual([])
    expect(ids(alma, [owner('Fedora Project'), owned], database)).toEqual(['CVE-2024-1000'])
    expect(ids(alma, [owner('AlmaLinux'), owned], database, { comprehensive: true })).toEqual(['CVE-2024-1000'])
  })

  it('aliases: GO, GHSA, PYSEC and CVE become one finding with every fix', () => {
    const feed = { in: 'Go', name: 'm' }
    const database = lookupOf([
      { ...feed, id: 'GO-1', aliases: ['CVE-2024-1000', 'GHSA-1'], fixed: '1.2.0' },
      { ...feed, id: 'GHSA-1', aliases: ['CVE-2024-1000'], fixed: '1.3.0' },
    ])
    expect(match(null, [madePackage('golang', 'm', 'v1.0.0')], database).findings).toMatchObject([
      { id: 'CVE-2024-1000', aliases: ['GHSA-1', 'GO-1'], fixedIn: ['1.2.0', '1.3.0'] },
    ])
  })
})

describe('never silent', () => {
  const debian = madeSystem('debian', '10')
  const database: AdvisoryLookup = {
    ...lookupOf([{ id: 'CVE-2024-1000', in: 'Debian:10', name: 'a', fixed: '1' }]),
    freshnessOf: () => ({ newestAt: '2025-01-01T00:00:00Z', ageDays: 365, isStale: true }),
    endOfLife: () => ({ product: 'debian', release: '10', endsOn: '2022-09-10', isEnded: true, latest: '10.13' }),
  }

  it('a stale feed and a release past its end of life are gaps', () => {
    const { coverageGaps } = match(debian, [madePackage('deb', 'a', '2'), madePackage('deb', 'b', '1')], database)
    expect(coverageGaps).toMatchObject([
      { code: 'ADVISORIES_STALE', subject: 'Debian:10', count: 2, reason: expect.stringContaining('2025-01-01') },
      { code: 'END_OF_LIFE', subject: 'debian 10', reason: expect.stringContaining('2022-09-10') },
    ])
  })

  it('--all tells of what is fixed, with the advisory that says so', () => {
    const { findings } = match(debian, [madePackage('deb', 'a', '2')], database, { all: true })
    expect(findings).toMatchObject([
      { status: 'fixed', fixedIn: ['1'], reason: 'a 2 is not older than 1, where it is fixed (CVE-2024-1000).' },
    ])
  })
})
