import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openImage } from '@yagura/image'
import { gzipLayer, ociBlobs, type TestLayer, writeOciLayout } from '@yagura/image/testing'
import { defaultLimits, type Limits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { type ImageReport, imageReport } from '@yagura/schema'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { extractImage } from './extract-image.ts'
import { EXTRACTOR_VERSION } from './version.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-extract-'))
})
afterEach(() => rmSync(work, { recursive: true }))

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }

async function extract(layers: readonly TestLayer[], limits: Limits = defaultLimits): Promise<ImageReport> {
  const path = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
  const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits, clock }))
  const report = await extractImage(opened, { limits, clock })
  await opened.close()
  return imageReport.parse(report)
}

function layerOf(...members: TarMember[]): TestLayer {
  return gzipLayer(tarArchive(members))
}

function dpkgStatus(packages: Record<string, string>): string {
  return Object.entries(packages)
    .map(
      ([name, version]) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
    )
    .join('\n')
}

const osRelease: TarMember = {
  name: 'usr/lib/os-release',
  content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n',
}
const status = (packages: Record<string, string>): TarMember => ({
  name: 'var/lib/dpkg/status',
  content: dpkgStatus(packages),
})

function introduced(report: ImageReport): Record<string, string> {
  return Object.fromEntries(
    report.packages.map((one) => [
      `${one.name} ${one.version}`,
      `${report.image.layers.findIndex((layer) => layer.diffId === one.layer)}`,
    ]),
  )
}

describe('evidence', () => {
  test('without packages no extractor runs, not even over what is broken', async () => {
    const broken = { name: 'var/lib/rpm/rpmdb.sqlite', content: 'no database' }
    const path = writeOciLayout(join(work, 'none'), ociBlobs([layerOf(osRelease, status({ bash: '5.2-1' }), broken)]))
    const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits: defaultLimits, clock }))
    const options = { limits: defaultLimits, clock, inspect: ['secrets'] } as const
    const all = await extractImage(opened, options)
    const none = await extractImage(opened, { ...options, scope: 'none' })
    await opened.close()
    expect([all.packages.length, all.coverageGaps.length]).toEqual([1, 1])
    expect(none).toMatchObject({ packages: [], coverageGaps: [], operatingSystem: { id: 'debian' }, secrets: [] })
  })

  test('the branch of Alpine is that of its repositories, as the last layer has them', async () => {
    const release = { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.18.9\n' }
    const repositories = (branch: string) => ({
      name: 'etc/apk/repositories',
      content: `https://a.example/${branch}/main\n`,
    })
    const report = await extract([layerOf(release, repositories('v3.18')), layerOf(repositories('edge'))])
    expect(report.operatingSystem).toEqual({ id: 'alpine', versionId: '3.18.9', prettyName: null, branch: 'edge' })
    expect((await extract([layerOf(repositories('edge'))])).operatingSystem).toBeNull()
  })

  test('each package names the layer that brought it, not the one that wrote the database last', async () => {
    const report = await extract([
      layerOf(osRelease, status({ libc6: '2.36-9', bash: '5.2-1', curl: '7' })),
      layerOf(status({ libc6: '2.36-9+deb12u1', bash: '5.2-1' })),
      layerOf(status({ libc6: '2.36-9+deb12u1', bash: '5.2-1', curl: '7', vim: '9' })),
      layerOf({ name: 'app', content: 'x' }),
    ])
    expect(introduced(report)).toEqual({ 'bash 5.2-1': '0', 'libc6 2.36-9+deb12u1': '1', 'curl 7': '2', 'vim 9': '2' })
    const [bash] = report.packages
    expect(bash).toMatchObject({
      purl: 'pkg:deb/debian/bash@5.2-1?arch=amd64&distro=debian-12',
      locations: [{ path: '/var/lib/dpkg/status', layer: report.image.layers[2]?.diffId }],
    })
    expect(report).toMatchObject({
      operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian 12' },
      coverageGaps: [],
      scannedAt: '2026-01-01T00:00:00.000Z',
      extractorVersion: EXTRACTOR_VERSION,
    })
  })

  test('distroless: one file for each package, in layers of their own', async () => {
    const one = (name: string, version: string): TarMember => ({
      name: `./var/lib/dpkg/status.d/${name}`,
      content: `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n`,
    })
    const report = await extract([
      layerOf(osRelease, one('base-files', '12'), {
        name: './var/lib/dpkg/status.d/base-files.md5sums',
        content: 'abc  usr/x\n',
      }),
      layerOf(one('tzdata', '2024a'), { name: 'etc/os-release', type: '2', link: '../usr/lib/os-release' }),
      layerOf({ name: 'var/lib/dpkg/status.d/.wh.base-files' }, one('libc6', '2.36')),
    ])
    expect(introduced(report)).toEqual({ 'tzdata 2024a': '1', 'libc6 2.36': '2' })
    expect(report.operatingSystem?.id).toBe('debian')
  })

  test('a database that is a link to a file nobody asked for is found, whatever kind of link', async () => {
    const content = dpkgStatus({ bash: '5' })
    const forms: TarMember[][] = [
      [
        { name: 'elsewhere/db', content },
        { name: 'var/lib/dpkg/status', type: '1', link: 'elsewhere/db' },
      ],
      [
        { name: 'elsewhere/db', content },
        { name: 'var/lib/dpkg/status', type: '2', link: '/elsewhere/db' },
      ],
      [
        { name: 'elsewhere/status', content },
        { name: 'var/lib/dpkg', type: '2', link: '../../elsewhere' },
      ],
    ]
    for (const form of forms) {
      expect(introduced(await extract([layerOf(osRelease, ...form)]))).toEqual({ 'bash 5': '0' })
      const [target, link] = form
      if (target && link) expect(introduced(await extract([layerOf(target), layerOf(link)]))).toEqual({ 'bash 5': '1' })
    }
  })

  test('a deleted database leaves no packages', async () => {
    const report = await extract([layerOf(osRelease, status({ bash: '5' })), layerOf({ name: 'var/lib/.wh.dpkg' })])
    expect(report.packages).toEqual([])
  })

  test('an image of nothing', async () => {
    expect(await extract([])).toMatchObject({ packages: [], operatingSystem: null, coverageGaps: [] })
  })
})

describe('progress and interruption', () => {
  test('each layer is told, and an aborted scan stops', async () => {
    const path = writeOciLayout(join(work, 'layout'), ociBlobs([layerOf(osRelease), layerOf(status({ a: '1' }))]))
    const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits: defaultLimits }))
    const seen: string[] = []
    await extractImage(opened, {
      limits: defaultLimits,
      clock,
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    })
    expect(seen).toEqual(['1/2', '2/2'])
    const signal = AbortSignal.abort(new Error('the user left'))
    await expect(extractImage(opened, { limits: defaultLimits, clock, signal })).rejects.toThrow('the user left')
    await opened.close()
  })
})
