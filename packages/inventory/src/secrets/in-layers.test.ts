// Secrets and mistakes of whole images: from the bytes of the layers to the report.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openImage } from '@yagura/image'
import { gzipLayer, ociBlobs, type TestLayer, writeOciLayout } from '@yagura/image/testing'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { type TarMember, tarArchive } from '@yagura/safe-io/testing'
import { type ImageReport, imageReport } from '@yagura/schema'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openScanCache, type ScanCache } from '../cache/scan-cache.ts'
import { extractImage } from '../extract/extract-image.ts'
import { deletedIn } from './deleted-in.ts'
import { sampleOf } from './testing.ts'

let work = ''
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-secrets-'))
})
afterEach(() => rmSync(work, { recursive: true }))

const clock = { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 0 }
const token = sampleOf('token: ghp_{a36}\n')

async function inspect(layers: readonly TestLayer[], cache?: ScanCache): Promise<ImageReport> {
  const path = writeOciLayout(join(work, 'layout'), ociBlobs(layers))
  const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits: defaultLimits, clock }))
  const report = await extractImage(opened, { limits: defaultLimits, clock, inspect: ['secrets', 'mistakes'], cache })
  await opened.close()
  return imageReport.parse(report)
}

function layerOf(...members: TarMember[]): TestLayer {
  return gzipLayer(tarArchive(members))
}

function places(report: ImageReport): string[] {
  const at = (diffId: string | null) => report.image.layers.findIndex((layer) => layer.diffId === diffId)
  return (report.secrets ?? []).map(
    ({ kind, path, layer, deletedIn: end }) => `${kind} ${path} ${at(layer)} ${at(end)}`,
  )
}

test('secrets in deleted layers are still found: deleted-in-later-layer secrets are still in the pull', async () => {
  const report = await inspect([
    layerOf(
      { name: 'app/token', content: token },
      { name: 'b/kept', content: token },
      { name: 'c/over', content: token },
    ),
    layerOf({ name: 'app/.wh.token' }, { name: 'c/over', content: 'nothing' }),
    layerOf({ name: 'd/token', content: token }),
    layerOf({ name: 'd/.wh..wh..opq' }),
  ])
  expect(places(report)).toEqual([
    'github-token /app/token 0 1',
    'github-token /b/kept 0 -1',
    'github-token /c/over 0 1',
    'github-token /d/token 2 3',
  ])
  expect(JSON.stringify(report)).not.toContain(token.trim().slice(12))
})

test('files that a later layer repairs are no mistakes', async () => {
  const report = await inspect([
    layerOf({ name: 'usr/bin/sudo', content: 'x' }, { name: 'usr/bin/gdb', content: 'x' }),
    layerOf({ name: 'usr/bin/.wh.sudo' }),
  ])
  const checks = report.mistakes?.map(({ check }) => check)
  expect(checks).toContain('debug-tool')
  expect(checks).not.toContain('sudo')
})

test('a second scan says the same without reading a layer', async () => {
  const cache = openScanCache(join(work, 'cache'))
  const layers = [layerOf({ name: 'a', content: token }, { name: 'usr/bin/sudo', content: 'x' })]
  const first = await inspect(layers, cache)
  rmSync(join(work, 'layout', 'blobs', ...(first.image.layers[0]?.digest ?? '').split(':')))
  expect(await inspect2(cache)).toEqual(first)
})

async function inspect2(cache: ScanCache): Promise<ImageReport> {
  const path = join(work, 'layout')
  const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits: defaultLimits, clock }))
  return extractImage(opened, { limits: defaultLimits, clock, inspect: ['secrets', 'mistakes'], cache })
}

test('who does not ask gets no answer, rather than an empty one', async () => {
  const path = writeOciLayout(join(work, 'layout'), ociBlobs([layerOf({ name: 'a', content: token })]))
  const opened = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits: defaultLimits, clock }))
  const report = await extractImage(opened, { limits: defaultLimits, clock })
  expect(report.secrets).toBeUndefined()
  expect(report.mistakes).toBeUndefined()
})

describe('bounds', () => {
  test('a long text is searched in its first MiB, and that is said', async () => {
    const filler = 'all work and no play\n'.repeat(60_000)
    const report = await inspect([
      layerOf({ name: 'a', content: token + filler }, { name: 'b', content: filler + token }),
    ])
    expect(places(report)).toEqual(['github-token /a 0 -1'])
    expect(report.coverageGaps.map(({ code, reason }) => `${code} ${reason}`)).toEqual([
      'LIMIT_REACHED Only the first MiB of 2 longer text files was searched for secrets.',
    ])
  })

  test('a layer full of what looks like secrets ends, with a gap', async () => {
    const lines = sampleOf('https://{l20}:x@ AKIA ghp_ postgres://a:b password=\n').repeat(18_000)
    const members = Array.from({ length: 3 }, (_, at) => ({ name: `f${at}`, content: lines }))
    const report = await inspect([layerOf(...members)])
    expect(report.coverageGaps.map(({ reason }) => reason).join()).toContain('were not searched for secrets to the end')
  })

  test('a binary file is not searched', async () => {
    expect(places(await inspect([layerOf({ name: 'a', content: `\0${token}` })]))).toEqual([])
  })
})

test('what ends a file: its deletion, its replacement, that of a directory above it; not a directory entry', () => {
  const secret = { path: 'a/b/c', layer: 0 }
  const ends = (path: string, kind: 'whiteout' | 'opaque' | 'file' | 'symlink' | 'directory') =>
    deletedIn([secret], [{ all: () => [] }, { all: () => [{ path, kind }] }])[0]
  expect([
    ends('a/b/c', 'whiteout'),
    ends('a/b/c', 'file'),
    ends('a', 'whiteout'),
    ends('', 'opaque'),
    ends('a/b', 'symlink'),
  ]).toEqual([1, 1, 1, 1, 1])
  expect([ends('a/b', 'directory'), ends('a/b/c', 'opaque'), ends('a/b/cc', 'whiteout')]).toEqual([null, null, null])
})

test('variables of the configuration are searched, and one of another image of the same layers is not answered with', async () => {
  const opened = async (environment: string[]) => {
    const path = writeOciLayout(join(work, 'layout'), ociBlobs([layerOf({ name: 'a', content: 'x' })]))
    const one = unwrap(await openImage({ kind: 'oci', path, reference: null }, { limits: defaultLimits, clock }))
    const digest = `sha256:${environment.length === 0 ? 'a'.repeat(64) : 'b'.repeat(64)}`
    return { ...one, image: { ...one.image, digest, config: { ...one.image.config, environment } } }
  }
  const options = {
    limits: defaultLimits,
    clock,
    inspect: ['secrets'] as const,
    cache: openScanCache(join(work, 'cache')),
  }
  const report = await extractImage(await opened([sampleOf('GH=ghp_{a36}')]), options)
  expect(report.secrets).toMatchObject([
    { kind: 'github-token', path: '(image configuration)', layer: null, line: null },
  ])
  expect((await extractImage(await opened([]), options)).secrets).toEqual([])
})
