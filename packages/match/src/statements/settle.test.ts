import type { SoftwarePackage } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { matchPackages } from '../match.ts'
import { lookupOf, madePackage, madeSystem } from '../testing/made.ts'
import { settle } from './settle.ts'
import type { Product, Statement } from './statement.ts'
import { vexStatement } from './vex.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const image = { digest: null, manifestDigest: DIGEST, names: ['registry.example/team/app:1.0'] }
const libssl = madePackage('deb', 'libssl3', '3.0.11-1', {
  purl: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.13',
  source: { name: 'openssl', version: '3.0.11-1' },
  locations: [{ path: '/var/lib/dpkg/status', layer: null }],
})
const jar = (name: string, path: string) =>
  madePackage('maven', name, '1.0', { purl: `pkg:maven/org.example/${name}@1.0`, locations: [{ path, layer: null }] })
const core = jar('core', '/srv/app.jar')
const packages: SoftwarePackage[] = [libssl, core, jar('app', '/srv/app.jar'), jar('other', '/opt/other.jar')]

const database = lookupOf([
  { id: 'DSA-1', in: 'Debian:12', name: 'openssl', upstream: ['CVE-2024-1000'], fixed: '3.0.12-1' },
  { id: 'GHSA-1', in: 'Maven', name: 'org.example:core', aliases: ['CVE-2024-2000'], fixed: '2.0' },
])
const found = matchPackages(
  { operatingSystem: madeSystem('debian', '12.13'), packages, scope: 'x', observedAt: '2026-01-01T00:00:00Z' },
  database,
).findings

function said(vulnerability: string, products: Product[], more: Partial<Statement> = {}): Statement {
  const base = { kind: 'vex', verdict: 'not-affected', reason: 'no', source: 'a.json', line: null } as const
  return { ...base, vulnerabilities: [vulnerability], products, expires: null, statedAt: null, ...more }
}

function settled(...statements: Statement[]) {
  const { findings, suppressed, exceptions } = settle(
    found,
    { image, packages },
    { statements, published: [], day: '2026-01-01' },
  )
  return {
    open: findings.map(({ finding }) => finding.id),
    suppressed: suppressed.map(({ finding, suppression }) => ({ ...finding, suppression })),
    exceptions,
  }
}

const SSL = 'CVE-2024-1000'
const JAVA = 'CVE-2024-2000'

it('without statements all findings stay', () => {
  expect(settled()).toEqual({ open: [SSL, JAVA], suppressed: [], exceptions: { used: [], unused: [] } })
})

