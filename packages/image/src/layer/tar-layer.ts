// A layer stored as a tar stream. What reads one is loaded when one is read: the layers of most images are known.
import type { Limits } from '@yagura/kernel'
import type { Chunks, FileRange } from '@yagura/safe-io'
import type { Layer } from '@yagura/schema'
import type { LayerSource } from './source.ts'

/** As stored. Below that a thread takes longer to start than it saves. */
export const LARGE_LAYER_BYTES = 8 * 1024 * 1024

export interface StoredLayer {
  readonly layer: Layer
  /** The stored bytes from the start, each time it is called. Throws INPUT_NOT_FOUND when they are not there. */
  open(): Chunks
  /** The same bytes where they lie in a file of this machine, which a thread can read by itself. */
  file?(): Promise<OpenedRange | undefined>
}

export interface OpenedRange extends FileRange, AsyncDisposable {}

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
