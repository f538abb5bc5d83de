// The entries of one layer, kept until they are applied to the view, or stored to be applied again without reading the layer.
// Columns instead of objects: a layer may hold a million.
import { LAYER_ENTRY_KINDS, type LayerEntry } from '../layer/source.ts'

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
  let kinds = saved ? Uint8Array.from(saved.kinds, Number) : new Uint8Array(FIRST_ENTRIES)
  const links = new Map<number, string>(saved?.links)
  return {
    add(entry) {
      const at = paths.length
      if (at === kinds.length) kinds = grown(kinds)
      if (entry.link !== '') links.set(at, entry.link)
      kinds[at] = LAYER_ENTRY_KINDS.indexOf(entry.kind)
      paths.push(entry.path)
    },
    count: () => paths.length,
    *all() {
      for (let at = 0; at < paths.length; at++) {
        const kind = LAYER_ENTRY_KINDS[kinds[at] as number] ?? 'other'
        yield { path: paths[at] as string, kind, link: links.get(at) ?? '', sizeBytes: 0 }
      }
    },
    save: () => ({ paths, kinds: kinds.subarray(0, paths.length).join(''), links: [...links] }),
  }
}

const FIRST_ENTRIES = 1024

function grown(kinds: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * kinds.length + FIRST_ENTRIES)
  larger.set(kinds)
  return larger
}
