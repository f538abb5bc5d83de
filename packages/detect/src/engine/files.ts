// Files that matter, by inode and device, and by path for those that are only named: what wrote them, what they hold. What lies in the
// layers of one container is its own: the numbers of inodes and of overlay mounts are used again as soon as a container has ended.
import type { FileLayer } from '@yagura/schema'
import { hashText, mix } from '../tags/hash.ts'
import type { EntityTable } from '../tags/table.ts'
import { createEntityTable } from '../tags/table.ts'
import { createHashTable } from './hash-table.ts'
import { factsOf } from './paths.ts'
import { programFacts } from './programs.ts'

export interface FileRef {
  readonly path: string
  readonly inode?: string | undefined
  readonly device?: number | undefined
  readonly layer?: FileLayer | undefined
}

/** Hash, hash, and the key of the row; before, the container and the path as a text stood for the hashes. */
type SavedName = readonly [number, number, number, number] | readonly [string, number, number]

/** [high, low, bits, suspicion, chain id, time] of rows, and names of files with the keys of their rows. */
export interface SavedFiles {
  readonly rows: [number, number, number, number, string, number][]
  readonly paths: SavedName[]
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
  readonly sizeBytes: number
}

const FILES = 65_536
const NAMES = 16_384
/** Where others may see the same file. */
const SHARED = new Set<FileLayer>(['mount', 'tmpfs', 'memory', 'host', 'proc', 'sys'])
/** Rows, and names, of one snapshot. */
const SAVED_MAX = 16_384

export function createFiles(isProtected: (chain: number) => boolean): Files {
  const table = createEntityTable(FILES, isProtected)
  /** Container and path → key of the row. */
  const names = createHashTable(NAMES)
  /** Key of a file → program that made it. */
  const makers = createHashTable(NAMES)
  /** The answers of `toName` and `toKey`: a pair for each event would have to be cleared up. */
  let nameHigh = 0
  let nameLow = 0
  let keyHigh = 0
  let keyLow = 0

  let lastContainer = ''
  let lastOwner = 0
  /** Mostly that of the event before. */
  function ownerOf(containerId: string | null): number {
    if (containerId === null) return 0
    if (containerId !== lastContainer) {
      lastContainer = containerId
      lastOwner = hashText(containerId)
    }
    return lastOwner
  }

  function toName(containerId: string | null, path: string): void {
    const owner = ownerOf(containerId)
    const { hash, otherHash } = factsOf(path)
    nameHigh = mix(otherHash, owner) || 1
    nameLow = mix(hash, owner) || 1
  }

  let ofInode: string | undefined
  let ofDevice: number | undefined
  let ofLayer: FileLayer | undefined
  let ofContainer: string | null = null

  function toKey({ inode, device, layer, path }: FileRef, containerId: string | null): void {
    if (!isKnown(inode)) {
      ofInode = undefined
      toName(containerId, path)
      const at = names.find(nameHigh, nameLow)
      keyHigh = at < 0 ? nameHigh : names.first(at)
      keyLow = at < 0 ? nameLow : names.second(at)
      return
    }
    // one event asks several times
    if (inode === ofInode && device === ofDevice && layer === ofLayer && containerId === ofContainer) return
    ofInode = inode
    ofDevice = device
    ofLayer = layer
    ofContainer = containerId
    const owner = layer !== undefined && SHARED.has(layer) ? 0 : ownerOf(containerId)
    keyHigh = mix(hashText(inode, 3), device ?? 0) || 1
    keyLow = mix(hashText(inode), mix((device ?? 0) + 1, owner)) || 1
  }

  function row(file: FileRef, containerId: string | null): number {
    toKey(file, containerId)
    return table.find(keyHigh, keyLow)
  }

  return {
    table,
    row,
    bits(file, containerId) {
      const at = row(file, containerId)
      return at < 0 ? 0 : table.tags(at)
    },
    mark(file, containerId, bits, suspicion, chain, nowMs) {
      toKey(file, containerId)
      const at = table.take(keyHigh, keyLow, nowMs)
      if (at < 0) return
      table.mark(at, bits, suspicion, chain, nowMs)
      toName(containerId, file.path)
      names.set(nameHigh, nameLow, keyHigh, keyLow)
    },
    made(file, containerId, exe) {
      if (!isKnown(file.inode)) return
      const at = row(file, containerId)
      if (at >= 0) table.clear(at)
      if (containerId !== null) makers.set(keyHigh, keyLow, programFacts(exe).hash, 0)
    },
    isMadeBy(file, containerId, exe) {
      toKey(file, containerId)
      const at = makers.find(keyHigh, keyLow)
      return at >= 0 && makers.first(at) === programFacts(exe).hash
    },
    renamed(file, containerId, to) {
      if (row(file, containerId) < 0) return
      toName(containerId, file.path)
      names.delete(nameHigh, nameLow)
      toName(containerId, to)
      names.set(nameHigh, nameLow, keyHigh, keyLow)
    },
    save(idOf) {
      const rows: SavedFiles['rows'] = []
      for (const { high, low, tags, suspicion, chain, atMs } of table.tagged()) {
        if (rows.length >= SAVED_MAX) break
        rows.push([high, low, tags, Math.round(suspicion * 1000) / 1000, chain === 0 ? '' : idOf(chain), atMs])
      }
      return { rows, paths: [...names.entries()] }
    },
    load(saved, numberOf) {
      for (const [high, low, tags, suspicion, id, atMs] of saved.rows) {
        const row = table.take(high | 0, low | 0, atMs)
        if (row >= 0) table.mark(row, tags, suspicion, id === '' ? 0 : numberOf(id), atMs)
      }
      for (const name of saved.paths) {
        if (name.length === 4) names.set(name[0], name[1], name[2], name[3])
        else {
          const [owner = '', path = ''] = name[0].split('\0')
          toName(owner === '' ? null : owner, path)
          names.set(nameHigh, nameLow, name[1] | 0, name[2] | 0)
        }
      }
    },
    sizeBytes: table.sizeBytes() + names.sizeBytes + makers.sizeBytes,
  }
}

function isKnown(inode: string | undefined): inode is string {
  return inode !== undefined && inode !== '' && inode !== '0'
}
