import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, toYaguraError, unwrap } from '@yagura/kernel'
import { tarArchive } from '@yagura/safe-io/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openImage } from '../../open.ts'
import { type BoltTree, boltFile } from '../../testing/bolt.ts'
import { gzipLayer, ociBlobs } from '../../testing/images.ts'
import { contentsOf, readNamed } from '../../testing/read.ts'
import { readBolt } from './bolt/bolt.ts'
import { listContainerdImages } from './metadata.ts'
import { chainIds } from './snapshots.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-containerd-'))
})
afterEach(() => rmSync(work, { recursive: true }))

const { blobs, manifest } = ociBlobs([gzipLayer(tarArchive([{ name: 'etc/motd', content: 'hello' }]))])
const target = { target: { digest: manifest.digest, mediatype: manifest.mediaType, size: '\u0001' } }
const metadata: BoltTree = {
  v1: {
    version: '\u0003',
    default: {
      images: {
        'docker.io/library/alpine:latest': target,
        'localhost/a:1': target,
        broken: { target: { digest: 'sha256:../../x' } },
      },
    },
    'k8s.io': { images: { 'registry.example/pause:3.9': target, 'localhost/only-here:1': target }, labels: {} },
    empty: {},
  },
}

function writeRoot(tree: BoltTree = metadata): string {
  const root = join(work, 'root')
  mkdirSync(join(root, 'io.containerd.metadata.v1.bolt'), { recursive: true })
  writeFileSync(join(root, 'io.containerd.metadata.v1.bolt', 'meta.db'), boltFile(tree))
  const store = join(root, 'io.containerd.content.v1.content', 'blobs', 'sha256')
  mkdirSync(store, { recursive: true })
  for (const [digest, bytes] of blobs) writeFileSync(join(store, digest.slice(7)), bytes)
  return root
}

async function open(name: string, containerdRoot: string) {
  return openImage({ kind: 'containerd', name }, { limits: defaultLimits, containerdRoot })
}

describe('bolt', () => {
  test('buckets, inline ones, branches and values, however they are laid out', () => {
    const key = fc.stringMatching(/^[a-z]{1,4}$/)
    const { tree } = fc.letrec<{ tree: BoltTree }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, fc.string({ maxLength: 30 }), tie('tree')), { maxKeys: 7 }),
    }))
    const path = join(work, 'any.db')
    fc.assert(
      fc.property(tree, fc.nat(3), fc.integer({ min: 2, max: 5 }), (expected, inlineUpTo, splitFrom) => {
        writeFileSync(path, boltFile(expected, { inlineUpTo, splitFrom }))
        expect(readBolt(path, (root) => readTree(root, Object.keys(expected)))).toEqual({ ...expected })
      }),
      { numRuns: 100 },
    )
  })

  test('damage anywhere ends in a coded error or in an answer', () => {
    const path = join(work, 'damaged.db')
    const good = boltFile(metadata)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 32 }), (at, noise) => {
        const bytes = Buffer.from(good)
        bytes.set(noise.subarray(0, bytes.length - at), at)
        writeFileSync(path, bytes)
        expect(outcome(() => listContainerdImages(path))).toMatch(/^(answer|INPUT_INVALID)$/)
      }),
    )
  })

  test.each([0, 16, 4096, 8192, 12_300])('cut to %i bytes', (length) => {
    const path = join(work, 'cut.db')
    writeFileSync(path, boltFile(metadata))
    truncateSync(path, length)
    expect(outcome(() => listContainerdImages(path))).toBe('INPUT_INVALID')
  })

  test('pages that lead back to themselves', () => {
    const bytes = boltFile({ a: '1', b: '2', c: '3', d: '4' })
    const path = join(work, 'circle.db')
    for (let page = 3; page * 4096 < bytes.length; page++)
      if (bytes.readUInt16LE(page * 4096 + 8) === 1) bytes.writeBigUInt64LE(BigInt(page), page * 4096 + 16 + 8)
    writeFileSync(path, bytes)
    expect(outcome(() => readBolt(path, (root) => [...root.entries()]))).toBe('INPUT_INVALID')
  })
})

