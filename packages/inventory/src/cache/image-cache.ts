// What whole images said: the way to an answer without reading, or even applying, a single layer.
import type { LayerSource } from '@yagura/image'
import type { Contents } from '../extract/extract-image.ts'
import { type KeyOptions, keyOf } from './key.ts'
import type { ScanCache } from './scan-cache.ts'

export interface ImageCache {
  get(sources: readonly LayerSource[]): Contents | undefined
  put(sources: readonly LayerSource[], contents: Contents): void
}

export function createImageCache(cache: ScanCache, options: KeyOptions): ImageCache {
  return {
    get(sources) {
      const key = keyOf('image', sources, options)
      return key === undefined ? undefined : (cache.get(key) as Contents | undefined)
    },
    put(sources, contents) {
      const key = keyOf('image', sources, options)
      if (key !== undefined) cache.put(key, contents)
    },
  }
}
