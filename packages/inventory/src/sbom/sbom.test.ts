import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, type Limits } from '@yagura/kernel'
import { type ImageReport, imageReport, type SoftwarePackage } from '@yagura/schema'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseSbom, readSbom } from './read-sbom.ts'

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }
const LAYER = `sha256:${'a'.repeat(64)}`

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yg-export-sbom-'))
})
afterAll(() => rmSync(work, { recursive: true }))

/** Every SBOM leaves the gap that secrets and mistakes were not looked for; the others are returned. */
function read(document: unknown, limits: Limits = defaultLimits): ImageReport {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const report = parseSbom(Buffer.from(text), 'dir/bom.json', { limits, clock })
  if (!report.ok) throw report.error
  const { coverageGaps, ...rest } = imageReport.parse(report.value)
  const others = coverageGaps.filter(({ subject }) => subject !== 'secrets and mistakes')
  expect(others).toHaveLength(coverageGaps.length - 1)
  return { ...rest, coverageGaps: others }
}

function cyclonedx(components: unknown, more: object = {}): object {
  return { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components, ...more }
}

function spdx(packages: unknown, more: object = {}): object {
  return { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', packages, ...more }
}

function properties(values: Record<string, string>): { name: string; value: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }))
}

function purlReference(purl: string, category = 'PACKAGE-MANAGER'): object[] {
  return [{ referenceCategory: category, referenceType: 'purl', referenceLocator: purl }]
}

const shown = ({ type, name, version, architecture, source }: SoftwarePackage) =>
  [type, name, version, architecture, source && `${source.name} ${source.version}`].join(' | ')