describe('images', () => {
  test('names of all namespaces, those without a usable digest left out', () => {
    const images = listContainerdImages(join(writeRoot(), 'io.containerd.metadata.v1.bolt', 'meta.db'))
    expect(images.map((image) => `${image.namespace}/${image.name}`)).toEqual([
      'default/docker.io/library/alpine:latest',
      'default/localhost/a:1',
      'k8s.io/localhost/only-here:1',
      'k8s.io/registry.example/pause:3.9',
    ])
  })

  test.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['localhost/a:1', 'localhost/a:1'],
    ['default/alpine', 'docker.io/library/alpine:latest'],
    ['k8s.io/registry.example/pause:3.9', 'registry.example/pause:3.9'],
    ['registry.example/pause:3.9', 'registry.example/pause:3.9'],
    ['only-here:1', 'localhost/only-here:1'],
  ])('%s', async (name, expected) => {
    const opened = unwrap(await open(name, writeRoot()))
    expect(opened.image.names).toEqual([expected])
    expect(contentsOf(await readNamed(opened, ['etc/motd']))).toEqual({ 'etc/motd': 'hello' })
  })

  test('an image that is not there, and one in another namespace', async () => {
    const root = writeRoot()
    for (const name of ['nothing:1', 'default/registry.example/pause:3.9']) {
      const opened = await open(name, root)
      expect(!opened.ok && opened.error).toMatchObject({
        code: 'INPUT_NOT_FOUND',
        message: `containerd knows no image ${name} (looked in ${root}).`,
      })
      expect(!opened.ok && opened.error.hint).toContain('default/localhost/a:1')
    }
  })

  test('a database that is damaged', async () => {
    const root = writeRoot()
    writeFileSync(join(root, 'io.containerd.metadata.v1.bolt', 'meta.db'), 'not a database'.repeat(1000))
    const opened = await open('alpine', root)
    expect(!opened.ok && opened.error).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'The database is damaged: it has no valid meta page.',
    })
  })

  test('layers that were discarded are read where they were unpacked', async () => {
    const lower = gzipLayer(tarArchive([{ name: 'etc/motd', content: 'lower' }]))
    const upper = gzipLayer(tarArchive([{ name: 'etc/motd', content: 'upper' }]))
    const image = ociBlobs([lower, upper])
    const [, chainId = ''] = chainIds([lower.diffId, upper.diffId])
    const images = {
      'localhost/a:1': { target: { digest: image.manifest.digest, mediatype: image.manifest.mediaType } },
    }
    const snapshots = { overlayfs: { [lower.diffId]: { name: 'default/1/x' }, [chainId]: { name: 'default/2/x' } } }
    const root = writeRoot({ v1: { default: { images, snapshots } } })
    const store = join(root, 'io.containerd.content.v1.content', 'blobs', 'sha256')
    for (const [digest, bytes] of image.blobs)
      if (bytes !== lower.stored && bytes !== upper.stored) writeFileSync(join(store, digest.slice(7)), bytes)
    const missing = unwrap(await open('localhost/a:1', root))
    expect((await readNamed(missing, ['etc/motd'])).problems.map((problem) => problem.code)).toEqual([
      'LAYER_MISSING',
      'LAYER_MISSING',
    ])
    const home = join(root, 'io.containerd.snapshotter.v1.overlayfs')
    for (const [id, content] of [
      ['7', 'lower'],
      ['300', 'upper'],
    ] as const) {
      mkdirSync(join(home, 'snapshots', id, 'fs', 'etc'), { recursive: true })
      writeFileSync(join(home, 'snapshots', id, 'fs', 'etc', 'motd'), content)
    }
    const ids = { 'default/1/x': { id: '\u0007' }, 'default/2/x': { id: Buffer.from([0xac, 0x02]) } }
    writeFileSync(join(home, 'metadata.db'), boltFile({ v1: { snapshots: ids } }))
    const opened = unwrap(await open('localhost/a:1', root))
    expect(opened.gaps.map((gap) => gap.code)).toEqual(['LAYER_MISSING'])
    expect(contentsOf(await readNamed(opened, ['etc/motd']))).toEqual({ 'etc/motd': 'upper' })
    expect(opened.layers.map((source) => source.layer?.diffId)).toEqual([lower.diffId, upper.diffId])
  })

  test('an image of which only the name was kept', async () => {
    const root = writeRoot()
    rmSync(join(root, 'io.containerd.content.v1.content', 'blobs'), { recursive: true })
    const opened = await open('alpine', root)
    expect(!opened.ok && opened.error.message).toMatch(/^Manifest sha256:.* is missing in containerd's content store/)
  })
})

interface Readable {
  entries(): IterableIterator<{ key: string; isBucket: boolean }>
  bucket(key: string): Readable | undefined
  text(key: string): string | undefined
}

/** Keys are looked up one by one and listed, so that both ways are tried. */
function readTree(bucket: Readable, keys: readonly string[]): BoltTree {
  const listed = [...bucket.entries()]
  expect(listed.map((entry) => entry.key)).toEqual([...keys].sort())
  return Object.fromEntries(
    listed.map(({ key, isBucket }) => {
      const inner = bucket.bucket(key)
      return [
        key,
        isBucket && inner
          ? readTree(
              inner,
              [...inner.entries()].map((entry) => entry.key),
            )
          : (bucket.text(key) ?? ''),
      ]
    }),
  )
}

function outcome(work: () => unknown): string {
  try {
    work()
    return 'answer'
  } catch (error) {
    return toYaguraError(error).code
  }
}
