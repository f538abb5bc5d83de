// The records of containers/storage, which podman, buildah, skopeo and CRI-O share: DRIVER-images/images.json and DRIVER-layers/layers.json.
import { join } from 'node:path'
import { err, type Limits, ok, type Result, YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import { parseDocument } from '../../manifest/parse.ts'
import { list, matching, object, optional, type Shape, type Shaped, text } from '../../manifest/shape.ts'

const id = matching(/^[0-9a-f]{64}$/, 'an id of 64 hexadecimal digits')

const imageRecord = object({ id, digest: optional(text), names: optional(list(text)), layer: optional(id) })
const layerRecord = object({ id, parent: optional(id) })

export type ImageRecord = Shaped<typeof imageRecord>
export type LayerRecord = Shaped<typeof layerRecord>

export const STORAGE_DRIVERS = ['overlay', 'vfs'] as const
export type StorageDriver = (typeof STORAGE_DRIVERS)[number]

export interface StoreRecords {
  readonly driver: StorageDriver
  readonly images: readonly ImageRecord[]
  readonly layers: ReadonlyMap<string, LayerRecord>
}

/** Of each driver that the store has been used with. Errors: INPUT_NOT_FOUND when there is none, INPUT_INVALID, PERMISSION. */
export async function readStores(root: string, limits: Limits): Promise<Result<readonly StoreRecords[], YaguraError>> {
  const stores: StoreRecords[] = []
  for (const driver of STORAGE_DRIVERS) {
    const images = await readRecords(join(root, `${driver}-images`, 'images.json'), list(imageRecord), limits)
    if (!images.ok && images.error.code === 'INPUT_NOT_FOUND') continue
    if (!images.ok) return images
    const layers = await readRecords(join(root, `${driver}-layers`, 'layers.json'), list(layerRecord), limits)
    if (!layers.ok) return layers
    stores.push({ driver, images: images.value, layers: new Map(layers.value.map((layer) => [layer.id, layer])) })
  }
  if (stores.length > 0) return ok(stores)
  return err(
    new YaguraError('INPUT_NOT_FOUND', `There is no image store of podman or CRI-O in ${root}.`, {
      hint: 'Name the directory that `podman info` shows as graphRoot if it is another.',
    }),
  )
}

async function readRecords<T>(path: string, shape: Shape<T>, limits: Limits): Promise<Result<T, YaguraError>> {
  const bytes = await readSmallFile(path, limits.jsonBytes)
  return bytes.ok ? parseDocument(shape, bytes.value, limits, path) : bytes
}

/** Bottom to top; an error when the chain is broken or goes round. */
export function layerChain(store: StoreRecords, top: string | undefined): Result<readonly LayerRecord[], YaguraError> {
  const chain: LayerRecord[] = []
  for (let id = top; id !== undefined; id = chain.at(-1)?.parent) {
    const layer = store.layers.get(id)
    if (!layer) return err(new YaguraError('INPUT_INVALID', `The store has no layer ${id}, which the image needs.`))
    if (chain.length >= 1024) return err(new YaguraError('INPUT_INVALID', 'The layers of the image form a circle.'))
    chain.push(layer)
  }
  return ok(chain.reverse())
}
