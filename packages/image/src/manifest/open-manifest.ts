// One image out of a store of blobs, ready to be read.
import { type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import type { Chunks } from '@yagura/safe-io'
import type { Image } from '@yagura/schema'
import type { LayerSource } from '../layer/source.ts'
import type { StoredLayer } from '../layer/stored.ts'
import { tarLayer } from '../layer/tar-layer.ts'
import { type BlobStore, type ResolvedManifest, readBlob } from './blobs.ts'
import { describeImage } from './image.ts'
import { configDocument, type Descriptor } from './oci.ts'
import { parseDocument } from './parse.ts'

export interface ImageContent {
  readonly image: Image
  readonly layers: readonly LayerSource[]
}

/** Errors: INPUT_NOT_FOUND, INPUT_INVALID, INTEGRITY. A layer that is missing is found out when it is read. */
export async function openManifest(
  store: BlobStore,
  resolved: ResolvedManifest,
  names: readonly string[],
  limits: Limits,
): Promise<Result<ImageContent, YaguraError>> {
  const { manifest } = resolved
  const bytes = await readBlob(store, manifest.config.digest, limits, 'Configuration')
  if (!bytes.ok) return bytes
  const config = parseDocument(configDocument, bytes.value, limits, `Configuration ${manifest.config.digest}`)
  if (!config.ok) return config
  if (config.value.rootfs.diff_ids.length !== manifest.layers.length)
    return {
      ok: false,
      error: new YaguraError(
        'INPUT_INVALID',
        `The image has ${manifest.layers.length} layers, but its configuration names ${config.value.rootfs.diff_ids.length}.`,
      ),
    }
  const image = describeImage({
    configDigest: manifest.config.digest,
    manifestDigest: resolved.digest,
    names,
    config: config.value,
    stored: manifest.layers,
  })
  const layers = image.layers.map((layer, at) => {
    const descriptor = manifest.layers[at] as Descriptor
    const stored: StoredLayer = {
      layer,
      open: () => openLayerBlob(store, descriptor),
      async file() {
        await checkSize(store, descriptor)
        return store.file?.(descriptor.digest)
      },
    }
    return tarLayer(stored, limits)
  })
  return ok({ image, layers })
}

async function* openLayerBlob(store: BlobStore, descriptor: Descriptor): Chunks & AsyncGenerator<Uint8Array> {
  await checkSize(store, descriptor)
  yield* store.open(descriptor.digest)
}

/** Throws INPUT_NOT_FOUND and INTEGRITY. */
async function checkSize(store: BlobStore, descriptor: Descriptor): Promise<void> {
  const size = await store.size(descriptor.digest)
  if (size === undefined) {
    const foreign = (descriptor.urls?.length ?? 0) > 0 ? ' It is a foreign layer, kept at its vendor.' : ''
    throw new YaguraError('INPUT_NOT_FOUND', `Layer ${descriptor.digest} is not in ${store.where}.${foreign}`)
  }
  if (size !== descriptor.size)
    throw new YaguraError(
      'INTEGRITY',
      `Layer ${descriptor.digest} has ${size} bytes, its manifest says ${descriptor.size}.`,
      {
        hint: 'The image was damaged or was not copied completely; nothing of it was kept.',
      },
    )
}
