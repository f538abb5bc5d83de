// Writes the body of an answer behind what is there already. Stops at the budget, and when almost nothing arrives any more.
import { open } from 'node:fs/promises'
import type { YaguraError } from '@yagura/kernel'

export interface AppendTarget {
  readonly path: string
  /** Bytes to keep; the rest of the file goes. */
  readonly startBytes: number
  /** What the file should have at the end, where it is known. */
  readonly totalBytes: number | undefined
  readonly maxBytes: number
}

const PATIENCE_MS = 60_000
const MIN_BYTES_PER_SECOND = 1024

export async function appendBody(
  body: AsyncIterable<Uint8Array>,
  target: AppendTarget,
  tooLarge: () => YaguraError,
  onProgress: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined,
): Promise<void> {
  const { path, startBytes, totalBytes, maxBytes } = target
  const file = await open(path, startBytes > 0 ? 'r+' : 'w')
  let position = startBytes
  const startedMs = performance.now()
  try {
    await file.truncate(startBytes)
    for await (const chunk of body) {
      if (position + chunk.length > maxBytes) throw tooLarge()
      await file.write(chunk, 0, chunk.length, position)
      position += chunk.length
      onProgress?.(position, totalBytes)
      const elapsedMs = performance.now() - startedMs
      if (elapsedMs > PATIENCE_MS && (position - startBytes) / (elapsedMs / 1000) < MIN_BYTES_PER_SECOND)
        throw new Error('almost nothing arrives')
    }
    if (totalBytes !== undefined && position !== totalBytes) throw new Error('the connection ended too early')
    await file.sync()
  } finally {
    await file.close()
  }
}
