// A layer stored as a tar stream. What reads one is loaded when one is read: the layers of most images are known.
import type { Limits } from '@yagura/kernel'
import type { Chunks } from '@yagura/safe-io'
import type { Layer } from '@yagura/schema'
import type { LayerSource } from './source.ts'

export interface StoredLayer {
  readonly layer: Layer
  /** The stored bytes from the start, each time it is called. Throws INPUT_NOT_FOUND when they are not there. */
  open(): Chunks
}

export function tarLayer(stored: StoredLayer, limits: Limits): LayerSource {
  return {
    layer: stored.layer,
    verified: true,
    async read(visitor, options) {
      const { readTarLayer } = await import('./read-tar-layer.ts')
      return readTarLayer(stored, limits, visitor, options)
    },
  }
}
