// A layer as it is stored: a stream of bytes, mostly packed, and where it can be had as part of a file, that too.
import type { Chunks, FileRange } from '@yagura/safe-io'
import type { Layer } from '@yagura/schema'

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
