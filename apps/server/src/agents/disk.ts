// Ingestion stops before the disk of the embedded database is full: agents keep their batches, and the database stays whole.
import { statfs } from 'node:fs/promises'
import { YaguraError } from '@yagura/kernel'
import type { Context } from '../context.ts'

const RESERVED_BYTES = 256 * 1024 * 1024
const CHECK_MS = 1_000

let checkedAtMs = Number.NEGATIVE_INFINITY
let freeBytes = Number.POSITIVE_INFINITY

export async function refuseFullDisk(context: Context): Promise<void> {
  if (context.database.kind !== 'embedded') return
  const now = context.clock.monotonicMs()
  if (now - checkedAtMs > CHECK_MS) {
    checkedAtMs = now
    const stats = await statfs(context.settings.paths.server.root).catch(() => undefined)
    freeBytes = stats ? stats.bavail * stats.bsize : Number.POSITIVE_INFINITY
  }
  if (freeBytes < RESERVED_BYTES)
    throw new YaguraError('UNAVAILABLE', 'The disk of the database is almost full, so nothing more is taken in.', {
      hint: 'Free disk space; what agents send meanwhile waits in their spools.',
    })
}
