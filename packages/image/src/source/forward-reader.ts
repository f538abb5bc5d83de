// Ranges of a stream that can only be read forward, as a packed archive is. A reader that is done is kept where it stands and
// taken up by the next range behind it, so that reading ranges in order unpacks the stream once for each range read at a time.
import { YaguraError } from '@yagura/kernel'
import type { Chunks } from '@yagura/safe-io'

export interface ForwardReader {
  /** Throws INPUT_TRUNCATED when the stream ends before the range does. */
  range(startBytes: number, lengthBytes: number): Chunks
  close(): Promise<void>
}

interface Cursor {
  readonly chunks: AsyncIterator<Uint8Array>
  /** Of the first byte of `rest` in the stream. */
  positionBytes: number
  rest: Uint8Array
}

const NOTHING = new Uint8Array(0)

export function createForwardReader(start: () => Chunks): ForwardReader {
  const idle = new Set<Cursor>()

  /** The idle reader nearest before the range, or a new one. */
  function take(startBytes: number): Cursor {
    let nearest: Cursor | undefined
    for (const cursor of idle)
      if (cursor.positionBytes <= startBytes && cursor.positionBytes >= (nearest?.positionBytes ?? 0)) nearest = cursor
    if (nearest) idle.delete(nearest)
    return nearest ?? { chunks: start()[Symbol.asyncIterator](), positionBytes: 0, rest: NOTHING }
  }

  async function* range(startBytes: number, lengthBytes: number): AsyncGenerator<Uint8Array> {
    const endBytes = startBytes + lengthBytes
    const cursor = take(startBytes)
    let complete = false
    try {
      while (cursor.positionBytes < endBytes) {
        if (cursor.rest.length === 0) {
          const next = await cursor.chunks.next()
          if (next.done) throw new YaguraError('INPUT_TRUNCATED', 'the archive ends too early')
          cursor.rest = next.value
        }
        const skipped = Math.min(Math.max(startBytes - cursor.positionBytes, 0), cursor.rest.length)
        const part = cursor.rest.subarray(
          skipped,
          skipped + Math.min(endBytes - cursor.positionBytes - skipped, cursor.rest.length),
        )
        cursor.rest = cursor.rest.subarray(skipped + part.length)
        cursor.positionBytes += skipped + part.length
        if (part.length > 0) yield part
      }
      complete = true
    } finally {
      if (complete) idle.add(cursor)
      else await cursor.chunks.return?.()
    }
  }

  return {
    range,
    async close() {
      for (const cursor of idle) await cursor.chunks.return?.()
      idle.clear()
    },
  }
}
