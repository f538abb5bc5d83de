// What we find against what the real tools say: dpkg-query, apk's own database, and the stores of podman and containerd.
// Takes minutes and needs root, mmdebstrap, skopeo and containerd, so it runs when YAGURA_ORACLES=1 (CI sets it).
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenImageOptions, openImage, parseTarget } from '@yagura/image'
import { gzipLayer, ociBlobs, writeOciLayout } from '@yagura/image/testing'
import { defaultLimits, systemClock, unwrap } from '@yagura/kernel'
import { tarArchive } from '@yagura/safe-io/testing'
import type { ImageReport } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { extractImage } from './extract/extract-image.ts'
import { alpineArchives, debianRoot, run } from './testing/roots.ts'
import { intoContainerd, intoContainersStorage } from './testing/stores.ts'

const enabled = process.env.YAGURA_ORACLES === '1'
const data = process.env.YAGURA_DATA
const SLOW_MS = 400_000

if (!enabled)
  console.warn('NOT RUN: packages against dpkg-query, apk, podman and containerd. Set YAGURA_ORACLES=1 to run them.')
if (enabled && !data)
  console.warn('NOT RUN: Alpine root file systems. Set YAGURA_DATA to the directory that holds rootfs/.')

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-oracle-'))
})
afterAll(() => rmSync(work, { recursive: true, force: true }), 120_000)

async function scan(text: string, roots: Partial<OpenImageOptions> = {}): Promise<ImageReport> {
  const opened = unwrap(await openImage(unwrap(parseTarget(text)), { limits: defaultLimits, ...roots }))
  const report = await extractImage(opened, { limits: defaultLimits, clock: systemClock })
  await opened.close()
  expect(report.coverageGaps).toEqual([])
  return report
}

function lines(report: ImageReport): string[] {
  return report.packages
    .map((one) => `${one.name} ${one.version} ${one.architecture} ${one.source?.name} ${one.source?.version}`)
    .sort()
}

test('the Alpine roots are there where they must be', () => {
  if (process.env.CI === 'true') expect(data, 'YAGURA_DATA').toBeTruthy()
})

describe.runIf(enabled).each(['bullseye', 'bookworm', 'trixie'])('Debian %s', (release) => {
  test('a root file system has exactly the packages of dpkg-query', { timeout: SLOW_MS }, async () => {
    const root = debianRoot(release)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
    const format = '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n'
    const expected = run('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '-W', '-f', format])
    const report = await scan(`rootfs:${root}`)
    expect(lines(report)).toEqual(expected.trim().split('\n').sort())
    expect(report.packages.length).toBeGreaterThan(50)
    expect(report.operatingSystem?.id).toBe('debian')
  })
})

describe.runIf(enabled && data)('Alpine', () => {
  const archives = data && enabled ? alpineArchives(data) : new Map<string, string>()

  test.each([...archives])('%s has exactly the packages of its database', async (version, archive) => {
    const root = join(work, version)
    mkdirSync(root)
    run('tar', ['-xzf', archive, '-C', root])
    // an independent reading of the database
    const program =
      '/^P:/{p=substr($0,3)} /^V:/{v=substr($0,3)} /^A:/{a=substr($0,3)} /^o:/{o=substr($0,3)} /^$/{if(p!="")print p,v,a,o,v; p=""}'
    const expected = run('awk', [program, join(root, 'lib/apk/db/installed')])
    const report = await scan(`rootfs:${root}`)
    expect(lines(report)).toEqual(expected.trim().split('\n').sort())
    expect(report.operatingSystem).toMatchObject({ id: 'alpine', versionId: version })
  })
})

describe.runIf(enabled)('one image, every source', () => {
  test('the same packages, layers and image digest from all of them', { timeout: SLOW_MS }, async () => {
    const root = debianRoot('bookworm')
    const tar = join(work, 'root.tar')
    run('tar', ['-C', root, '-cf', tar, '.'])
    const status = readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8')
    const changed = status.replace(/^Version: (.*)$/m, 'Version: $1.1')
    const upper = tarArchive([{ name: 'var/lib/dpkg/status', content: changed }, { name: 'usr/share/.wh.doc' }])
    const layout = writeOciLayout(join(work, 'layout'), ociBlobs([gzipLayer(readFileSync(tar)), gzipLayer(upper)]))
    const skopeo = (to: string) => run('skopeo', ['--insecure-policy', 'copy', '-q', `oci:${layout}`, to])
    skopeo(`docker-archive:${work}/docker.tar:localhost/deb:1`)
    skopeo(`oci-archive:${work}/oci.tar:localhost/deb:1`)
    run('gzip', ['-1', '-k', `${work}/docker.tar`])
    const overlayRoot = intoContainersStorage(`oci:${layout}`, 'localhost/deb:1', 'overlay', work)
    const vfsRoot = intoContainersStorage(`oci:${layout}`, 'localhost/deb:1', 'vfs', work)
    const containerdRoot = await intoContainerd(`${work}/oci.tar`, 'localhost/deb:1', work)

    const reports = {
      'oci directory': await scan(`oci:${layout}`),
      'oci archive': await scan(`oci:${work}/oci.tar`),
      'docker archive': await scan(`docker-archive:${work}/docker.tar`),
      'docker archive, packed': await scan(`docker-archive:${work}/docker.tar.gz`),
      'podman, overlay': await scan('podman:localhost/deb:1', { podmanRoot: overlayRoot }),
      'podman, vfs': await scan('podman:deb:1', { podmanRoot: vfsRoot }),
      containerd: await scan('containerd:localhost/deb:1', { containerdRoot }),
      'containerd, with namespace': await scan('containerd:default/localhost/deb:1', { containerdRoot }),
    }
    const { 'oci directory': first, ...others } = reports
    expect(first.packages.length).toBeGreaterThan(50)
    const upgraded = first.packages.filter((one) => one.layer === first.image.layers[1]?.diffId)
    expect(upgraded).toHaveLength(1)
    for (const [source, report] of Object.entries(others)) {
      expect(report.packages, source).toEqual(first.packages)
      expect(report.operatingSystem, source).toEqual(first.operatingSystem)
      expect(
        report.image.layers.map((layer) => layer.diffId),
        source,
      ).toEqual(first.image.layers.map((layer) => layer.diffId))
    }
    const digests = Object.entries(reports).filter(([source]) => !source.startsWith('docker'))
    for (const [source, report] of digests) expect(report.image.digest, source).toBe(first.image.digest)

    // the merged root, without the two layers, has the same packages in the same versions
    const merged = await scan(`rootfs:${join(vfsRoot, 'vfs', 'dir', topLayer(vfsRoot))}`)
    expect(lines(merged)).toEqual(lines(first))
  })
})

function topLayer(vfsRoot: string): string {
  const images = JSON.parse(readFileSync(join(vfsRoot, 'vfs-images', 'images.json'), 'utf8')) as { layer: string }[]
  return images[0]?.layer ?? ''
}
