// Which later layer takes a file away, or puts another in its place: what lies in an earlier layer is still pulled with the image.
import type { LayerEntry } from '@yagura/image'
import { parentPath } from '@yagura/safe-io'

export interface PlacedPath {
  readonly path: string
  readonly layer: number
}

interface Layer {
  /** Paths are those of the image, after links. */
  all(): Iterable<Pick<LayerEntry, 'path' | 'kind'>>
}

/** For each path the layer that ends it; null: it is there in the end. */
export function deletedIn(paths: readonly PlacedPath[], layers: readonly Layer[]): readonly (number | null)[] {
  const ends: (number | null)[] = paths.map(() => null)
  const at = new Map<string, number[]>()
  const below = new Map<string, number[]>()
  for (const [index, { path }] of paths.entries()) {
    add(at, path, index)
    for (let parent = path; parent !== ''; ) {
      parent = parentPath(parent)
      add(below, parent, index)
    }
  }
  for (const [layer, entries] of layers.entries()) {
    const end = (indexes: readonly number[] | undefined) => {
      for (const index of indexes ?? []) if ((paths[index]?.layer ?? 0) < layer) ends[index] ??= layer
    }
    for (const { path, kind } of entries.all()) {
      if (kind !== 'opaque' && kind !== 'directory') end(at.get(path))
      if (kind !== 'directory') end(below.get(path))
    }
  }
  return ends
}

function add(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key)
  if (known) known.push(index)
  else map.set(key, [index])
}
