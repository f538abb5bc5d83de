// Writes an OCI archive (a tar of an OCI image layout, image-spec v1.0) whose layers are given as tars.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { mustRun } from './command.ts'

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface ArchiveRecipe {
  /** Full name, such as testbed.local/alpine:3.9. */
  readonly name: string
  /** tar or tar.gz each, the lowest first. */
  readonly layerTars: readonly string[]
  readonly command: readonly string[]
  readonly settings?: ImageSettings
}

/** What an image says beside its layers. */
export interface ImageSettings {
  readonly path?: string
  readonly user?: string
  readonly labels?: Readonly<Record<string, string>>
}

export async function writeOciArchive(recipe: ArchiveRecipe, path: string): Promise<void> {
  const layout = `${path}.layout`
  const blobs = join(layout, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  try {
    const layers: Descriptor[] = []
    const diffIds: string[] = []
    for (const tar of recipe.layerTars) {
      const gzip = tar.endsWith('.gz')
      const layer = await blobOfFile(blobs, tar, `application/vnd.oci.image.layer.v1.tar${gzip ? '+gzip' : ''}`)
      layers.push(layer)
      diffIds.push(gzip ? await sha256(createReadStream(tar).pipe(createGunzip())) : layer.digest)
    }
    const config = await blobOfJson(blobs, 'application/vnd.oci.image.config.v1+json', {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: imageConfig(recipe.command, recipe.settings),
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: recipe.layerTars.map((tar) => ({ created_by: `ADD ${basename(tar)} in /` })),
    })
    const manifest = await blobOfJson(blobs, 'application/vnd.oci.image.manifest.v1+json', {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config,
      layers,
    })
    // containerd takes the full name from its own annotation, everything else from the OCI one.
    const annotations = { 'io.containerd.image.name': recipe.name, 'org.opencontainers.image.ref.name': recipe.name }
    const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] }
    await writeFile(join(layout, 'index.json'), JSON.stringify(index))
    await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
    await mustRun(['tar', '-C', layout, '-cf', path, 'oci-layout', 'index.json', 'blobs'])
  } finally {
    await rm(layout, { recursive: true, force: true })
  }
}

function imageConfig(command: readonly string[], { path = DEFAULT_PATH, user, labels }: ImageSettings = {}) {
  return { Cmd: command, Env: [`PATH=${path}`], ...(user && { User: user }), ...(labels && { Labels: labels }) }
}

export interface Variant {
  readonly name: string
  readonly settings: ImageSettings
}

/**
 * An archive with further images over the layers of another archive, and without those layers: it can be imported where the
 * other one has been. Each has a digest of its own by its settings, as a rebuilt image has.
 */
export async function writeVariants(base: string, variants: readonly Variant[], path: string): Promise<void> {
  const read = async <T>(name: string) => JSON.parse(await mustRun(['tar', '-xOf', base, name])) as T
  const blob = ({ digest }: Descriptor) => `blobs/sha256/${digest.slice('sha256:'.length)}`
  const [first] = (await read<{ manifests: Descriptor[] }>('index.json')).manifests
  if (first === undefined) throw new Error(`${base} holds no image.`)
  const manifest = await read<{ config: Descriptor }>(blob(first))
  const config = await read<{ config: { Cmd: string[] } }>(blob(manifest.config))
  const layout = `${path}.layout`
  const blobs = join(layout, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  try {
    const manifests: object[] = []
    for (const { name, settings } of variants) {
      const value = { ...config, config: imageConfig(config.config.Cmd, settings) }
      const described = await blobOfJson(blobs, 'application/vnd.oci.image.config.v1+json', value)
      const own = await blobOfJson(blobs, 'application/vnd.oci.image.manifest.v1+json', {
        ...manifest,
        config: described,
      })
      const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name }
      manifests.push({ ...own, annotations })
    }
    await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
    await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
    await mustRun(['tar', '-C', layout, '-cf', path, 'oci-layout', 'index.json', 'blobs'])
  } finally {
    await rm(layout, { recursive: true, force: true })
  }
}

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

async function blobOfFile(blobs: string, file: string, mediaType: string): Promise<Descriptor> {
  const digest = await sha256(createReadStream(file))
  await copyFile(file, join(blobs, digest.slice('sha256:'.length)))
  return { mediaType, digest, size: (await stat(file)).size }
}

async function blobOfJson(blobs: string, mediaType: string, value: unknown): Promise<Descriptor> {
  const text = JSON.stringify(value)
  const digest = createHash('sha256').update(text).digest('hex')
  await writeFile(join(blobs, digest), text)
  return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) }
}

async function sha256(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(stream, hash)
  return `sha256:${hash.digest('hex')}`
}
