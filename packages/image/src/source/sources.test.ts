// The same image through every source that a test can make itself; and what is said when it is not there or not whole.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { defaultLimits, toYaguraError, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  dockerArchive,
  gzipLayer,
  ociBlobs,
  plainLayer,
  sha256,
  type TestLayer,
  writeOciLayout,
} from '../testing/images.ts'
import { contentsOf, openText, readNamed } from '../testing/read.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-sources-'))
})
afterEach(() => rmSync(work, { recursive: true }))

const base = tarArchive([
  { name: './etc/', type: '5' },
  { name: './etc/motd', content: 'base' },
  { name: './etc/gone', content: 'x' },
  { name: './data/first', content: '1' },
])
const upper = tarArchive([
  { name: 'etc/motd', content: 'upper' },
  { name: 'etc/.wh.gone' },
  { name: 'data/second', content: '2' },
])
const layers: readonly TestLayer[] = [gzipLayer(base), { ...plainLayer(upper), stored: zstdCompressSync(upper) }]
const expected = { 'etc/motd': 'upper', 'data/first': '1', 'data/second': '2' }

async function contents(text: string): Promise<Record<string, string>> {
  const opened = unwrap(await openText(text))
  const files = await readNamed(opened, ['etc/motd', 'etc/gone', 'etc/none'], ['data'])
  expect(files.problems).toEqual([])
  await opened.close()
  return contentsOf(files)
}

async function failure(text: string): Promise<string> {
  const opened = await openText(text)
  return opened.ok ? 'opened' : `${opened.error.code} ${opened.error.message} ${opened.error.hint ?? ''}`.trim()
}

function tarOf(directory: string, names: readonly string[]): Buffer {
  return tarArchive(names.map((name) => ({ name, content: readFileSync(join(directory, name)) })))
}

describe('docker archive', () => {
  test.each([
    ['as it is', (tar: Buffer) => tar],
    ['packed with gzip', (tar: Buffer) => gzipSync(tar)],
    ['packed with zstd', (tar: Buffer) => zstdCompressSync(tar)],
  ])('%s', async (_, pack) => {
    const path = join(work, 'image.tar')
    writeFileSync(path, pack(dockerArchive(layers, ['registry.example/a:1'])))
    expect(await contents(`docker-archive:${path}`)).toEqual(expected)
    expect(await contents(path)).toEqual(expected)
  })

  test('what the configuration says: names, times, commands of layers only', async () => {
    const path = join(work, 'image.tar')
    writeFileSync(path, dockerArchive(layers, ['registry.example/a:1']))
    const { image, close } = unwrap(await openText(path))
    expect(image).toMatchObject({
      names: ['registry.example/a:1'],
      architecture: 'amd64',
      createdAt: '2026-01-02T03:04:05.000Z',
      manifestDigest: null,
      config: { user: '1000', command: ['/bin/sh'], labels: { made: 'by test' } },
    })
    expect(image.layers.map((layer) => layer.createdBy)).toEqual(['RUN step 0', 'RUN step 1'])
    expect(image.layers.map((layer) => layer.diffId)).toEqual([sha256(base), sha256(upper)])
    await close()
  })

  test('a layer that two images share as a symbolic link', async () => {
    const path = join(work, 'image.tar')
    const config = JSON.stringify({ rootfs: { type: 'layers', diff_ids: [sha256(base)] } })
    const members: TarMember[] = [
      { name: 'a/layer.tar', content: base },
      { name: 'b/layer.tar', type: '2', link: '../a/layer.tar' },
      { name: 'c.json', content: config },
      {
        name: 'manifest.json',
        content: JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: ['b/layer.tar'] }]),
      },
    ]
    writeFileSync(path, tarArchive(members))
    expect(await contents(path)).toEqual({ 'etc/motd': 'base', 'etc/gone': 'x', 'data/first': '1' })
  })

  test.each<[string, Buffer, RegExp]>([
    ['cut short', dockerArchive(layers).subarray(0, 2000), /^INPUT_TRUNCATED .* is cut short/],
    ['cut short and packed', gzipSync(dockerArchive(layers)).subarray(0, 300), /^INPUT_TRUNCATED /],
    ['not a tar', Buffer.from('#!/bin/sh\n'.repeat(100)), /^INPUT_INVALID .* is not a tar archive/],
    ['empty', Buffer.alloc(0), /^INPUT_INVALID .* not of an image/],
    [
      'a tar of something else',
      tarArchive([{ name: 'a' }]),
      /^INPUT_INVALID .* holds neither manifest.json nor index.json.*docker save/,
    ],
    [
      'manifest.json that is no JSON',
      tarArchive([{ name: 'manifest.json', content: '<html>' }]),
      /^INPUT_INVALID manifest.json in .* is not JSON/,
    ],
    [
      'manifest.json of another form',
      tarArchive([{ name: 'manifest.json', content: '{"a":1}' }]),
      /^INPUT_INVALID manifest.json in .* does not have the form/,
    ],
    [
      'no configuration',
      tarArchive([{ name: 'manifest.json', content: '[{"Config":"../../c","Layers":[]}]' }]),
      /^INPUT_NOT_FOUND .* holds no c\./,
    ],
  ])('%s', async (_, bytes, sentence) => {
    const path = join(work, 'image.tar')
    writeFileSync(path, bytes)
    expect(await failure(path)).toMatch(sentence)
  })

  test('a layer with other bytes than the configuration names', async () => {
    const path = join(work, 'image.tar')
    writeFileSync(path, dockerArchive([{ ...plainLayer(base), stored: upper }]))
    const opened = unwrap(await openText(path))
    await expect(readNamed(opened, ['etc/motd'])).rejects.toMatchObject({ code: 'INTEGRITY' })
    await opened.close()
  })
})

