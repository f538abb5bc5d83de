// The entries of one layer, kept until they are applied to the view, or stored to be applied again without reading the layer.
// Columns instead of objects: a layer may hold a million.
import { LAYER_ENTRY_KINDS, type LayerEntry, type LayerEntryKind } from '../layer/source.ts'

export interface LayerEntries {
  add(entry: LayerEntry): void
  count(): number
  /** `sizeBytes` is not kept. */
  all(): Iterable<LayerEntry>
  save(): SavedEntries
}

/** As JSON. */
export interface SavedEntries {
  readonly paths: readonly string[]
  /** A digit for each path: its place in LAYER_ENTRY_KINDS. */
  readonly kinds: string
  /** [place of the path, target] of links. */
  readonly links: readonly (readonly [number, string])[]
}

export function createLayerEntries(saved?: SavedEntries): LayerEntries {
  const paths: string[] = saved ? [...saved.paths] : []
  const kinds: LayerEntryKind[] = saved
    ? Array.from(saved.kinds, (digit) => LAYER_ENTRY_KINDS[Number(digit)] ?? 'other')
    : []
  const links = new Map<number, string>(saved?.links)
  return {
    add(entry) {
      if (entry.link !== '') links.set(paths.length, entry.link)
      paths.push(entry.path)
      kinds.push(entry.kind)
    },
    count: () => paths.length,
    *all() {
      for (let at = 0; at < paths.length; at++)
        yield { path: paths[at] as string, kind: kinds[at] as LayerEntryKind, link: links.get(at) ?? '', sizeBytes: 0 }
    },
    save: () => ({ paths, kinds: kinds.map((kind) => LAYER_ENTRY_KINDS.indexOf(kind)).join(''), links: [...links] }),
  }
}
