// Images of podman, buildah and CRI-O, from their store on disk (containers/storage; overlay and vfs drivers).
import { join } from 'node:path'
import { err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import type { Layer } from '@yagura/schema'
import { directoryLayer, OPAQUE_NOT_SEEN } from '../../layer/directory-layer.ts'
import type { LayerProblem, LayerSource } from '../../layer/source.ts'
import { digestOf } from '../../manifest/blobs.ts'
import { describeImage } from '../../manifest/image.ts'
import { completeName } from '../../manifest/names.ts'
import { configDocument, manifestDocument } from '../../manifest/oci.ts'
import { parseDocument } from '../../manifest/parse.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'
import { splitLayer } from './split-layer.ts'
import {
  type ImageRecord,
  type LayerRecord,
  layerChain,
  readStores,
  type StorageDriver,
  type StoreRecords,
} from './store.ts'

const MIN_ID_LENGTH = 6

export async function openStoredImage(name: string, options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  const { podmanRoot: root, limits } = options
  const stores = await readStores(root, limits)
  if (!stores.ok) return stores
  for (const store of stores.value) {
    const record = findImage(store.images, name)
    if (record) return openRecord(root, store, record, limits)
  }
  const known = stores.value.flatMap((store) => store.images.flatMap((image) => image.names ?? []))
  return err(
    new YaguraError('INPUT_NOT_FOUND', `The store has no image ${name} (looked in ${root}).`, {
      hint: known.length > 0 ? `It has ${known.slice(0, 10).join(', ')}.` : 'Its images have no names.',
    }),
  )
}

/** By name, by name@digest, or by the beginning of an id. */
function findImage(images: readonly ImageRecord[], text: string): ImageRecord | undefined {
  for (const name of completeName(text)) {
    const named = images.find((image) => image.names?.includes(name))
    if (named) return named
  }
  const id = text.replace(/^sha256:/, '')
  if (id.length >= MIN_ID_LENGTH && /^[0-9a-f]+$/.test(id)) {
    const matching = images.filter((image) => image.id.startsWith(id))
    if (matching.length === 1) return matching[0]
  }
  return images.find((image) => image.digest !== undefined && text.endsWith(`@${image.digest}`))
}

async function openRecord(
  root: string,
  store: StoreRecords,
  record: ImageRecord,
  limits: Limits,
): Promise<Result<OpenedImage, YaguraError>> {
  const folder = join(root, `${store.driver}-images`, record.id)
  const manifestBytes = await readSmallFile(join(folder, 'manifest'), limits.jsonBytes)
  if (!manifestBytes.ok) return manifestBytes
  const manifest = parseDocument(manifestDocument, manifestBytes.value, limits, `The manifest of image ${record.id}`)
  if (!manifest.ok) return manifest
  const configDigest = manifest.value.config.digest
  const configBytes = await readSmallFile(join(folder, bigDataName(configDigest)), limits.jsonBytes)
  if (!configBytes.ok) return configBytes
  if (digestOf(configBytes.value, configDigest) !== configDigest)
    return err(new YaguraError('INTEGRITY', `The configuration of image ${record.id} has another digest.`))
  const config = parseDocument(configDocument, configBytes.value, limits, `The configuration of image ${record.id}`)
  if (!config.ok) return config
  const chain = layerChain(store, record.layer)
  if (!chain.ok) return chain
  if (chain.value.length !== config.value.rootfs.diff_ids.length)
    return err(
      new YaguraError(
        'INPUT_INVALID',
        `The store has ${chain.value.length} layers for image ${record.id}, its configuration names ${config.value.rootfs.diff_ids.length}.`,
      ),
    )
  const image = describeImage({
    configDigest,
    manifestDigest: digestOf(manifestBytes.value),
    names: record.names ?? [],
    config: config.value,
    stored: manifest.value.layers,
  })
  const layers = chain.value.map((stored, at) => layerOf(root, store.driver, stored, image.layers[at] as Layer, limits))
  return ok({ image, layers, gaps: [], close: async () => {} })
}

function layerOf(root: string, driver: StorageDriver, stored: LayerRecord, layer: Layer, limits: Limits): LayerSource {
  const filesPath =
    driver === 'overlay' ? join(root, 'overlay', stored.id, 'diff') : join(root, 'vfs', 'dir', stored.id)
  const headersPath = join(root, `${driver}-layers`, `${stored.id}.tar-split.gz`)
  return splitLayer({ layer, headersPath, filesPath }, withoutHeaders(driver, filesPath, layer), limits)
}

/** Layers that were never an archive (committed in place) have no headers. A directory of vfs holds the layers below it too. */
function withoutHeaders(driver: StorageDriver, filesPath: string, layer: Layer): LayerSource {
  const directory = directoryLayer(filesPath, driver === 'overlay' ? 'overlay' : 'plain', layer)
  if (driver === 'overlay') {
    const notSeen: LayerProblem = { code: 'LAYER_MISSING', path: '', reason: OPAQUE_NOT_SEEN }
    return { ...directory, read: async (...args) => [...(await directory.read(...args)), notSeen] }
  }
  return {
    ...directory,
    read(visitor, options) {
      visitor.visit({ path: '', kind: 'opaque', link: '', sizeBytes: 0 })
      return directory.read(visitor, options)
    },
  }
}

/** File name of a record of an image (containers/storage, images.go, makeBigDataBaseName): base64 unless it is plain. */
function bigDataName(key: string): string {
  return /^[a-z0-9.]*$/.test(key) ? key : `=${Buffer.from(key).toString('base64')}`
}
