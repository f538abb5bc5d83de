// What layers and whole images said, kept under the identity of their content: diffIds, the extractors that looked, and the limits
// they kept to. Only layers whose bytes are checked against their diffId are kept or answered for.
import { createLayerEntries, type LayerSource } from '@yagura/image'
import type { Limits } from '@yagura/kernel'
import type { Contents } from '../extract/extract-image.ts'
import { EXTRACTOR_VERSION } from '../extract/version.ts'
import { isWhole } from '../layers/read-image.ts'
import { type LayerReading, readingKey, type SavedReading, saveReading } from '../layers/reading.ts'
import type { ScanCache } from './scan-cache.ts'

export type { ScanCache } from './scan-cache.ts'

export interface ReadingCache {
  layer(source: LayerSource): LayerReading | undefined
  keepLayer(source: LayerSource, reading: LayerReading): void
  contents(sources: readonly LayerSource[]): Contents | undefined
  keepContents(sources: readonly LayerSource[], readings: readonly LayerReading[], contents: Contents): void
}

export interface ReadingCacheOptions {
  readonly limits: Limits
  /** Of the extractors. */
  readonly names: readonly string[]
}

export function createReadingCache(cache: ScanCache, { limits, names }: ReadingCacheOptions): ReadingCache {
  const makers = JSON.stringify([EXTRACTOR_VERSION, names, limits])
  const keyOf = (what: string, sources: readonly LayerSource[]): string | undefined => {
    const ids = sources.map((source) => (source.verified ? source.layer?.diffId : undefined))
    return ids.length > 0 && ids.every((id) => id !== undefined) ? `${what} ${makers} ${ids.join(' ')}` : undefined
  }
  return {
    layer(source) {
      const key = keyOf('layer', [source])
      const saved = key === undefined ? undefined : (cache.get(key) as SavedReading | undefined)
      return saved && load(saved)
    },
    keepLayer(source, reading) {
      const key = keyOf('layer', [source])
      if (key !== undefined && isWhole(reading)) cache.put(key, saveReading(reading))
    },
    contents(sources) {
      const key = keyOf('image', sources)
      return key === undefined ? undefined : (cache.get(key) as Contents | undefined)
    },
    keepContents(sources, readings, contents) {
      const key = keyOf('image', sources)
      if (key !== undefined && readings.every(isWhole)) cache.put(key, contents)
    },
  }
}

function load(saved: SavedReading): LayerReading {
  return {
    entries: createLayerEntries(saved.entries),
    files: new Map(saved.files.map((file) => [readingKey(file.reader, file.path), file])),
    problems: saved.problems,
  }
}
