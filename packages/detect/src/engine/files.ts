// Files that matter, by inode and device, and by path for those that are only named: what wrote them, what they hold.

import { hashText, mix } from '../tags/hash.ts'
import type { EntityTable } from '../tags/table.ts'
import { createEntityTable } from '../tags/table.ts'
import { createGenerations } from './generations.ts'

export interface FileKey {
  readonly high: number
  readonly low: number
}

/** [high, low, bits, suspicion, chain id, time] of rows, and [name, high, low] of paths. */
export interface SavedFiles {
  readonly rows: [number, number, number, number, string, number][]
  readonly paths: [string, number, number][]
}

export interface Files {
  readonly table: EntityTable
  /** Bits (tags and marks) of the file; 0 when nothing is known. */
  bits(inode: string | undefined, device: number | undefined, containerId: string | null, path: string): number
  row(inode: string | undefined, device: number | undefined, containerId: string | null, path: string): number
  /** Notes bits; remembers the path, too. */
  mark(
    file: { inode?: string | undefined; device?: number | undefined; path: string },
    containerId: string | null,
    bits: number,
    suspicion: number,
    chain: number,
    nowMs: number,
  ): void
  /** Another name for the same file. */
  renamed(
    inode: string | undefined,
    device: number | undefined,
    containerId: string | null,
    from: string,
    to: string,
  ): void
  save(idOf: (chain: number) => string): SavedFiles
  load(saved: SavedFiles, numberOf: (id: string) => number): void
}

const FILES = 65_536
const PATHS_MAX = 16_384
/** Rows, and names, of one snapshot. */
const SAVED_MAX = 16_384

export function createFiles(isProtected: (chain: number) => boolean): Files {
  const table = createEntityTable(FILES, isProtected)
  /** Container and path → key. */
  const paths = createGenerations<string, FileKey>(PATHS_MAX)

  function isKnown(inode: string | undefined): inode is string {
    return inode !== undefined && inode !== '' && inode !== '0'
  }

  function keyOf(inode: string | undefined, device: number | undefined, name: string): FileKey {
    if (!isKnown(inode)) return paths.get(name) ?? textKey(name)
    return { high: mix(hashText(inode, 3), device ?? 0) || 1, low: mix(hashText(inode), (device ?? 0) + 1) || 1 }
  }

  function row(
    inode: string | undefined,
    device: number | undefined,
    containerId: string | null,
    path: string,
  ): number {
    // the name is put together only where the inode is not told: this is asked for every file that is opened
    const { high, low } = keyOf(inode, device, isKnown(inode) ? '' : nameOf(containerId, path))
    return table.find(high, low)
  }

  return {
    table,
    row,
    bits(inode, device, containerId, path) {
      const at = row(inode, device, containerId, path)
      return at < 0 ? 0 : table.tags(at)
    },
    mark({ inode, device, path }, containerId, bits, suspicion, chain, nowMs) {
      const name = nameOf(containerId, path)
      const key = keyOf(inode, device, name)
      const at = table.take(key.high, key.low, nowMs)
      if (at < 0) return
      table.mark(at, bits, suspicion, chain, nowMs)
      paths.set(name, key)
    },
    renamed(inode, device, containerId, from, to) {
      const name = nameOf(containerId, from)
      const key = keyOf(inode, device, name)
      if (table.find(key.high, key.low) < 0) return
      paths.delete(name)
      paths.set(nameOf(containerId, to), key)
    },
    save(idOf) {
      const rows: SavedFiles['rows'] = []
      for (const { high, low, tags, suspicion, chain, atMs } of table.tagged()) {
        if (rows.length >= SAVED_MAX) break
        rows.push([high, low, tags, Math.round(suspicion * 1000) / 1000, chain === 0 ? '' : idOf(chain), atMs])
      }
      const names = [...paths.entries()].slice(-SAVED_MAX)
      return { rows, paths: names.map(([name, { high, low }]) => [name, high, low]) }
    },
    load(saved, numberOf) {
      for (const [high, low, tags, suspicion, id, atMs] of saved.rows) {
        const row = table.take(high, low, atMs)
        if (row >= 0) table.mark(row, tags, suspicion, id === '' ? 0 : numberOf(id), atMs)
      }
      for (const [name, high, low] of saved.paths) paths.set(name, { high, low })
    },
  }
}

function textKey(name: string): FileKey {
  return { high: hashText(name, 3) || 1, low: hashText(name) || 1 }
}

function nameOf(containerId: string | null, path: string): string {
  return `${containerId ?? ''}\0${path}`
}
