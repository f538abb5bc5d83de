// Where a batch lies in the spool: `<agentId>/<boot>/<seq, ten digits>.<high|low>`. Names sort in the order of sending.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isUlid } from '@yagura/kernel'

export type Priority = 'high' | 'low'

export interface SpoolEntry {
  readonly boot: string
  readonly seq: number
  readonly priority: Priority
  /** Space it takes: the file's size in whole blocks. */
  readonly diskBytes: number
}

const BLOCK_BYTES = 4096
const NAME = /^(\d{10})\.(high|low)$/

export function entryPath(root: string, entry: Pick<SpoolEntry, 'boot' | 'seq' | 'priority'>): string {
  return join(root, entry.boot, `${String(entry.seq).padStart(10, '0')}.${entry.priority}`)
}

export function diskBytes(fileBytes: number): number {
  return Math.ceil(fileBytes / BLOCK_BYTES) * BLOCK_BYTES
}

export function parseEntryName(name: string): { seq: number; priority: Priority } | undefined {
  const match = NAME.exec(name)
  if (!match) return undefined
  return { seq: Number(match[1]), priority: match[2] as Priority }
}

/** Boots in a spool directory, oldest first (a ULID begins with its time). */
export function listBoots(root: string): string[] {
  return readdirSync(root).filter(isUlid).sort()
}
