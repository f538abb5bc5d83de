// Where a batch lies in the spool: `<agentId>/<boot>/<seq, ten digits>.<urgent|high|low>`. Names sort in the order of writing.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isUlid } from '@yagura/kernel'

/**
 * `urgent`: what somebody waits for, and what it speaks of; it never waits behind the rest. `high`: what happened. `low` can be made
 * again.
 */
export type Priority = 'urgent' | 'high' | 'low'

/** What is urgent has a way of its own to the server. */
export const LANES = ['urgent', 'rest'] as const
export type Lane = (typeof LANES)[number]

export function laneOf({ priority }: { readonly priority: Priority }): Lane {
  return priority === 'urgent' ? 'urgent' : 'rest'
}

export interface SpoolEntry {
  readonly boot: string
  readonly seq: number
  readonly priority: Priority
  /** Space it takes: the file's size in whole blocks. */
  readonly diskBytes: number
}

const BLOCK_BYTES = 4096
const NAME = /^(\d{10})\.(urgent|high|low)$/

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
