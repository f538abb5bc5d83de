// Images that an attacker made. Each scan ends, keeps what could be read, and says what could not; none aborts another part.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { openImage, type Target } from '@yagura/image'
import { gzipLayer, ociBlobs, plainLayer, sha256, type TestLayer, writeOciLayout } from '@yagura/image/testing'
import { defaultLimits, type Limits, unwrap } from '@yagura/kernel'
import { padding, type TarMember, tarArchive, tarHeader, tarMember } from '@yagura/safe-io/testing'
import { type ImageReport, imageReport } from '@yagura/schema'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { extractImage } from './extract-image.ts'

const MiB = 1024 * 1024

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-hostile-'))
})
afterEach(() => rmSync(work, { recursive: true }))

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }
const status: TarMember = {
  name: 'var/lib/dpkg/status',
  content: 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5\n',
}
const installed: TarMember = { name: 'lib/apk/db/installed', content: 'P:musl\nV:1.2-r0\n\n' }

async function scan(target: Target, limits: Limits): Promise<ImageReport> {
  const opened = unwrap(await openImage(target, { limits, clock }))
  try {
    return imageReport.parse(await extractImage(opened, { limits, clock }))
  } finally {
    await opened.close()
  }
}

function scanLayers(layers: readonly TestLayer[], limits: Partial<Limits> = {}): Promise<ImageReport> {
  const path = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
  return scan({ kind: 'oci', path, reference: null }, { ...defaultLimits, ...limits })
}

function names(report: ImageReport): string[] {
  return report.packages.map((found) => found.name)
}

function gaps(report: ImageReport): string[] {
  return report.coverageGaps.map((gap) => `${gap.code} ${gap.subject.replace(/^sha256:.*/, 'layer')}`)
}

/** A layer of which the last part is a lie. */
function layerWith(tail: Buffer): TestLayer {
  return gzipLayer(Buffer.concat([tarMember(status), tail]))
}

describe('bombs', () => {
  const zeros = (bytes: number) =>
    Buffer.concat([tarMember(status), tarHeader({ name: 'zeros', size: bytes }), Buffer.alloc(bytes)])

  test.each([
    ['gzip', (tar: Buffer) => gzipSync(tar)],
    ['zstd', (tar: Buffer) => zstdCompressSync(tar)],
  ])('%s: stops at the budget of the layer, the other layers are read', async (_, pack) => {
    const tar = zeros(64 * MiB)
    const bomb = { ...plainLayer(tar), stored: pack(tar) }
    const report = await scanLayers([bomb, gzipLayer(tarArchive([installed]))], { layerBytes: 8 * MiB })
    expect(names(report)).toEqual(['musl', 'bash'])
    expect(gaps(report)).toEqual(['LIMIT_REACHED layer'])
  })

  test('the budget of the image holds over all layers', async () => {
    const layers = Array.from({ length: 6 }, (_, at) =>
      gzipLayer(Buffer.concat([tarHeader({ name: `${at}`, size: 4 * MiB }), Buffer.alloc(4 * MiB)])),
    )
    const report = await scanLayers([gzipLayer(tarArchive([status])), ...layers], { imageBytes: 10 * MiB })
    expect(names(report)).toEqual(['bash'])
    expect(report.coverageGaps.length).toBeGreaterThanOrEqual(3)
    expect(new Set(report.coverageGaps.map((gap) => gap.code))).toEqual(new Set(['LIMIT_REACHED']))
  })

  test('a zstd window of 128 MiB is refused', async () => {
    const tar = tarArchive([status])
    const wide = zstdCompressSync(Buffer.concat([tar, Buffer.alloc(200 * MiB)]), {
      params: { [constants.ZSTD_c_windowLog]: 27 },
    })
    const report = await scanLayers([{ ...plainLayer(tar), stored: wide }, gzipLayer(tarArchive([installed]))])
    expect(names(report)).toEqual(['musl'])
    expect(gaps(report)).toEqual(['LIMIT_REACHED layer'])
  })

  test('two million empty files', async () => {
    const header = tarHeader({ name: 'same' })
    const many = Buffer.concat([tarMember(status), ...Array.from({ length: 20_000 }, () => header)])
    const report = await scanLayers([gzipLayer(many), gzipLayer(tarArchive([]))], { archiveEntries: 10_000 })
    expect(names(report)).toEqual(['bash'])
    expect(gaps(report)).toEqual(['LIMIT_REACHED layer'])
  })

  test('names nested deeper than any tool writes, many of them, are left aside', async () => {
    const deep = { name: 'x', pax: { path: `${'d/'.repeat(400)}file` } }
    const report = await scanLayers([gzipLayer(tarArchive([...Array.from({ length: 3000 }, () => deep), status]))])
    expect(names(report)).toEqual(['bash'])
    expect(gaps(report)).toEqual(['FILE_INVALID layer'])
    expect(report.coverageGaps[0]?.count).toBe(1000)
  })

  test('a directory of packages with more files than are read', async () => {
    const many = Array.from({ length: 12_000 }, (_, at) =>
      tarMember({ name: `var/lib/dpkg/status.d/p${at}`, content: `Package: p${at}\nVersion: 1\n` }),
    )
    const report = await scanLayers([gzipLayer(Buffer.concat([...many, tarArchive([installed])]))])
    expect(names(report)).toHaveLength(10_001)
    expect(gaps(report)).toEqual(['LIMIT_REACHED /var/lib/dpkg/status.d'])
  })

  test('a database of more than is held in memory', async () => {
    const large = { ...status, content: `${status.content}\n${'# \n'.repeat(MiB)}` }
    const report = await scanLayers([gzipLayer(tarArchive([large, installed]))], { fileBytes: MiB })
    expect(names(report)).toEqual(['musl'])
    expect(gaps(report)).toEqual(['LIMIT_REACHED /var/lib/dpkg/status'])
  })
})