describe('a VEX statement', () => {
  it.each([
    'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.13',
    'pkg:deb/debian/libssl3@3.0.11-1',
    'pkg:deb/debian/libssl3',
    'pkg:deb/debian/libssl3?distro=debian-12',
    'pkg:deb/debian/openssl?arch=source',
    `pkg:oci/app@${DIGEST.replace(':', '%3A')}?repository_url=registry.example%2Fteam%2Fapp`,
    'pkg:oci/app?repository_url=registry.example/team&tag=1.0',
    'registry.example/team/app:1.0',
    DIGEST,
  ])('matches purls ignoring a missing version or qualifiers: %s', (id) => {
    const { open, suppressed } = settled(said(SSL, [{ id }]))
    expect(open).toEqual([JAVA])
    expect(suppressed).toMatchObject([{ id: SSL, status: 'not-affected', suppression: { kind: 'vex', reason: 'no' } }])
  })

  it.each([
    'pkg:deb/debian/libssl3@3.0.11-2',
    'pkg:deb/debian/libssl3?distro=debian-11',
    'pkg:deb/debian/libssl3?distro=debian-1',
    'pkg:deb/ubuntu/libssl3',
    'pkg:oci/app?tag=2.0',
    'pkg:oci/other',
    'not a purl',
  ])('about something else matches nothing, which is told: %s', (id) => {
    const { open, exceptions } = settled(said(SSL, [{ id }]))
    expect(open).toEqual([SSL, JAVA])
    expect(exceptions).toMatchObject({
      used: [],
      unused: [{ vulnerability: SSL, scope: id, problem: 'matches-nothing' }],
    })
  })

  it('about a part of a whole holds within that whole alone', () => {
    const parts = ['pkg:maven/org.example/core']
    expect(settled(said(JAVA, [{ id: 'pkg:maven/org.example/app', parts }])).open).toEqual([SSL])
    expect(settled(said(JAVA, [{ id: 'pkg:oci/app', parts }])).open).toEqual([SSL])
    expect(settled(said(JAVA, [{ id: 'pkg:maven/org.example/other', parts }])).open).toEqual([SSL, JAVA])
    expect(settled(said(JAVA, [{ id: 'pkg:maven/org.example/missing', parts }])).open).toEqual([SSL, JAVA])
  })

  it('that is newer wins; of the same time affected and under investigation do', () => {
    const products = [{ id: 'pkg:deb/debian/libssl3' }]
    const at = (statedAt: string, verdict: Statement['verdict']) => said(SSL, products, { statedAt, verdict })
    expect(settled(at('2025-01-01', 'affected'), at('2025-01-02', 'not-affected')).open).toEqual([JAVA])
    expect(settled(at('2025-01-02', 'affected'), at('2025-01-01', 'not-affected')).open).toEqual([SSL, JAVA])
    expect(settled(at('2025-01-01', 'not-affected'), at('2025-01-01', 'under-investigation')).open).toEqual([SSL, JAVA])
    expect(settled(at('2025-01-01', 'fixed')).suppressed).toMatchObject([{ status: 'fixed' }])
  })

  it('may use any name of the vulnerability', () => {
    expect(settled(said('GHSA-1', [{ id: 'pkg:maven/org.example/core' }])).open).toEqual([SSL])
  })

  it('of the database is not told when it matches nothing', () => {
    const published = [said(SSL, [{ id: 'pkg:deb/debian/libssl3' }]), said('CVE-1', [{ id: 'pkg:npm/x' }])]
    const result = settle(found, { image, packages }, { statements: [], published, day: '2026-01-01' })
    expect(result.suppressed).toHaveLength(1)
    expect(result.exceptions.unused).toEqual([])
  })

  it('of a document names its justification and author', () => {
    const source = { feed: 'openvex', document: 'https://example/vex', author: 'Maker' } as const
    const product = { purl: 'pkg:npm/a', cpe: null, name: null, platform: null, subcomponents: [] }
    const one = {
      vulnerability: 'CVE-1',
      aliases: [],
      status: 'not_affected',
      note: 'unused',
      statedAt: null,
      source,
    } as const
    const statement = vexStatement({ ...one, justification: 'component_not_present', products: [product] })
    expect(statement).toMatchObject({ reason: 'component not present: unused', source: 'https://example/vex (Maker)' })
    const byCpe = { ...product, purl: null, cpe: 'cpe:/a' }
    expect(vexStatement({ ...one, justification: null, products: [byCpe] })).toBeUndefined()
  })
})

describe('an exception', () => {
  const accepted = (vulnerability: string, products: Product[], more: Partial<Statement> = {}) =>
    said(vulnerability, products, { kind: 'exception', verdict: 'accepted', line: 3, ...more })

  it.each<[string, Product]>([
    ['package', { package: 'core' }],
    ['path', { path: '/srv/app.jar' }],
    ['folder', { path: '/srv/**' }],
    ['purl', { id: 'pkg:maven/org.example/core' }],
  ])('by %s keeps the status that matching found', (_, product) => {
    const { open, suppressed, exceptions } = settled(accepted(JAVA, [product]))
    expect(open).toEqual([SSL])
    expect(suppressed).toMatchObject([{ status: 'affected', suppression: { kind: 'exception', line: 3 } }])
    expect(exceptions).toMatchObject({ used: [{ vulnerability: JAVA }], unused: [] })
  })

  it('needs all that it names to fit', () => {
    expect(settled(accepted(JAVA, [{ package: 'core', path: '/srv/app' }])).open).toEqual([SSL, JAVA])
  })

  it('holds through its last day, and has no effect after it, which is told', () => {
    expect(settled(accepted(JAVA, [], { expires: '2026-01-01' })).open).toEqual([SSL])
    const { open, exceptions } = settled(accepted(JAVA, [], { expires: '2025-12-31' }))
    expect(open).toEqual([SSL, JAVA])
    expect(exceptions.unused).toMatchObject([{ problem: 'expired', expires: '2025-12-31' }])
  })
})