describe('OCI layout', () => {
  test('in a directory, in a tar, with blobs that are links', async () => {
    const layout = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
    expect(await contents(`oci:${layout}`)).toEqual(expected)
    const blobs = ociBlobs(layers)
    const names = ['index.json', ...[...blobs.blobs.keys()].map((digest) => `blobs/${digest.replace(':', '/')}`)]
    writeFileSync(join(work, 'layout.tar'), tarOf(layout, names))
    expect(await contents(`oci:${join(work, 'layout.tar')}`)).toEqual(expected)
    expect(await contents(join(work, 'layout.tar'))).toEqual(expected)
    mkdirSync(join(layout, 'store'))
    for (const [at, digest] of [...blobs.blobs.keys()].entries()) {
      const blob = join(layout, 'blobs', digest.replace(':', '/'))
      renameSync(blob, join(layout, 'store', `${at}`))
      symlinkSync(`../../store/${at}`, blob)
    }
    expect(await contents(layout)).toEqual(expected)
  })

  test('a blob that is a link to outside is not there', async () => {
    const layout = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
    const blob = join(layout, 'blobs', sha256(layers[0]?.stored ?? '').replace(':', '/'))
    renameSync(blob, join(work, 'outside'))
    symlinkSync('../../../outside', blob)
    const opened = unwrap(await openText(`oci:${layout}`))
    const files = await readNamed(opened, ['etc/motd', 'data/first'])
    expect(files.problems).toMatchObject([{ code: 'LAYER_MISSING', layer: 0 }])
    expect(contentsOf(files)).toEqual({ 'etc/motd': 'upper' })
  })

  const named = (descriptor: object, name: string) => ({
    ...descriptor,
    annotations: { 'org.opencontainers.image.ref.name': name },
  })

  test('several images: one must be named', async () => {
    const one = ociBlobs(layers)
    const two = ociBlobs(layers.slice(0, 1))
    const layout = writeOciLayout(
      join(work, 'layout'),
      { ...one, blobs: new Map([...one.blobs, ...two.blobs]) },
      {
        manifests: [named(one.manifest, 'one'), named(two.manifest, 'two')],
      },
    )
    expect(await failure(`oci:${layout}`)).toMatch(/^INPUT_INVALID .* several images\. Name one: one, two\./)
    expect(await contents(`oci:${layout}:one`)).toEqual(expected)
    expect(await failure(`oci:${layout}:three`)).toMatch(
      /^INPUT_NOT_FOUND .* holds no image three\. It holds one, two\./,
    )
  })

  test('nested indexes, other platforms and attestations', async () => {
    const { blobs, manifest } = ociBlobs(layers)
    const here = process.arch === 'x64' ? 'amd64' : process.arch
    const attestation = {
      ...manifest,
      digest: sha256('attestation'),
      platform: { os: 'unknown', architecture: 'unknown' },
    }
    const foreign = { ...manifest, digest: sha256('s390x'), platform: { os: 'linux', architecture: 's390x' } }
    const inner = Buffer.from(
      JSON.stringify({
        manifests: [attestation, foreign, { ...manifest, platform: { os: 'linux', architecture: here } }],
      }),
    )
    const index = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256(inner), size: inner.length }
    const layout = writeOciLayout(
      join(work, 'layout'),
      { manifest, blobs: new Map([...blobs, [sha256(inner), inner]]) },
      { manifests: [index] },
    )
    expect(await contents(`oci:${layout}`)).toEqual(expected)
  })

  test('what is an image and an index at once is refused, as runtimes do', async () => {
    const { blobs, manifest } = ociBlobs(layers)
    const own = JSON.parse(String(blobs.get(manifest.digest)))
    const both = Buffer.from(JSON.stringify({ ...own, manifests: [manifest] }))
    const descriptor = { ...manifest, digest: sha256(both), size: both.length }
    const layout = writeOciLayout(
      join(work, 'both'),
      { manifest, blobs: new Map([...blobs, [sha256(both), both]]) },
      { manifests: [descriptor] },
    )
    expect(await failure(`oci:${layout}`)).toMatch(
      /^INPUT_INVALID Manifest .* is an image and an index of images at once/,
    )
  })

  test('a name of a manifest among its annotations makes no index of it', async () => {
    const { blobs, manifest } = ociBlobs(layers)
    const own = JSON.parse(String(blobs.get(manifest.digest)))
    const bytes = Buffer.from(JSON.stringify({ ...own, annotations: { manifests: 'none' } }))
    const descriptor = { ...manifest, digest: sha256(bytes), size: bytes.length }
    const layout = writeOciLayout(
      join(work, 'annotated'),
      { manifest, blobs: new Map([...blobs, [sha256(bytes), bytes]]) },
      { manifests: [descriptor] },
    )
    expect(await contents(`oci:${layout}`)).toEqual(expected)
  })

  test('an image that calls itself an attestation is read, as runtimes run it', async () => {
    const { blobs, manifest } = ociBlobs(layers)
    const decoy = { ...manifest, digest: sha256('decoy') }
    const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch }
    const real = { ...manifest, platform, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
    const inner = Buffer.from(JSON.stringify({ manifests: [real, { ...decoy, platform }] }))
    const index = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256(inner), size: inner.length }
    const layout = writeOciLayout(
      join(work, 'attested'),
      { manifest, blobs: new Map([...blobs, [sha256(inner), inner]]) },
      { manifests: [index] },
    )
    expect(await contents(`oci:${layout}`)).toEqual(expected)
  })

  test('an index nested too deeply, and one with too many platforms', async () => {
    const { blobs, manifest } = ociBlobs(layers)
    let descriptor: { digest: string; size: number; mediaType: string } = manifest
    const all = new Map(blobs)
    for (let depth = 0; depth < 6; depth++) {
      const bytes = Buffer.from(JSON.stringify({ manifests: [descriptor] }))
      all.set(sha256(bytes), bytes)
      descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256(bytes), size: bytes.length }
    }
    const deep = writeOciLayout(join(work, 'deep'), { manifest, blobs: all }, { manifests: [descriptor] })
    expect(await failure(`oci:${deep}`)).toMatch(/^LIMIT_EXCEEDED .*nested deeper/)
    const many = Array.from({ length: 500 }, (_, at) => ({
      ...manifest,
      platform: { os: 'linux', architecture: `cpu${at}` },
    }))
    const wide = writeOciLayout(join(work, 'wide'), { manifest, blobs }, { manifests: many })
    expect(await failure(`oci:${wide}`)).toMatch(/^LIMIT_EXCEEDED .*platforms/)
  })

  test.each<[string, (layout: string) => void, RegExp]>([
    ['no index.json', (layout) => rmSync(join(layout, 'index.json')), /^INPUT_INVALID .* is not an OCI layout/],
    [
      'index.json that is no JSON',
      (layout) => writeFileSync(join(layout, 'index.json'), '{'),
      /^INPUT_INVALID index.json in .* is not JSON/,
    ],
    [
      'a digest that is a path',
      (layout) =>
        writeFileSync(
          join(layout, 'index.json'),
          JSON.stringify({ manifests: [{ digest: 'sha256:../../../etc/passwd', size: 1 }] }),
        ),
      /^INPUT_INVALID/,
    ],
    [
      'a manifest that is missing',
      (layout) => rmSync(join(layout, 'blobs', ociBlobs(layers).manifest.digest.replace(':', '/'))),
      /^INPUT_NOT_FOUND .* does not hold the manifest/,
    ],
    [
      'a manifest with other bytes',
      (layout) => writeFileSync(join(layout, 'blobs', ociBlobs(layers).manifest.digest.replace(':', '/')), '{}'),
      /^INTEGRITY /,
    ],
  ])('%s', async (_, damage, sentence) => {
    const layout = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
    damage(layout)
    expect(await failure(`oci:${layout}`)).toMatch(sentence)
  })

  test.each<[string, (blob: string, bytes: Buffer) => void]>([
    ['cut short', (blob, bytes) => truncateSync(blob, bytes.length - 10)],
    [
      'changed in one bit',
      (blob, bytes) =>
        writeFileSync(blob, Buffer.from(bytes.map((byte, at) => (at === bytes.length - 6 ? byte ^ 1 : byte)))),
    ],
    ['replaced by another packing of the same content', (blob) => writeFileSync(blob, gzipSync(base, { level: 1 }))],
  ])('a layer that was %s fails as a whole', async (_, damage) => {
    const layout = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
    const bytes = layers[0]?.stored ?? Buffer.alloc(0)
    damage(join(layout, 'blobs', sha256(bytes).replace(':', '/')), bytes)
    const opened = unwrap(await openText(`oci:${layout}`))
    const read = await readNamed(opened, ['etc/motd']).then(
      () => 'read',
      (error: unknown) => toYaguraError(error).code,
    )
    expect(read).toBe('INTEGRITY')
  })
})