describe('names and links', () => {
  test('names that climb, are absolute, or come from elsewhere stay inside; a NUL is refused', async () => {
    const report = await scanLayers([
      gzipLayer(
        tarArchive([
          { name: '../../../../etc/os-release', content: 'ID=debian\n' },
          { name: '/var/lib/dpkg/status', content: status.content ?? '' },
          { name: 'C:\\windows', content: 'x' },
          { name: '//lib//apk/db/installed', content: installed.content ?? '' },
          { name: 'x', content: 'y', pax: { path: 'a\\0b' } },
        ]),
      ),
    ])
    expect(names(report)).toEqual(['musl', 'bash'])
    expect(report.operatingSystem?.id).toBe('debian')
  })

  test('links to the host, in a circle, and in a chain of 41', async () => {
    const chain = Array.from(
      { length: 41 },
      (_, step): TarMember => ({ name: `c${step}`, type: '2', link: `c${step + 1}` }),
    )
    const report = await scanLayers([
      gzipLayer(
        tarArchive([
          { name: 'etc/os-release', type: '2', link: '/../../../etc/os-release' },
          { name: 'usr/lib/os-release', type: '2', link: 'os-release' },
          { name: 'var/lib/dpkg/status', type: '2', link: '/c0' },
          ...chain,
          { name: 'c41', content: status.content ?? '' },
          installed,
        ]),
      ),
    ])
    expect(names(report)).toEqual(['musl'])
    expect(report.operatingSystem).toBeNull()
    expect(gaps(report).sort()).toEqual([
      'FILE_INVALID /etc/os-release',
      'FILE_INVALID /usr/lib/os-release',
      'FILE_INVALID /var/lib/dpkg/status',
    ])
  })

  test('devices, pipes and directories in place of a database are never opened', async () => {
    const report = await scanLayers([
      gzipLayer(
        tarArchive([
          { name: 'var/lib/dpkg/status', type: '3', device: [1, 5] },
          { name: 'usr/lib/os-release', type: '6' },
          { name: 'etc/os-release', type: '5' },
          installed,
        ]),
      ),
    ])
    expect(names(report)).toEqual(['musl'])
  })

  test('names of packages that are control characters or not UTF-8 come through as data', async () => {
    const content = Buffer.from(`P:\u202e<img src=x>\u001b[31m\nV:1\n\nP:=cmd|x\nV:\xff\n\n`, 'latin1')
    const report = await scanLayers([gzipLayer(tarArchive([{ ...installed, content }]))])
    expect(report.packages).toHaveLength(2)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  test('names that fit into no package URL are kept without one', async () => {
    const content = `P:${'櫓'.repeat(400)}\nV:1\n\nP:///\nV:1\n\nP:musl\nV:1\n\n`
    const report = await scanLayers([gzipLayer(tarArchive([{ ...installed, content }]))])
    expect(report.packages).toHaveLength(3)
    expect(gaps(report)).toEqual(['FILE_INVALID /lib/apk/db/installed'])
  })

  test('a directory: pipes and links to the host are left alone', async () => {
    const root = join(work, 'root')
    for (const directory of ['var/lib/dpkg', 'lib/apk/db', 'etc', 'usr'])
      mkdirSync(join(root, directory), { recursive: true })
    symlinkSync('/usr/lib', join(root, 'usr/lib'))
    symlinkSync('/etc/os-release', join(root, 'etc/os-release'))
    spawnSync('mkfifo', [join(root, 'var/lib/dpkg/status')])
    writeFileSync(join(root, 'lib/apk/db/installed'), installed.content ?? '')
    const report = await scan({ kind: 'rootfs', path: root }, defaultLimits)
    expect(names(report)).toEqual(['musl'])
    expect(report.operatingSystem).toBeNull()
  })
})

describe('broken archives and files', () => {
  test.each<[string, Buffer]>([
    ['a wrong checksum', Buffer.concat([tarHeader({ name: 'x', badChecksum: true }), tarArchive([installed])])],
    ['a negative size', tarHeader({ name: 'x', rawSize: Buffer.alloc(12, 0xff) })],
    ['a size that never comes', tarHeader({ name: 'x', size: 8 ** 11 - 1 })],
    ['half a header', Buffer.alloc(100, 'x')],
    ['more archives behind the end', Buffer.concat([Buffer.alloc(1024), tarArchive([{ ...status, content: '' }])])],
  ])('%s: what came before is kept', async (_, tail) => {
    const report = await scanLayers([
      layerWith(tail),
      gzipLayer(tarArchive([{ name: 'etc/os-release', content: 'ID=debian' }])),
    ])
    expect(names(report)).toEqual(['bash'])
    expect(report.operatingSystem?.id).toBe('debian')
    expect(gaps(report)).toEqual(['FILE_INVALID layer'])
  })

  test('an archive without its end marker is whole', async () => {
    expect(gaps(await scanLayers([layerWith(Buffer.alloc(0))]))).toEqual([])
  })

  test('a layer whose packing is broken, but has its digest', async () => {
    const packed = gzipSync(tarArchive([status])).subarray(0, 100)
    const report = await scanLayers([
      { ...plainLayer(tarArchive([status])), stored: packed },
      gzipLayer(tarArchive([installed])),
    ])
    expect(names(report)).toEqual(['musl'])
    expect(gaps(report)).toEqual(['FILE_INVALID layer'])
  })

  test('a layer with another content than the configuration says', async () => {
    const lying = { ...gzipLayer(tarArchive([status])), diffId: sha256('another') }
    await expect(scanLayers([lying])).rejects.toMatchObject({ code: 'INTEGRITY' })
  })

  test('a stopped layer must still have its digest', async () => {
    const tar = Buffer.concat([tarMember(status), tarHeader({ name: 'zeros', size: 32 * MiB }), Buffer.alloc(32 * MiB)])
    const blobs = ociBlobs([gzipLayer(tar)])
    const path = writeOciLayout(join(work, 'layout'), blobs)
    const layer = gzipSync(tar)
    layer[layer.length - 1] = (layer.at(-1) ?? 0) ^ 1
    writeFileSync(join(path, 'blobs', sha256(gzipSync(tar)).replace(':', '/')), layer)
    const limits = { ...defaultLimits, layerBytes: MiB }
    await expect(scan({ kind: 'oci', path, reference: null }, limits)).rejects.toMatchObject({ code: 'INTEGRITY' })
  })

  test('a database with a line of a megabyte and one that is noise: per file, the other ecosystem goes on', async () => {
    const long = { ...status, content: `${status.content}Description: ${'x'.repeat(2 * MiB)}\n` }
    const noise = { ...installed, content: Buffer.alloc(5000, 0x9f) }
    const report = await scanLayers([gzipLayer(tarArchive([long, noise]))])
    expect(names(report)).toEqual(['bash'])
    expect(gaps(report).sort()).toEqual(['FILE_INVALID /lib/apk/db/installed', 'FILE_INVALID /var/lib/dpkg/status'])
  })

  test('a file with holes is not taken for its content', async () => {
    const sparse = { ...status, pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' } }
    const report = await scanLayers([gzipLayer(tarArchive([sparse, installed]))])
    expect(names(report)).toEqual(['musl'])
    expect(gaps(report)).toEqual(['FILE_UNREADABLE /var/lib/dpkg/status'])
  })

  test('a missing layer', async () => {
    const layers = [gzipLayer(tarArchive([status])), gzipLayer(tarArchive([installed]))]
    const path = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
    rmSync(join(path, 'blobs', sha256(layers[0]?.stored ?? '').replace(':', '/')))
    const report = await scan({ kind: 'oci', path, reference: null }, defaultLimits)
    expect(names(report)).toEqual(['musl'])
    expect(gaps(report)).toEqual(['LAYER_MISSING layer'])
  })
})

test('padding of the fixtures is what tar wants', () => {
  expect([0, 1, 511, 512].map((length) => padding(length).length)).toEqual([0, 511, 1, 0])
})
