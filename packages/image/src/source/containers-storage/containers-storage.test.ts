import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openImage } from '../../open.ts'
import { configOf, gzipLayer, ociBlobs, sha256 } from '../../testing/images.ts'
import { contentsOf, readNamed } from '../../testing/read.ts'
import { tarSplit } from '../../testing/tar-split.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-storage-'))
})
afterEach(() => rmSync(work, { recursive: true }))

type Driver = 'overlay' | 'vfs'

const lower: TarMember[] = [
  { name: 'etc/', type: '5' },
  { name: 'etc/motd', content: 'lower' },
  { name: 'etc/gone', content: 'x' },
  { name: 'etc/kept', content: 'kept' },
]
const upper: TarMember[] = [
  { name: 'etc/motd', content: 'upper' },
  { name: 'etc/.wh.gone' },
  { name: 'etc/empty', content: '' },
]
const layerIds = ['a'.repeat(64), 'b'.repeat(64)]
const imageId = 'c'.repeat(64)

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function writeStore(driver: Driver): string {
  const root = join(work, 'storage')
  const layers = [gzipLayer(tarArchive(lower)), gzipLayer(tarArchive(upper))]
  const config = configOf(layers)
  const { blobs, manifest } = ociBlobs(layers)
  const folder = join(root, `${driver}-images`, imageId)
  put(join(folder, 'manifest'), blobs.get(manifest.digest) ?? '')
  put(join(folder, `=${Buffer.from(sha256(config)).toString('base64')}`), config)
  put(
    join(root, `${driver}-images`, 'images.json'),
    JSON.stringify([{ id: imageId, digest: manifest.digest, names: ['localhost/a:1'], layer: layerIds[1] }]),
  )
  put(
    join(root, `${driver}-layers`, 'layers.json'),
    JSON.stringify([{ id: layerIds[0] }, { id: layerIds[1], parent: layerIds[0] }]),
  )
  for (const [at, members] of [lower, upper].entries()) {
    put(join(root, `${driver}-layers`, `${layerIds[at]}.tar-split.gz`), tarSplit(members))
    const files = filesOf(root, driver, at)
    // a directory of vfs is the whole root after this layer
    const present =
      driver === 'vfs' && at === 1 ? [...lower.filter((one) => one.name !== 'etc/gone'), ...upper] : members
    for (const member of present)
      if (member.content !== undefined) put(join(files, String(member.name)), member.content)
  }
  return root
}

function filesOf(root: string, driver: Driver, at: number): string {
  return driver === 'overlay'
    ? join(root, 'overlay', layerIds[at] ?? '', 'diff')
    : join(root, 'vfs', 'dir', layerIds[at] ?? '')
}

async function open(name: string, podmanRoot: string) {
  return openImage({ kind: 'podman', name }, { limits: defaultLimits, podmanRoot })
}

async function read(root: string) {
  return readNamed(unwrap(await open('localhost/a:1', root)), [], ['etc'])
}

const expected = { 'etc/empty': '', 'etc/kept': 'kept', 'etc/motd': 'upper' }

describe.each<Driver>(['overlay', 'vfs'])('driver %s', (driver) => {
  test('layers as they were pulled, with whiteouts, from headers and files', async () => {
    const files = await read(writeStore(driver))
    expect(files.problems).toEqual([])
    expect(contentsOf(files)).toEqual(expected)
  })

  test('without headers, from the directories alone', async () => {
    const root = writeStore(driver)
    for (const id of layerIds) rmSync(join(root, `${driver}-layers`, `${id}.tar-split.gz`))
    const files = await read(root)
    const told = driver === 'overlay' ? ['LAYER_MISSING', 'LAYER_MISSING'] : []
    expect(files.problems.map((problem) => problem.code)).toEqual(told)
    // a deletion in overlay is a device, which this directory does not have
    const alone = driver === 'overlay' ? { ...expected, 'etc/gone': 'x' } : expected
    expect(contentsOf(files)).toEqual(alone)
  })

  test('a file that was changed, taken away, or made a link to the host', async () => {
    const root = writeStore(driver)
    const files = filesOf(root, driver, 1)
    writeFileSync(join(files, 'etc/motd'), 'upper, and more')
    rmSync(join(filesOf(root, driver, 0), 'etc/kept'))
    symlinkSync('/etc/passwd', join(filesOf(root, driver, 0), 'etc/kept'))
    const result = await read(root)
    expect(result.problems.map((one) => `${one.code} ${one.layer} ${one.path}`)).toEqual([
      'FILE_INVALID 0 etc/kept',
      'FILE_INVALID 1 etc/motd',
    ])
    expect(contentsOf(result)).toEqual({ 'etc/empty': '' })
  })

  test('damaged headers cost their layer', async () => {
    const root = writeStore(driver)
    writeFileSync(join(root, `${driver}-layers`, `${layerIds[0]}.tar-split.gz`), gzipSync('{"type":9}\n'))
    const files = await read(root)
    expect(files.problems).toMatchObject([{ code: 'FILE_INVALID', layer: 0, path: '' }])
    expect(contentsOf(files)).toEqual({ 'etc/empty': '', 'etc/motd': 'upper' })
  })
})

describe('finding', () => {
  test.each(['localhost/a:1', 'a:1', imageId, imageId.slice(0, 12), `sha256:${imageId}`])('%s', async (name) => {
    expect(unwrap(await open(name, writeStore('overlay'))).image.names).toEqual(['localhost/a:1'])
  })

  test('an image that is not there', async () => {
    const root = writeStore('overlay')
    const opened = await open('b:1', root)
    expect(!opened.ok && opened.error).toMatchObject({
      code: 'INPUT_NOT_FOUND',
      message: `The store has no image b:1 (looked in ${root}).`,
      hint: 'It has localhost/a:1.',
    })
  })

  test.each<[string, string, unknown, string]>([
    ['images.json that is none', 'overlay-images/images.json', 'nothing', 'INPUT_INVALID'],
    ['an id that is a path', 'overlay-images/images.json', [{ id: '../../etc', names: ['a:1'] }], 'INPUT_INVALID'],
    [
      'a chain that is broken',
      'overlay-layers/layers.json',
      [{ id: layerIds[1], parent: layerIds[0] }],
      'INPUT_INVALID',
    ],
    [
      'a chain that is a circle',
      'overlay-layers/layers.json',
      [{ id: layerIds[1], parent: layerIds[1] }],
      'INPUT_INVALID',
    ],
    ['another number of layers', 'overlay-layers/layers.json', [{ id: layerIds[1] }], 'INPUT_INVALID'],
  ])('%s', async (_, path, content, code) => {
    const root = writeStore('overlay')
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
    const opened = await open('a:1', root)
    expect(!opened.ok && opened.error.code).toBe(code)
  })
})
