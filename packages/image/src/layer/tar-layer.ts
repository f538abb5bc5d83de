// A layer stored as a tar stream. What reads one is loaded when one is read: the layers of most images are known.
import type { Limits } from '@yagura/kernel'
import type { LayerSource } from './source.ts'
import { LARGE_LAYER_BYTES, type StoredLayer } from './stored.ts'

export function tarLayer(stored: StoredLayer, limits: Limits): LayerSource {
  return {
    layer: stored.layer,
    verified: true,
    isLarge: stored.file !== undefined && (stored.layer.sizeBytes ?? 0) >= LARGE_LAYER_BYTES,
    async read(visitor, options) {
      const { readTarLayer } = await import('./read-tar-layer.ts')
      return readTarLayer(stored, limits, visitor, options)
    },
  }
}
