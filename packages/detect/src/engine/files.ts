// Files that matter, by inode and device, and by path for those that are only named: what wrote them, what they hold. What lies in the
// layers of one container is its own: the numbers of inodes and of overlay mounts are used again as soon as a container has ended.
import type { FileLayer } from '@yagura/schema'
import { hashText, mix } from '../tags/hash.ts'
import type { EntityTable } from '../tags/table.ts'
import { createEntityTable } from '../tags/table.ts'
import { createGenerations } from './generations.ts'

export interface FileKey {
  readonly high: number
  readonly low: number
}

export interface FileRef {
  readonly path: string
  readonly inode?: string | undefined
  readonly device?: number | undefined
  readonly layer?: FileLayer | undefined
}

/** [high, low, bits, suspicion, chain id, time] of rows, and [name, high, low] of paths. */
export interface SavedFiles {
  readonly rows: [number, number, number, number, string, number][]
  readonly paths: [string, number, number][]
}

export interface Files {
  readonly table: EntityTable
  /** Bits (tags and marks) of the file; 0 when nothing is known. */
  bits(file: FileRef, containerId: string | null): number
  row(file: FileRef, containerId: string | null): number
  /** Notes bits; remembers the path, too. */
  mark(file: FileRef, containerId: string | null, bits: number, suspicion: number, chain: number, nowMs: number): void
  /** A new file, and who made it: what another had under the same numbers is over. */
  made(file: FileRef, containerId: string | null, exe: string): void
  isMadeBy(file: FileRef, containerId: string | null, exe: string): boolean
  /** Another name for the same file. */
  renamed(file: FileRef, containerId: string | null, to: string): void
  save(idOf: (chain: number) => string): SavedFiles
  load(saved: SavedFiles, numberOf: (id: string) => number): void
}

const FILES = 65_536
const PATHS_MAX = 16_384
/** Where others may see the same file. */
const SHARED = new Set<FileLayer>(['mount', 'tmpfs', 'memory', 'host', 'proc', 'sys'])
/** Rows, and names, of one snapshot. */
const SAVED_MAX = 16_384

export function createFiles(isProtected: (chain: number) => boolean): Files {
  const table = createEntityTable(FILES, isProtected)
  /** Container and path → key. */
  const paths = createGenerations<string, FileKey>(PATHS_MAX)
  /** Key of a file → program that made it. */
  const makers = createGenerations<number, number>(PATHS_MAX)

  let lastContainer = ''
  let lastOwner = 0
  /** Mostly that of the event before. */
  function ownerOf(containerId: string): number {
    if (containerId !== lastContainer) {
      lastContainer = containerId
      lastOwner = hashText(containerId)
    }
    return lastOwner
  }

  function isKnown(inode: string | undefined): inode is string {
    return inode !== undefined && inode !== '' && inode !== '0'
  }

  function keyOf({ inode, device = 0, layer, path }: FileRef, containerId: string | null): FileKey {
    if (!isKnown(inode)) {
      const name = nameOf(containerId, path)
      return paths.get(name) ?? textKey(name)
    }
    const owner = containerId === null || (layer !== undefined && SHARED.has(layer)) ? 0 : ownerOf(containerId)
    return { high: mix(hashText(inode, 3), device) || 1, low: mix(hashText(inode), mix(device + 1, owner)) || 1 }
  }

  function row(file: FileRef, containerId: string | null): number {
    const { high, low } = keyOf(file, containerId)
    return table.find(high, low)
  }

  return {
    table,
    row,
    bits(file, containerId) {
      const at = row(file, containerId)
      return at < 0 ? 0 : table.tags(at)
    },
    mark(file, containerId, bits, suspicion, chain, nowMs) {
      const key = keyOf(file, containerId)
      const at = table.take(key.high, key.low, nowMs)
      if (at < 0) return
      table.mark(at, bits, suspicion, chain, nowMs)
      paths.set(nameOf(containerId, file.path), key)
    },
    made(file, containerId, exe) {
      if (!isKnown(file.inode)) return
      const { high, low } = keyOf(file, containerId)
      const at = table.find(high, low)
      if (at >= 0) table.clear(at)
      if (containerId !== null) makers.set(mix(high, low), hashText(exe))
    },
    isMadeBy(file, containerId, exe) {
      const { high, low } = keyOf(file, containerId)
      return makers.get(mix(high, low)) === hashText(exe)
    },
    renamed(file, containerId, to) {
      const key = keyOf(file, containerId)
      if (table.find(key.high, key.low) < 0) return
      paths.delete(nameOf(containerId, file.path))
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
