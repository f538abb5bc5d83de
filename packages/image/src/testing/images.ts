// Makes images out of layers of bytes, as OCI layouts and docker archives, for tests and benchmarks. Not part of the product.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tarArchive } from '@yagura/safe-io/testing'

export interface TestLayer {
  /** The stored bytes. */
  readonly stored: Buffer
  readonly diffId: string
  readonly mediaType: string
}

export function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export function gzipLayer(tar: Buffer): TestLayer {
  return { stored: gzipSync(tar), diffId: sha256(tar), mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }
}

export function plainLayer(tar: Buffer): TestLayer {
  return { stored: tar, diffId: sha256(tar), mediaType: 'application/vnd.oci.image.layer.v1.tar' }
}

export function configOf(layers: readonly TestLayer[]): Buffer {
  const history = layers.flatMap((_, at) => [
    { created: '2026-01-01T00:00:00Z', created_by: `RUN step ${at}` },
    { created: '2026-01-01T00:00:00Z', created_by: `ENV n=${at}`, empty_layer: true },
  ])
  return Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      config: { User: '1000', Env: ['PATH=/bin'], Cmd: ['/bin/sh'], Labels: { made: 'by test' } },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
      history,
    }),
  )
}

export interface Blobs {
  readonly blobs: ReadonlyMap<string, Buffer>
  readonly manifest: { readonly digest: string; readonly size: number; readonly mediaType: string }
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

export function ociBlobs(layers: readonly TestLayer[]): Blobs {
  const config = configOf(layers)
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
      layers: layers.map((layer) => ({
        mediaType: layer.mediaType,
        digest: sha256(layer.stored),
        size: layer.stored.length,
      })),
    }),
  )
  const blobs = new Map([config, manifest, ...layers.map((layer) => layer.stored)].map((blob) => [sha256(blob), blob]))
  return { blobs, manifest: { digest: sha256(manifest), size: manifest.length, mediaType: MANIFEST } }
}

/** Writes an OCI layout; `index` replaces the content of index.json. */
export function writeOciLayout(directory: string, { blobs, manifest }: Blobs, index?: unknown): string {
  mkdirSync(join(directory, 'blobs', 'sha256'), { recursive: true })
  for (const [digest, bytes] of blobs) writeFileSync(join(directory, 'blobs', digest.replace(':', '/')), bytes)
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(join(directory, 'index.json'), JSON.stringify(index ?? { schemaVersion: 2, manifests: [manifest] }))
  return directory
}

export function dockerArchive(layers: readonly TestLayer[], tags: readonly string[] = ['test:1']): Buffer {
  const config = configOf(layers)
  const name = `${sha256(config).slice(7)}.json`
  const manifest = JSON.stringify([{ Config: name, RepoTags: tags, Layers: layers.map((_, at) => `${at}/layer.tar`) }])
  return tarArchive([
    ...layers.map((layer, at) => ({ name: `${at}/layer.tar`, content: layer.stored })),
    { name, content: config },
    { name: 'manifest.json', content: manifest },
  ])
}
