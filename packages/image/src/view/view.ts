// The merged file view: what each path is after a given layer. Layers are applied bottom to top as container runtimes do it
// (containerd, archive.Apply): names are resolved through symbolic links of the image, whiteouts hide only layers below.
import { baseName, joinPath, parentPath } from '@yagura/safe-io'
import type { LayerEntry } from '../layer/source.ts'

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
  /** Entries of one layer in their order; layers bottom to top. */
  apply(entries: Iterable<LayerEntry>): void
  /** The path after layer `upTo` (default: the top one). Follows links inside the image. */
  resolve(path: string, upTo?: number): Resolution
  /** Names of what is directly inside a directory after layer `upTo`. */
  list(directory: string, upTo?: number): readonly string[]
}

/** What one layer says about one path. `hides`: the layers below are deleted at and under this path. */
interface Statement {
  readonly layer: number
  readonly kind: 'file' | 'directory' | 'symlink' | 'gone' | 'other'
  readonly hides: boolean
  readonly target?: string
  readonly content?: ContentRef
}

interface Place {
  readonly path: string
  /** Statements of layers below this one are hidden here by a parent. */
  readonly floor: number
  readonly statement: Statement | undefined
}

export function createFileView(symlinkDepth: number): FileView {
  /** path → statements, bottom to top; a single one is not wrapped, as most paths have one. */
  const statements = new Map<string, Statement | Statement[]>()
  let layers = 0
  /** Directory → names anywhere below it in any layer; kept between calls of list(). */
  const namesBelow = new Map<string, readonly string[]>()

  function apply(entries: Iterable<LayerEntry>): void {
    const layer = layers++
    namesBelow.clear()
    // Most files and directories need no statement of their own.
    const file: Statement = { layer, kind: 'file', hides: false }
    const directory: Statement = { layer, kind: 'directory', hides: false }
    const parents = new Map<string, string>()
    for (const entry of entries) {
      const parent = parentOf(entry.path, layer, parents)
      const path = joinPath(parent, baseName(entry.path))
      const moved = path !== entry.path
      switch (entry.kind) {
        case 'file':
          put(path, moved ? { ...file, content: { layer, path: entry.path } } : file)
          break
        case 'directory':
          put(path, directory)
          break
        case 'symlink':
          put(path, { layer, kind: 'symlink', hides: false, target: entry.link })
          parents.clear()
          break
        case 'hardlink': {
          const target = place(entry.link, layer, false)
          const linked = target?.statement
          if (linked?.kind === 'file')
            put(path, { ...file, content: linked.content ?? { layer: linked.layer, path: target?.path ?? '' } })
          else if (linked?.kind === 'symlink') put(path, { ...linked, layer, hides: false })
          else put(path, { layer, kind: 'other', hides: false })
          break
        }
        case 'whiteout':
          hide(path, { layer, kind: 'gone', hides: true })
          parents.clear()
          break
        case 'opaque': {
          const opaque = followed(entry.path, layer)
          if (opaque !== undefined) hide(opaque, { layer, kind: 'directory', hides: true })
          break
        }
        default:
          put(path, { layer, kind: 'other', hides: false })
      }
    }
  }

  /** Last wins inside a layer, but what the layer deleted below stays deleted. */
  function put(path: string, statement: Statement): void {
    const known = statements.get(path)
    if (known === undefined) {
      statements.set(path, statement)
      return
    }
    const list = Array.isArray(known) ? known : [known]
    const last = list.at(-1)
    if (last?.layer === statement.layer) {
      list[list.length - 1] = last.hides ? { ...statement, hides: true } : statement
      statements.set(path, list.length === 1 ? (list[0] as Statement) : list)
      return
    }
    list.push(statement)
    statements.set(path, list)
  }

  /** A whiteout speaks about the layers below only: what its own layer has put there stays. */
  function hide(path: string, statement: Statement): void {
    const known = statements.get(path)
    const last = Array.isArray(known) ? known.at(-1) : known
    if (last?.layer === statement.layer) put(path, { ...last, hides: true })
    else put(path, statement)
  }

  function parentOf(path: string, layer: number, cache: Map<string, string>): string {
    const parent = parentPath(path)
    if (parent === '') return ''
    const known = cache.get(parent)
    if (known !== undefined) return known
    const resolved = followed(parent, layer) ?? parent
    cache.set(parent, resolved)
    return resolved
  }

  function followed(path: string, upTo: number): string | undefined {
    return place(path, upTo, true)?.path
  }

  /** Walks a path part by part; undefined when links go round or too deep. */
  function place(path: string, upTo: number, followLast: boolean): Place | undefined {
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
      if (statement.layer < floor) break
      newest ??= statement
      if (statement.kind === 'directory' && !statement.hides) continue
      floor = Math.max(floor, statement.layer)
      break
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
    const sorted = [...names].sort()
    namesBelow.set(directory, sorted)
    return sorted
  }

  return { apply, resolve, list }
}
