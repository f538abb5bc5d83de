// image = archive = root file system = SBOM of our own: the same packages and the same findings from each.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openImage, parseTarget } from '@yagura/image'
import { dockerArchive, gzipLayer, ociBlobs, writeOciLayout } from '@yagura/image/testing'
import { extractImage } from '@yagura/inventory'
import { parseSbom } from '@yagura/inventory/sbom'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { type AdvisoryLookup, matchPackages } from '@yagura/match'
import { tarArchive } from '@yagura/safe-io/testing'
import { type ImageReport, imageReport, type ScanReport, type SoftwarePackage, scanReport } from '@yagura/schema'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadFormat } from './index.ts'
import { hostileReport, sampleReport } from './testing/reports.ts'

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }
const options = { limits: defaultLimits, clock }
const SBOMS = ['cyclonedx', 'spdx'] as const

type Files = Readonly<Record<string, string>>

const APPS: Files = {
  'app/node_modules/@scope/thing/package.json': '{"name":"@scope/thing","version":"1.2.3","license":"MIT"}',
  'app/node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}',
  'srv/node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}',
  'usr/lib/python3/dist-packages/Foo_Bar-2.0.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 2.0\n',
  'app/vendor/composer/installed.json':
    '{"packages":[{"name":"acme/http","version":"v4.1.0","version_normalized":"4.1.0.0","license":["BSD-3-Clause"]}]}',
  'opt/broken/node_modules/bad/package.json': '{"name":',
}

const ROOTS: Readonly<Record<string, readonly Files[]>> = {
  debian: [
    {
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      'var/lib/dpkg/status': [
        'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.11-1~deb12u2\n',
        'Package: libgcc-s1\nStatus: install ok installed\nArchitecture: amd64\nSource: gcc-12 (12.2.0-14)\nVersion: 12.2.0-14+b1\n',
        'Package: passwd\nStatus: install ok installed\nArchitecture: amd64\nSource: shadow\nVersion: 1:4.13+dfsg1-1+b1\n',
      ].join('\n'),
    },
    APPS,
  ],
  alpine: [
    {
      'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.9\nPRETTY_NAME="Alpine Linux v3.18"\n',
      'lib/apk/db/installed':
        'P:libssl3\nV:3.1.7-r0\nA:x86_64\nL:Apache-2.0\no:openssl\n\nP:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\no:musl\n\n',
    },
    APPS,
  ],
}

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yg-export-'))
})
afterAll(() => rmSync(work, { recursive: true }))

describe.each(Object.entries(ROOTS))('%s', (name, layers) => {
  test('image = archive = rootfs = own SBOM: same packages and findings', async () => {
    const stored = layers.map((files) =>
      gzipLayer(tarArchive(Object.entries(files).map(([path, content]) => ({ name: path, content })))),
    )
    const layout = writeOciLayout(join(work, `${name}-oci`), ociBlobs(stored))
    const archive = join(work, `${name}.tar`)
    writeFileSync(archive, dockerArchive(stored))
    const root = join(work, `${name}-root`)
    for (const [path, content] of layers.flatMap((files) => Object.entries(files))) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    const image = await scan(`oci:${layout}`)
    expect(image.packages.length).toBeGreaterThanOrEqual(6)
    expect(new Set(image.packages.map(({ type }) => type))).toContain('npm')
    for (const target of [`docker-archive:${archive}`, `rootfs:${root}`]) {
      const other = await scan(target)
      expect(other.packages.map(withoutLayers)).toEqual(image.packages.map(withoutLayers))
      expect(findings(other)).toEqual(findings(image))
    }
    expect(findings(image).length).toBeGreaterThanOrEqual(6)
    for (const format of SBOMS) {
      const read = await readBack(format, reportOf(image))
      expect(read.packages.map(plain)).toEqual(image.packages.map(plain))
      expect(read.operatingSystem).toEqual(image.operatingSystem)
      expect(findings(read)).toEqual(findings(image))
      expect(read.coverageGaps).toEqual(image.coverageGaps)
      expect(read.image).toMatchObject({ digest: image.image.digest, names: image.image.names })
    }
  })
})