describe('plain directory', () => {
  test('wanted files only, links inside, links that lead elsewhere', async () => {
    const root = join(work, 'root')
    mkdirSync(join(root, 'usr/lib'), { recursive: true })
    mkdirSync(join(root, 'opt/real'), { recursive: true })
    mkdirSync(join(root, 'etc'))
    writeFileSync(join(root, 'usr/lib/os-release'), 'ID=x')
    symlinkSync('../usr/lib/os-release', join(root, 'etc/os-release'))
    symlinkSync('/opt/real', join(root, 'data'))
    writeFileSync(join(root, 'opt/real/first'), '1')
    symlinkSync('/etc/passwd', join(root, 'etc/host'))
    const opened = unwrap(await openText(`rootfs:${root}`))
    const files = await readNamed(opened, ['etc/os-release', 'etc/host'], ['data'])
    expect(contentsOf(files)).toEqual({ 'etc/os-release': 'ID=x', 'data/first': '1' })
    expect(opened.image.layers).toEqual([])
  })

  test('not there, not a directory', async () => {
    expect(await failure(`rootfs:${join(work, 'none')}`)).toMatch(/^INPUT_NOT_FOUND .* does not exist\./)
    writeFileSync(join(work, 'file'), '')
    expect(await failure(`rootfs:${join(work, 'file')}`)).toMatch(/^INPUT_INVALID .* is not a directory\./)
  })
})

describe('stores that are not there', () => {
  test.each([
    ['containerd:alpine', /^INPUT_NOT_FOUND There is no state of containerd in /],
    ['podman:alpine', /^INPUT_NOT_FOUND There is no image store of podman or CRI-O in /],
  ])('%s', async (text, sentence) => {
    const { openImage } = await import('../open.ts')
    const { parseTarget } = await import('../target.ts')
    const roots = { containerdRoot: join(work, 'none'), podmanRoot: join(work, 'none') }
    const opened = await openImage(unwrap(parseTarget(text)), { limits: defaultLimits, ...roots })
    expect(!opened.ok && `${opened.error.code} ${opened.error.message}`).toMatch(sentence)
  })
})
