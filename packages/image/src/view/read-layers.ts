// Reads the layers of an image, two at a time, from the bottom up.
import type { Limits } from '@yagura/kernel'
import { type ByteBudget, createByteBudget } from '@yagura/safe-io'
import type { LayerSource } from '../layer/source.ts'

export interface ReadLayersOptions {
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
}

export type ReadLayer = (source: LayerSource, layer: number, imageBudget: ByteBudget) => Promise<void>

export const LAYERS_AT_ONCE = 2

/** The first failure stops all. Throws what `read` throws, and when aborted. */
export async function readLayers(
  layers: readonly LayerSource[],
  options: ReadLayersOptions,
  read: ReadLayer,
): Promise<void> {
  const imageBudget = createByteBudget(options.limits.imageBytes, 'The image')
  let next = 0
  let failed = false
  async function work(): Promise<void> {
    while (next < layers.length && !failed) {
      options.signal?.throwIfAborted()
      const layer = next++
      try {
        await read(layers[layer] as LayerSource, layer, imageBudget)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: LAYERS_AT_ONCE }, work))
  const rejected = workers.find((worker) => worker.status === 'rejected')
  if (rejected) throw rejected.reason
}
