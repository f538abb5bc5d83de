// What single layers said: images share them.
import { createLayerEntries, type LayerSource } from '@yagura/image'
import { isWhole, type LayerReading, readingKey, type SavedReading, saveReading } from '../layers/reading.ts'
import { type KeyOptions, keyOf } from './key.ts'
import type { ScanCache } from './scan-cache.ts'

export interface LayerCache {
  has(source: LayerSource): boolean
  get(source: LayerSource): LayerReading | undefined
  put(source: LayerSource, reading: LayerReading): void
}

export function createLayerCache(cache: ScanCache, options: KeyOptions): LayerCache {
  return {
    has(source) {
      const key = keyOf('layer', [source], options)
      return key !== undefined && cache.has(key)
    },
    get(source) {
      const key = keyOf('layer', [source], options)
      const saved = key === undefined ? undefined : (cache.get(key) as SavedReading | undefined)
      return saved && load(saved)
    },
    put(source, reading) {
      const key = keyOf('layer', [source], options)
      if (key !== undefined && isWhole(reading)) cache.put(key, saveReading(reading))
    },
  }
}

function load(saved: SavedReading): LayerReading {
  return {
    entries: createLayerEntries(saved.entries),
    files: new Map(saved.files.map((file) => [readingKey(file.reader, file.path), file])),
    problems: saved.problems,
    inspection: saved.inspection,
  }
}