describe.each(SBOMS)('%s', (format) => {
  test('the branch that packages of Alpine come from comes back', async () => {
    const operatingSystem = { id: 'alpine', versionId: '3.18.9', prettyName: null, branch: 'edge' }
    expect((await readBack(format, { ...sampleReport(), operatingSystem })).operatingSystem).toEqual(operatingSystem)
  })

  test('packages of every type, owned, built by vendors, of modules and in several places come back as they were', async () => {
    const report = sampleReport()
    const read = await readBack(format, report)
    expect(read.packages.map(plain)).toEqual(sorted(report.packages).map(plain))
    expect(read.operatingSystem).toEqual(report.operatingSystem)
    expect(read.coverageGaps.map(({ code, subject }) => [code, subject])).toEqual([['FILE_INVALID', '/opt/broken.jar']])
  })

  test('whatever packages a report holds, their identity comes back', async () => {
    const loaded = await loadFormat(format)
    const text = fc.string({ minLength: 1, maxLength: 40 })
    const item = fc.record({ name: text, version: text, licenses: fc.array(text, { maxLength: 3 }), vendor: text })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        const packages = items.map((one) => ({
          ...one,
          type: 'generic',
          purl: '',
          architecture: null,
          source: { name: one.vendor, version: one.version },
          locations: [{ path: `/${one.name}`, layer: null }],
          layer: null,
        }))
        const bytes = Buffer.from(loaded.render({ ...sampleReport(), packages, findings: [], suppressed: [] }))
        expect(unwrap(parseSbom(bytes, 'x', options)).packages.map(plain)).toEqual(sorted(packages).map(plain))
      }),
      { numRuns: 60 },
    )
  })

  test('what an attacker named comes back as a report that fits its schema', async () => {
    expect(imageReport.safeParse(await readBack(format, hostileReport())).success).toBe(true)
  })
})

async function scan(text: string): Promise<ImageReport> {
  const opened = unwrap(await openImage(unwrap(parseTarget(text)), options))
  const report = await extractImage(opened, options)
  await opened.close()
  return report
}

async function readBack(format: (typeof SBOMS)[number], report: ScanReport): Promise<ImageReport> {
  const text = (await loadFormat(format)).render(report)
  const { coverageGaps, ...read } = imageReport.parse(unwrap(parseSbom(Buffer.from(text), 'bom.json', options)))
  // the one gap more: nobody looks for secrets in an SBOM
  return { ...read, coverageGaps: coverageGaps.filter(({ subject }) => subject !== 'secrets and mistakes') }
}

/** Every package has one vulnerability, of which its own version is told in the reason. */
const everything: AdvisoryLookup = {
  lookup: (ecosystem, packageName) => [
    {
      id: `TEST-${ecosystem}-${packageName}`,
      ecosystem,
      packageName,
      severity: 'high',
      isUnimportant: false,
      ranges: [{ type: 'ECOSYSTEM', events: [{ kind: 'introduced', version: '0' }] }],
      versions: [],
      detail: () => ({
        aliases: [],
        upstream: [],
        related: [],
        summary: null,
        references: [],
        publishedAt: null,
        modifiedAt: null,
      }),
    },
  ],
  covers: () => true,
  ecosystemsOf: (family) => [family],
  severityOf: () => 'unknown',
}

function findings({ operatingSystem, packages, scannedAt }: ImageReport) {
  return matchPackages({ operatingSystem, packages, scope: 'x', observedAt: scannedAt }, everything).findings.map(
    ({ finding }) => finding,
  )
}

function reportOf(extracted: ImageReport): ScanReport {
  return scanReport.parse({ ...sampleReport(), ...extracted, findings: [], suppressed: [], secrets: [], mistakes: [] })
}

/** What is not told and what is told to be nothing are the same. */
function plain(item: SoftwarePackage) {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== undefined))
}

function withoutLayers({ layer: _, locations, ...item }: SoftwarePackage) {
  return { ...plain({ ...item, layer: null, locations: [] }), locations: locations.map(({ path }) => path) }
}

function sorted(packages: readonly SoftwarePackage[]): SoftwarePackage[] {
  const key = ({ type, name, version }: SoftwarePackage) => [type, name, version]
  return packages.toSorted((a, b) => {
    for (const [index, part] of key(a).entries()) {
      const other = key(b)[index] ?? ''
      if (part !== other) return part < other ? -1 : 1
    }
    return 0
  })
}
