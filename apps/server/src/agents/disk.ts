// Ingestion stops before the disk of the embedded database is full: agents keep their batches, and the database stays whole.
import { statfs } from 'node:fs/promises'
import { type Clock, YaguraError } from '@yagura/kernel'

const RESERVED_BYTES = 256 * 1024 * 1024
const CHECK_MS = 1_000

/** A function that throws UNAVAILABLE while there is too little space. Looks at most once a second. */
export function createDiskGuard(clock: Clock, freeBytesNow: () => Promise<number>): () => Promise<void> {
  let checkedAtMs = Number.NEGATIVE_INFINITY
  let freeBytes = Number.POSITIVE_INFINITY
  return async () => {
    const now = clock.monotonicMs()
    if (now - checkedAtMs > CHECK_MS) {
      checkedAtMs = now
      freeBytes = await freeBytesNow().catch(() => Number.POSITIVE_INFINITY)
    }
    if (freeBytes < RESERVED_BYTES)
      throw new YaguraError('UNAVAILABLE', 'The disk of the database is almost full, so nothing more is taken in.', {
        hint: 'Free disk space; what agents send meanwhile waits in their spools.',
      })
  }
}

export async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}
