// The merged file view: what each path is after a given layer. Layers are applied bottom to top as container runtimes do it
// (containerd, archive.Apply): names are resolved through symbolic links of the image, whiteouts hide only layers below.
import { baseName, joinPath, parentPath } from '@yagura/safe-io'
import type { LayerEntry } from '../layer/source.ts'

/** Names listed of one directory; package databases that are directories have a few hundred. */
export const DIRECTORY_FILES_MAX = 10_000

/** Where the bytes of a file are: the layer, and the path inside that layer's own archive. */
export interface ContentRef {
  readonly layer: number
  readonly path: string
}

export function contentKey(ref: ContentRef): string {
  return `${ref.layer} ${ref.path}`
}

export interface ResolvedFile {
  /** After following links. */
  readonly path: string
  readonly content: ContentRef
}

export type Resolution =
  | { readonly kind: 'file'; readonly file: ResolvedFile }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'other'; readonly path: string }
  /** `path` is where the links led. */
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'loop'; readonly path: string }

export interface FileView {
  /** Entries of one layer in their order; layers bottom to top. Returns those that links of the image put elsewhere: path in the layer → place. */
  apply(entries: Iterable<LayerEntry>): ReadonlyMap<string, string>
  /** Layers that say something about the path itself, bottom to top. */
  layersOf(path: string): readonly number[]
  /** The path after layer `upTo` (default: the top one). Follows links inside the image. */
  resolve(path: string, upTo?: number): Resolution
  /** Names of what is directly inside a directory after layer `upTo`, of at most DIRECTORY_FILES_MAX. */
  list(directory: string, upTo?: number): readonly string[]
}

/** What one entry of a layer says about one path. */
interface Statement {
  readonly layer: number
  /** Counts all entries of all layers. */
  readonly time: number
  readonly kind: 'file' | 'directory' | 'symlink' | 'gone' | 'other'
  /** What was said earlier about this path and all below it no longer counts. */
  readonly floor: number
  readonly target?: string
  readonly content?: ContentRef
}

interface Place {
  readonly path: string
  /** Statements from before this time are hidden below here. */
  readonly floor: number
  readonly statement: Statement | undefined
}

/** Directories of one layer that were looked up: where they really are, and every path that this depends on. */
interface Parents {
  readonly known: Map<string, string>
  readonly walked: Set<string>
}

