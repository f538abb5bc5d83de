// Keeps, of each layer that goes by, its list of entries until it is applied, and the bytes of the files that are wanted.
import { type Limits, YaguraError } from '@yagura/kernel'
import { parentPath } from '@yagura/safe-io'
import {
  type LayerEntry,
  type LayerEntryKind,
  type LayerProblem,
  type LayerReadOptions,
  type LayerSource,
  noteProblem,
} from '../layer/source.ts'
import { contentKey } from './view.ts'
import { directoriesToEnter, type Wants } from './wants.ts'

/** Key of a place (contentKey) → the bytes there. */
export type HeldContents = Map<string, Buffer>

export interface LayerCollector {
  read(source: LayerSource, layer: number, options: LayerReadOptions): Promise<readonly LayerProblem[]>
  /** The entries of a layer that was read, once. */
  take(layer: number): Iterable<LayerEntry> | undefined
}

/** Of all layers; images of distroless kind have a few hundred. */
const HELD_FILES_MAX = 50_000

export function createLayerCollector(contents: HeldContents, wants: Wants, limits: Limits): LayerCollector {
  const enter = directoriesToEnter(wants)
  const finished = new Map<number, EntryList>()
  let entryCount = 0
  let heldBytes = 0

  function isWanted(path: string): boolean {
    return wants.files.has(path) || (wants.directories.size > 0 && wants.directories.has(parentPath(path)))
  }

  function isTooMuch(sizeBytes: number): boolean {
    return sizeBytes > limits.fileBytes || heldBytes + sizeBytes > limits.heldBytes || contents.size >= HELD_FILES_MAX
  }

  async function read(source: LayerSource, layer: number, options: LayerReadOptions): Promise<readonly LayerProblem[]> {
    const entries = createEntryList()
    const refused: LayerProblem[] = []
    const problems = await source.read(
      {
        enter: (directory) => enter.has(directory),
        visit(entry) {
          entryCount++
          if (entryCount > limits.archiveEntries)
            throw new YaguraError('LIMIT_EXCEEDED', `The image holds more than ${limits.archiveEntries} entries.`)
          entries.add(entry)
          if (!isWanted(entry.path)) return undefined
          const key = contentKey({ layer, path: entry.path })
          forget(key)
          if (entry.kind !== 'file') return undefined
          if (isTooMuch(entry.sizeBytes)) {
            noteProblem(refused, {
              code: 'LIMIT_REACHED',
              path: entry.path,
              reason: `The file was not read (${entry.sizeBytes} bytes): it, or all that were, would take too much memory.`,
            })
            return undefined
          }
          return (bytes) => {
            heldBytes += bytes.length
            contents.set(key, bytes)
          }
        },
      },
      options,
    )
    finished.set(layer, entries)
    return [...problems, ...refused]
  }

  function forget(key: string): void {
    const held = contents.get(key)
    if (!held) return
    heldBytes -= held.length
    contents.delete(key)
  }

  return {
    read,
    take(layer) {
      const entries = finished.get(layer)
      finished.delete(layer)
      return entries?.all()
    },
  }
}

interface EntryList {
  add(entry: LayerEntry): void
  all(): Iterable<LayerEntry>
}

/** Columns instead of objects: a layer may hold a million entries. */
function createEntryList(): EntryList {
  const paths: string[] = []
  const kinds: LayerEntryKind[] = []
  const links = new Map<number, string>()
  return {
    add(entry) {
      if (entry.link !== '') links.set(paths.length, entry.link)
      paths.push(entry.path)
      kinds.push(entry.kind)
    },
    *all() {
      for (let at = 0; at < paths.length; at++)
        yield { path: paths[at] as string, kind: kinds[at] as LayerEntryKind, link: links.get(at) ?? '', sizeBytes: 0 }
    },
  }
}