describe('SBOMs of others', () => {
  test('CycloneDX of Trivy: source packages in parts, layers, places, the operating system by its own names', () => {
    const trivy = (values: Record<string, string>) =>
      properties(Object.fromEntries(Object.entries(values).map(([key, value]) => [`aquasecurity:trivy:${key}`, value])))
    const report = read(
      cyclonedx(
        [
          { type: 'operating-system', name: 'redhat', version: '8.7' },
          {
            type: 'library',
            name: 'bash',
            version: '1:4.4.20-4.el8_6',
            purl: 'pkg:rpm/redhat/bash@4.4.20-4.el8_6?arch=x86_64&distro=redhat-8.7&epoch=1',
            properties: trivy({ SrcName: 'bash', SrcVersion: '4.4.20', SrcRelease: '4.el8_6', LayerDiffID: LAYER }),
          },
          {
            type: 'library',
            name: 'perl',
            version: '5.36.0-7',
            purl: 'pkg:deb/debian/perl-base@5.36.0-7?arch=amd64&distro=debian-12.4',
            properties: trivy({ SrcName: 'perl', SrcVersion: '5.36.0', SrcRelease: '7', SrcEpoch: '2' }),
          },
          {
            type: 'library',
            group: 'org.example',
            name: 'core',
            version: '1.0',
            purl: 'pkg:maven/org.example/core@1.0',
            properties: trivy({ FilePath: 'opt/app.jar', LayerDiffID: LAYER }),
          },
          { type: 'application', name: 'app/package-lock.json', properties: trivy({ Type: 'npm' }) },
        ],
        {
          metadata: {
            component: {
              type: 'container',
              name: 'x',
              properties: trivy({ ImageID: LAYER, DiffID: LAYER, RepoTag: 'x:1' }),
            },
          },
        },
      ),
    )
    expect(report.operatingSystem).toEqual({ id: 'rhel', versionId: '8.7', prettyName: null })
    expect(report.packages.map(shown)).toEqual([
      'deb | perl-base | 5.36.0-7 | amd64 | perl 2:5.36.0-7',
      'maven | org.example:core | 1.0 |  | ',
      'rpm | bash | 1:4.4.20-4.el8_6 | x86_64 | bash 4.4.20-4.el8_6',
    ])
    expect(report.packages[1]?.locations).toEqual([{ path: '/opt/app.jar', layer: LAYER }])
    expect(report.packages[2]).toMatchObject({ layer: LAYER, locations: [{ path: 'sbom:bom.json', layer: LAYER }] })
    expect(report.image).toMatchObject({ digest: LAYER, names: ['x:1'], layers: [{ diffId: LAYER }] })
    expect(report.coverageGaps.map(({ subject }) => subject)).toEqual(['sbom:bom.json (other-purl)'])
  })

  test('CycloneDX of Syft: source packages by upstream, the operating system by distro', () => {
    const report = read(
      cyclonedx([
        {
          type: 'library',
          name: 'libgcc-s1',
          version: '12.2.0-14+b1',
          purl: 'pkg:deb/debian/libgcc-s1@12.2.0-14%2Bb1?arch=amd64&upstream=gcc-12%4012.2.0-14&distro=debian-12',
          properties: properties({ 'syft:location:0:path': '/var/lib/dpkg/status', 'syft:location:0:layerID': LAYER }),
        },
        {
          type: 'library',
          name: 'libssl3',
          version: '3.0.11-1',
          purl: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&upstream=openssl&distro=debian-12',
        },
        { type: 'library', name: 'bash', version: '5.1', purl: 'pkg:deb/debian/bash@5.1?arch=amd64&distro=debian-12' },
        { type: 'library', name: '@scope/thing', version: '1.2.3', purl: 'pkg:npm/%40scope/thing@1.2.3' },
        { type: 'file', name: '/etc/passwd' },
      ]),
    )
    expect(report.operatingSystem).toEqual({ id: 'debian', versionId: '12', prettyName: null })
    expect(report.packages.map(shown)).toEqual([
      'deb | bash | 5.1 | amd64 | bash 5.1',
      'deb | libgcc-s1 | 12.2.0-14+b1 | amd64 | gcc-12 12.2.0-14',
      'deb | libssl3 | 3.0.11-1 | amd64 | openssl 3.0.11-1',
      'npm | @scope/thing | 1.2.3 |  | ',
    ])
    expect(report.packages[1]?.locations).toEqual([{ path: '/var/lib/dpkg/status', layer: LAYER }])
    expect(report.coverageGaps).toEqual([])
  })

  test('SPDX of Trivy and Syft, with the category of version 2.2 too', () => {
    const report = read(
      spdx([
        {
          name: 'alpine',
          SPDXID: 'SPDXRef-OperatingSystem',
          versionInfo: '3.18.9',
          primaryPackagePurpose: 'OPERATING-SYSTEM',
        },
        {
          name: 'libssl3',
          SPDXID: 'SPDXRef-Package-1',
          versionInfo: '3.1.7-r0',
          sourceInfo: 'built package from: openssl 3.1.7-r0',
          licenseDeclared: 'Apache-2.0',
          attributionTexts: [`LayerDiffID: ${LAYER}`],
          externalRefs: purlReference('pkg:apk/alpine/libssl3@3.1.7-r0?arch=x86_64&distro=3.18.9'),
        },
        {
          name: 'musl',
          SPDXID: 'SPDXRef-Package-2',
          versionInfo: '1.2.4-r2',
          licenseDeclared: 'NOASSERTION',
          externalRefs: purlReference('pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64', 'PACKAGE_MANAGER'),
        },
      ]),
    )
    expect(report.operatingSystem).toEqual({ id: 'alpine', versionId: '3.18.9', prettyName: null })
    expect(report.packages.map(shown)).toEqual([
      'apk | libssl3 | 3.1.7-r0 | x86_64 | openssl 3.1.7-r0',
      'apk | musl | 1.2.4-r2 | x86_64 | musl 1.2.4-r2',
    ])
    expect(report.packages.map(({ licenses, layer }) => [licenses, layer])).toEqual([
      [['Apache-2.0'], LAYER],
      [[], null],
    ])
  })

  test('components in components, a byte order mark, and an attestation around the document', () => {
    const nested = {
      name: 'a',
      version: '1',
      purl: 'pkg:npm/a@1',
      components: [{ name: 'b', version: '2', purl: 'pkg:npm/b@2' }],
    }
    expect(read(cyclonedx([nested])).packages.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(read(`\ufeff${JSON.stringify(cyclonedx([nested]))}`).packages).toHaveLength(2)
    const statement = { predicateType: 'https://cyclonedx.org/bom', predicate: cyclonedx([nested]) }
    expect(read(statement).packages).toHaveLength(2)
  })
})

describe('hostile', () => {
  test.each([
    ['XML', '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><bom/>', 'INPUT_UNSUPPORTED'],
    ['SPDX as tags and values', 'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n', 'INPUT_UNSUPPORTED'],
    ['another version', JSON.stringify(cyclonedx([], { specVersion: '9.9' })), 'INPUT_UNSUPPORTED'],
    ['SPDX 3', '{"spdxVersion":"SPDX-3.0"}', 'INPUT_UNSUPPORTED'],
    ['JSON that is no SBOM', '{"name":"x"}', 'INPUT_UNSUPPORTED'],
    ['a list', '[]', 'INPUT_UNSUPPORTED'],
    ['a cut document', JSON.stringify(cyclonedx([{}])).slice(0, -3), 'INPUT_INVALID'],
    ['depth', `{"bomFormat":"CycloneDX","components":${'['.repeat(200_000)}`, 'LIMIT_EXCEEDED'],
  ])('%s is refused with a sentence', (_, text, code) => {
    const report = parseSbom(Buffer.from(text), 'x', { limits: defaultLimits, clock })
    expect(!report.ok && report.error.code).toBe(code)
    expect(!report.ok && report.error.message).toMatch(/\.$/)
  })

  test('a file above the limit is refused, and not read to its end', async () => {
    const path = join(work, 'large.json')
    writeFileSync(path, `{"x":"${'y'.repeat(10_000)}"}`)
    const report = await readSbom(path, { limits: { ...defaultLimits, jsonBytes: 5000 }, clock })
    expect(!report.ok && report.error.code).toBe('LIMIT_EXCEEDED')
    const missing = await readSbom(join(work, 'no'), { limits: defaultLimits, clock })
    expect(!missing.ok && missing.error.code).toBe('INPUT_NOT_FOUND')
  })

  test('more packages than the limit are cut, and said, however they are nested', () => {
    const items = Array.from({ length: 200_001 }, (_, index) => ({
      name: 'a',
      version: `${index}`,
      purl: `pkg:npm/a@${index}`,
    }))
    for (const document of [cyclonedx([{ type: 'container', components: items }]), cyclonedx(items)]) {
      const report = parseSbom(Buffer.from(JSON.stringify(document)), 'x', { limits: defaultLimits, clock })
      expect(report.ok && report.value.packages.length).toBeGreaterThanOrEqual(199_999)
      expect(report.ok && report.value.packages.length).toBeLessThanOrEqual(200_000)
      expect(report.ok && report.value.coverageGaps.map(({ code }) => code)).toContain('LIMIT_REACHED')
    }
  })

  test('a package URL that contradicts its component is believed, and said', () => {
    const report = read(
      cyclonedx([
        { name: 'bash', version: '5', purl: 'pkg:deb/debian/openssl@3.0?distro=debian-12' },
        { name: 'b', version: '2', purl: 'pkg:npm/b@1' },
        { name: 'c', version: '1', purl: 'pkg:npm/c@1', properties: properties({ 'yagura:type': 'deb' }) },
      ]),
    )
    expect(report.packages.map(shown)).toEqual([
      'deb | openssl | 3.0 |  | openssl 3.0',
      'npm | b | 1 |  | ',
      'npm | c | 1 |  | ',
    ])
    expect(report.coverageGaps).toMatchObject([
      { code: 'FILE_INVALID', subject: 'sbom:bom.json (other-purl)', count: 3 },
    ])
  })

  test('packages without an identity are a gap, never silence', () => {
    const report = read(
      cyclonedx([
        { type: 'library', name: 'no-purl', version: '1' },
        { type: 'library', name: 'bad', version: '1', purl: 'pkg:' },
        { type: 'library', name: 'long', version: '1', purl: `pkg:npm/${'x'.repeat(5000)}@1` },
        { type: 'library', purl: 'pkg:npm/no-version' },
      ]),
    )
    expect(report.packages).toEqual([])
    expect(report.coverageGaps.map(({ subject, count }) => [subject, count])).toEqual([
      ['sbom:bom.json (no-identity)', 4],
      ['sbom:bom.json (bad-purl)', 2],
    ])
  })

  test('keys of prototypes change nothing', () => {
    const text = JSON.stringify(cyclonedx([{ name: 'a', version: '1', purl: 'pkg:npm/a@1?constructor=x' }])).replace(
      '"version":1',
      '"version":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}',
    )
    expect(read(text).packages).toHaveLength(1)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(
      read(cyclonedx([{ name: '__proto__', version: 'constructor', purl: 'pkg:npm/__proto__@constructor' }])).packages,
    ).toMatchObject([{ name: '__proto__', version: 'constructor', source: null }])
  })

  test('objects that cannot be made a text stand nowhere in the way', () => {
    const trap = { toString: 0, valueOf: 0 }
    const component = {
      type: trap,
      name: trap,
      version: trap,
      purl: trap,
      SPDXID: trap,
      primaryPackagePurpose: trap,
      externalRefs: [trap],
    }
    expect(read(cyclonedx([component])).packages).toEqual([])
    expect(read(spdx([component], { relationships: [trap] })).packages).toEqual([])
    for (const document of [{ bomFormat: 'CycloneDX', specVersion: trap }, { spdxVersion: trap }]) {
      const report = parseSbom(Buffer.from(JSON.stringify(document)), 'x', { limits: defaultLimits, clock })
      expect(!report.ok && report.error.code).toBe('INPUT_UNSUPPORTED')
    }
  })

  test('circles among dependencies and relationships are not followed', () => {
    const dependencies = [
      { ref: 'a', dependsOn: ['b'] },
      { ref: 'b', dependsOn: ['a'] },
    ]
    expect(
      read(cyclonedx([{ 'bom-ref': 'a', name: 'a', version: '1', purl: 'pkg:npm/a@1' }], { dependencies })).packages,
    ).toHaveLength(1)
    const relationships = [
      { spdxElementId: 'a', relationshipType: 'CONTAINS', relatedSpdxElement: 'b' },
      { spdxElementId: 'b', relationshipType: 'CONTAINS', relatedSpdxElement: 'a' },
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-DOCUMENT' },
    ]
    expect(
      read(spdx([{ name: 'a', versionInfo: '1', externalRefs: purlReference('pkg:npm/a@1') }], { relationships }))
        .packages,
    ).toHaveLength(1)
  })

  test('whatever JSON stands where, there is a report that fits its schema', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const component = fc.oneof(
      value,
      fc.record(
        {
          type: fc.oneof(fc.constantFrom('library', 'operating-system', 'file'), value),
          name: fc.oneof(fc.string(), value),
          version: fc.oneof(fc.string(), value),
          group: value,
          purl: fc.oneof(fc.constantFrom('pkg:npm/a@1', 'pkg:deb/debian/a@1?distro=x', 'pkg:%', 'pkg:a/b'), value),
          licenses: fc.oneof(fc.array(fc.record({ license: value, expression: value }, { requiredKeys: [] })), value),
          properties: fc.oneof(
            fc.array(
              fc.record({
                name: fc.constantFrom(
                  'yagura:location:0:path',
                  'yagura:layer',
                  'yagura:source:name',
                  'yagura:ownedBy:name',
                ),
                value: fc.oneof(fc.string(), value),
              }),
            ),
            value,
          ),
          externalRefs: value,
          annotations: fc.oneof(fc.array(fc.record({ comment: fc.string().map((text) => `yagura:${text}`) })), value),
          versionInfo: fc.oneof(fc.string(), value),
          primaryPackagePurpose: value,
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(fc.oneof(fc.array(component, { maxLength: 4 }), value), value, (components, metadata) => {
        read(cyclonedx(components, { metadata }))
        read(spdx(components, { relationships: metadata, documentDescribes: metadata }))
      }),
      { numRuns: 300 },
    )
  })
})