export function createFileView(symlinkDepth: number): FileView {
  /** path → statements, bottom to top; a single one is not wrapped, as most paths have one. */
  const statements = new Map<string, Statement | Statement[]>()
  let layers = 0
  let time = 0
  /** Directory → names anywhere below it in any layer; kept between calls of list(). */
  const namesBelow = new Map<string, readonly string[]>()

  function apply(entries: Iterable<LayerEntry>): ReadonlyMap<string, string> {
    const moved = new Map<string, string>()
    const layer = layers++
    const layerStart = time + 1
    namesBelow.clear()
    const parents: Parents = { known: new Map(), walked: new Set() }
    for (const entry of entries) {
      const parent = parentOf(entry, layer, parents)
      // the entry's own text where it can be: there may be a million
      const path = parent === parentPath(entry.path) ? entry.path : joinPath(parent, baseName(entry.path))
      if (path !== entry.path) moved.set(entry.path, path)
      if (parents.walked.has(path) && !staysDirectory(entry, path, layer)) {
        parents.known.clear()
        parents.walked.clear()
      }
      switch (entry.kind) {
        case 'file':
          put(path, newFile(layer, path === entry.path ? undefined : { layer, path: entry.path }))
          break
        case 'directory':
          put(path, newDirectory(layer))
          break
        case 'symlink':
          put(path, { ...newOther(layer), kind: 'symlink', target: entry.link })
          break
        case 'hardlink':
          put(path, linkTo(entry.link, layer))
          break
        case 'whiteout':
          hide(path, { layer, time: ++time, kind: 'gone', floor: layerStart })
          break
        case 'opaque': {
          const opaque = place(entry.path, layer, true)
          // only a directory has something below it to hide
          if (opaque && (opaque.statement ?? { kind: 'directory' }).kind === 'directory')
            hide(opaque.path, { layer, time: ++time, kind: 'directory', floor: layerStart })
          break
        }
        default:
          put(path, newOther(layer))
      }
    }
    return moved
  }

  function layersOf(path: string): readonly number[] {
    const known = statements.get(path)
    if (known === undefined) return []
    return Array.isArray(known) ? known.map((statement) => statement.layer) : [known.layer]
  }

  function staysDirectory(entry: LayerEntry, path: string, layer: number): boolean {
    return entry.kind === 'directory' && place(path, layer, false)?.statement?.kind === 'directory'
  }

  function newDirectory(layer: number): Statement {
    return { layer, time: ++time, kind: 'directory', floor: 0 }
  }

  /** What is no directory hides what was in a directory of the same name, in its own layer too. */
  function newOther(layer: number): Statement {
    time++
    return { layer, time, kind: 'other', floor: time }
  }

  function newFile(layer: number, content: ContentRef | undefined): Statement {
    time++
    return content ? { layer, time, kind: 'file', floor: time, content } : { layer, time, kind: 'file', floor: time }
  }

  /** A hard link is another name of what its target is now; one to nothing is nothing that can be read. */
  function linkTo(target: string, layer: number): Statement {
    const found = place(target, layer, false)
    const linked = found?.statement
    if (linked?.kind === 'file')
      return newFile(layer, linked.content ?? { layer: linked.layer, path: found?.path ?? '' })
    if (linked?.kind === 'symlink') return { ...newOther(layer), kind: 'symlink', target: linked.target ?? '' }
    return newOther(layer)
  }

  /** Last wins inside a layer, but what was hidden stays hidden. */
  function put(path: string, statement: Statement): void {
    const known = statements.get(path)
    if (known === undefined) {
      statements.set(path, statement)
      return
    }
    const list = Array.isArray(known) ? known : [known]
    const last = list.at(-1)
    if (last?.layer === statement.layer) {
      const floor = Math.max(statement.floor, last.floor)
      list[list.length - 1] = floor === statement.floor ? statement : { ...statement, floor }
    } else list.push(statement)
    statements.set(path, list.length === 1 ? (list[0] as Statement) : list)
  }

  /** A whiteout speaks about the layers below only: what its own layer has put there stays. */
  function hide(path: string, statement: Statement): void {
    const known = statements.get(path)
    const last = Array.isArray(known) ? known.at(-1) : known
    put(path, last?.layer === statement.layer ? { ...last, floor: Math.max(last.floor, statement.floor) } : statement)
  }

  /** Where the directory of an entry really is. Directories that the layer does not list are made, as runtimes do. */
  function parentOf(entry: LayerEntry, layer: number, parents: Parents): string {
    const parent = parentPath(entry.path)
    if (parent === '') return ''
    const known = parents.known.get(parent)
    if (known !== undefined) return known
    const resolved = place(parent, layer, true, parents.walked)?.path ?? parent
    if (entry.kind === 'whiteout' || entry.kind === 'opaque') return resolved
    for (let path = resolved; path !== ''; path = parentPath(path)) {
      if (place(path, layer, false)?.statement) break
      put(path, newDirectory(layer))
    }
    parents.known.set(parent, resolved)
    return resolved
  }

  function followed(path: string, upTo: number): string | undefined {
    return place(path, upTo, true)?.path
  }

  /** Walks a path part by part; undefined when links go round or too deep. */
  function place(path: string, upTo: number, followLast: boolean, walked?: Set<string>): Place | undefined {
    let links = 0
    const todo = path.split('/').reverse()
    const done: Place[] = []
    const root = look('', 0, upTo)
    while (todo.length > 0) {
      const part = todo.pop()
      if (part === undefined || part === '' || part === '.') continue
      if (part === '..') {
        done.pop()
        continue
      }
      const above = done.at(-1)
      const here = look(joinPath(above?.path ?? '', part), above?.floor ?? root.floor, upTo)
      walked?.add(here.path)
      if (here.statement?.kind === 'symlink' && (followLast || todo.length > 0)) {
        links++
        if (links > symlinkDepth) return undefined
        const target = here.statement.target ?? ''
        if (target.startsWith('/')) done.length = 0
        todo.push(...target.split('/').reverse())
        continue
      }
      done.push(here)
    }
    return done.at(-1) ?? root
  }

  /** The newest visible statement about a path, and from which layer on its children count. */
  function look(path: string, parentFloor: number, upTo: number): Place {
    const known = statements.get(path)
    if (known === undefined) return { path, floor: parentFloor, statement: undefined }
    const list = Array.isArray(known) ? known : [known]
    let floor = parentFloor
    let newest: Statement | undefined
    for (let at = list.length - 1; at >= 0; at--) {
      const statement = list[at] as Statement
      if (statement.layer > upTo) continue
      if (statement.time < floor) break
      newest ??= statement
      floor = Math.max(floor, statement.floor)
    }
    return { path, floor, statement: newest?.kind === 'gone' ? undefined : newest }
  }

  function resolve(path: string, upTo = layers - 1): Resolution {
    const found = place(path, upTo, true)
    if (!found) return { kind: 'loop', path }
    const { statement } = found
    if (!statement) return { kind: 'absent', path: found.path }
    switch (statement.kind) {
      case 'file':
        return {
          kind: 'file',
          file: { path: found.path, content: statement.content ?? { layer: statement.layer, path: found.path } },
        }
      case 'directory':
        return { kind: 'directory', path: found.path }
      default:
        return { kind: 'other', path: found.path }
    }
  }

  function list(directory: string, upTo = layers - 1): readonly string[] {
    const found = followed(directory, upTo)
    if (found === undefined) return []
    return namesIn(found).filter((name) => resolve(joinPath(found, name), upTo).kind !== 'absent')
  }

  function namesIn(directory: string): readonly string[] {
    const known = namesBelow.get(directory)
    if (known) return known
    const prefix = directory === '' ? '' : `${directory}/`
    const names = new Set<string>()
    for (const path of statements.keys()) {
      if (!path.startsWith(prefix) || path.length === prefix.length) continue
      const slash = path.indexOf('/', prefix.length)
      names.add(slash < 0 ? path.slice(prefix.length) : path.slice(prefix.length, slash))
    }
    const sorted = [...names].sort().slice(0, DIRECTORY_FILES_MAX)
    namesBelow.set(directory, sorted)
    return sorted
  }

  return { apply, layersOf, resolve, list }
}
