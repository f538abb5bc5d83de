// What sensors left running whose agents did not come back: their programs still cost time and their rings memory, until
// somebody takes them away. When they were last read stands in their `control`.
import { readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { structLayout } from '@yagura/schema/kernel-record'
import { loadLibbpf } from '../native/libbpf.ts'
import { bootTimeNs } from '../native/libc.ts'
import { isBpfFileSystem, pinsOf, remove } from './handover.ts'

const { at: CONTROL } = structLayout('control')
/** The kernel writes as much as the map holds, which another version of the sensor made. */
const VALUE_BYTES_MAX = 4096

/** A restart, an upgrade, a long crash loop: no agent needs longer. */
export const ABANDONED_AFTER_MS = 15 * 60_000

/**
 * Takes away what nobody has read for so long; gives the names of the agents it was of. `keep`: an agent that is about to go
 * on with its own.
 */
export function removeAbandoned(
  root: string,
  { unreadMs = ABANDONED_AFTER_MS, keep = '' }: { readonly unreadMs?: number; readonly keep?: string } = {},
): string[] {
  if (!isBpfFileSystem(root)) return []
  const removed: string[] = []
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === keep) continue
    const directory = join(root, entry.name)
    if (bootTimeNs() - lastReadNs(directory) < unreadMs * 1e6) continue
    for (const name of pinsOf(directory)) remove(join(directory, name))
    rmdirSync(directory)
    removed.push(entry.name)
  }
  return removed
}

/** Since boot; 0 when it cannot be found out. */
function lastReadNs(directory: string): number {
  const bpf = loadLibbpf()
  if (!bpf.ok) return Number.POSITIVE_INFINITY
  let newest = 0
  for (const name of pinsOf(directory)) {
    const fd = bpf.value.openPinned(join(directory, name, 'control'))
    if (fd === undefined) continue
    const bytes = new Uint8Array(VALUE_BYTES_MAX)
    if (bpf.value.lookup(fd.number, new Uint8Array(4), bytes)) {
      newest = Math.max(newest, Number(new DataView(bytes.buffer).getBigUint64(CONTROL.polledNs, true)))
    }
    fd.close()
  }
  return newest
}
