// Reads a table: its index is resident, blocks are read and unpacked when they are asked for, and the last used ones stay.
import { type Block, decodeBlock, type TableRecord, unpackBlock } from './block.ts'
import { invalidError } from './format.ts'
import type { BlockPlace } from './table-write.ts'

export interface Table {
  /** The record, parsed; undefined where there is none. Throws ADVISORY_DB_INVALID where the file is damaged, as all of these do. */
  get(key: string): unknown
  /** Records whose keys start with `prefix`, in order of their keys. */
  startingWith(prefix: string): readonly (readonly [key: string, value: unknown])[]
  /** Every record as it was stored, in order; nothing of it stays in memory. Blocks that are left out are not unpacked. */
  all(isLeftOut?: (firstKey: string, packed: Buffer) => boolean): Iterable<TableRecord>
  /** Every block as it was packed, with its content. */
  blocks(): Iterable<PackedBlock>
  /** The block that starts with this key. */
  block(firstKey: string): PackedBlock | undefined
  /** Whether it has this very block. */
  hasBlock(firstKey: string, packed: Buffer): boolean
}

export interface PackedBlock {
  readonly packed: Buffer
  readonly unpacked: Buffer
}

export const emptyTable: Table = {
  get: () => undefined,
  startingWith: () => [],
  all: () => [],
  blocks: () => [],
  block: () => undefined,
  hasBlock: () => false,
}

interface Place {
  readonly firstKey: string
  readonly offset: number
  readonly packedBytes: number
  readonly unpackedBytes: number
}

/** Unpacked blocks of all tables together, outside of the heap, the last used ones up to `maxBytes`. */
export interface BlockCache {
  get(key: string, load: () => Buffer): Block
}

export function createBlockCache(maxBytes: number): BlockCache {
  const cache = new Map<string, { readonly block: Block; readonly bytes: number }>()
  let cachedBytes = 0
  return {
    get(key, load) {
      let entry = cache.get(key)
      if (entry) cache.delete(key)
      else {
        const unpacked = load()
        entry = { block: decodeBlock(unpacked), bytes: unpacked.length }
        cachedBytes += entry.bytes
      }
      cache.set(key, entry)
      for (const [oldest, { bytes }] of cache) {
        if (cachedBytes <= maxBytes || oldest === key) break
        cache.delete(oldest)
        cachedBytes -= bytes
      }
      return entry.block
    },
  }
}

export interface TableOptions {
  readonly name: string
  readonly index: Buffer
  /** Bytes of the section that holds the blocks. */
  readonly lengthBytes: number
  /** Reads bytes of that section. */
  readonly readAt: (offset: number, length: number) => Buffer
  readonly cache: BlockCache
  readonly path: string
}

export function createTable({ name, index, lengthBytes, readAt, cache, path }: TableOptions): Table {
  const places = decodeIndex(index, lengthBytes)
  if (!places) throw invalidError(`${path} has a damaged index ${name}.`)

  function load({ offset, packedBytes, unpackedBytes }: Place) {
    const packed = readAt(offset, packedBytes)
    return { packed, unpacked: unpackBlock(packed, unpackedBytes) }
  }

  /** Every failure inside is damage: what was packed is read here by the same rules. */
  function guarded<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw invalidError(`${path} has a damaged block in ${name}.`, error)
    }
  }

  /** Place of the last block whose first key does not come behind `key`: earlier ones hold smaller keys only. */
  function placeOf(key: string): number {
    let low = 0
    let high = places?.length ?? 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((places?.[middle]?.firstKey ?? '') <= key) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  function* from(key: string): Generator<readonly [key: string, value: Buffer]> {
    for (let i = placeOf(key); i < (places?.length ?? 0); i++) {
      const place = places?.[i] as Place
      const block = cache.get(`${name} ${place.offset}`, () => load(place).unpacked)
      for (let at = block.seek(key); at < block.count; at++) yield [block.key(at), block.value(at)]
    }
  }

  return {
    get: (key) =>
      guarded(() => {
        for (const [found, value] of from(key)) return found === key ? JSON.parse(value.toString('utf8')) : undefined
      }),
    startingWith: (prefix) =>
      guarded(() => {
        const found: [string, unknown][] = []
        for (const [key, value] of from(prefix)) {
          if (!key.startsWith(prefix)) break
          found.push([key, JSON.parse(value.toString('utf8'))])
        }
        return found
      }),
    *all(isLeftOut = () => false) {
      for (const place of places) {
        const packed = guarded(() => readAt(place.offset, place.packedBytes))
        if (isLeftOut(place.firstKey, packed)) continue
        const block = guarded(() => decodeBlock(unpackBlock(packed, place.unpackedBytes)))
        for (let at = 0; at < block.count; at++) yield guarded(() => ({ key: block.key(at), value: block.value(at) }))
      }
    },
    *blocks() {
      for (const place of places) yield guarded(() => load(place))
    },
    block(firstKey) {
      const place = places[placeOf(firstKey)]
      return place?.firstKey === firstKey ? guarded(() => load(place)) : undefined
    },
    hasBlock(firstKey, packed) {
      const place = places[placeOf(firstKey)]
      if (place?.firstKey !== firstKey || place.packedBytes !== packed.length) return false
      return guarded(() => readAt(place.offset, place.packedBytes)).equals(packed)
    },
  }
}

/** undefined where it is not an index of a section of this length. */
function decodeIndex(bytes: Buffer, lengthBytes: number): Place[] | undefined {
  try {
    let offset = 0
    const places = (JSON.parse(bytes.toString('utf8')) as BlockPlace[]).map(
      ([firstKey, packedBytes, unpackedBytes]) => {
        const place = { firstKey, offset, packedBytes, unpackedBytes }
        offset += packedBytes
        const isSound = typeof firstKey === 'string' && packedBytes >= 0 && unpackedBytes >= 0
        if (!isSound || !Number.isSafeInteger(offset)) throw new RangeError('A place is not sound.')
        return place
      },
    )
    return offset === lengthBytes ? places : undefined
  } catch {
    return undefined
  }
}
