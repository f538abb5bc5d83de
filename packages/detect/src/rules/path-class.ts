// Kinds of paths that rules ask for again and again (shadow, ssh-key, cron …), found in one walk over the parts of a path.
//
// A pattern with a leading slash begins at the root; one without may begin at any part, because a container sees the host's files
// under whatever directory they were mounted at. `*` and `?` stay inside of one part; a last slash means everything beneath.
import { compileGlob } from '@yagura/lang'
import { createTextCache } from '../text-cache.ts'

/** Two words of 32 bits. */
export interface ClassMask {
  readonly low: number
  readonly high: number
}

/** The same number for the same kinds, so that what hangs on them can be found by it. */
export interface NumberedMask extends ClassMask {
  readonly number: number
}

export interface PathClasses {
  readonly names: readonly string[]
  maskOf(path: string): NumberedMask
  maskNamed(names: readonly string[]): ClassMask
}

export const MAX_CLASSES = 64
const CACHED_PATHS = 16_384
const NONE: ClassMask = { low: 0, high: 0 }

interface Node {
  readonly next: Map<string, Node>
  readonly globs: { readonly matches: (part: string) => boolean; readonly node: Node }[]
  /** Classes of a path that ends here, and of those beneath. */
  exact: ClassMask
  beneath: ClassMask
}

export function compilePathClasses(classes: ReadonlyMap<string, readonly string[]>): PathClasses {
  const names = [...classes.keys()].slice(0, MAX_CLASSES)
  const rooted = emptyNode()
  const anywhere = emptyNode()
  for (const [index, name] of names.entries()) {
    const mask = index < 32 ? { low: 1 << index, high: 0 } : { low: 0, high: 1 << (index - 32) }
    for (const pattern of classes.get(name) ?? []) {
      insert(pattern.startsWith('/') ? rooted : anywhere, pattern, mask)
    }
  }
  const masks = new Map<string, NumberedMask>()
  let number = 0

  function intern({ low, high }: ClassMask): NumberedMask {
    const key = `${low} ${high}`
    const before = masks.get(key)
    if (before) return before
    if (masks.size >= CACHED_PATHS) masks.clear()
    // what was forgotten gets another number: those of old are not given again
    const mask = { low, high, number: ++number }
    masks.set(key, mask)
    return mask
  }

  return {
    names,
    maskOf: createTextCache(CACHED_PATHS, (path) => intern(classify(path, rooted, anywhere))),
    maskNamed: (wanted) =>
      wanted.map((name) => names.indexOf(name)).reduce<ClassMask>((mask, index) => union(mask, bit(index)), NONE),
  }
}

function bit(index: number): ClassMask {
  if (index < 0) return NONE
  return index < 32 ? { low: 1 << index, high: 0 } : { low: 0, high: 1 << (index - 32) }
}

function union(a: ClassMask, b: ClassMask): ClassMask {
  return { low: a.low | b.low, high: a.high | b.high }
}

function emptyNode(): Node {
  return { next: new Map(), globs: [], exact: NONE, beneath: NONE }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

function insert(root: Node, pattern: string, mask: ClassMask): void {
  let node = root
  for (const part of partsOf(pattern)) node = childFor(node, part)
  if (pattern.endsWith('/')) node.beneath = union(node.beneath, mask)
  else node.exact = union(node.exact, mask)
}

function childFor(node: Node, part: string): Node {
  const child = emptyNode()
  if (/[*?]/.test(part)) {
    node.globs.push({ matches: compileGlob(part), node: child })
    return child
  }
  const known = node.next.get(part)
  if (known) return known
  node.next.set(part, child)
  return child
}

function classify(path: string, rooted: Node, anywhere: Node): ClassMask {
  const parts = partsOf(path)
  let found = walk(rooted, parts, 0)
  for (let start = 0; start < parts.length; start += 1) found = union(found, walk(anywhere, parts, start))
  return found.low === 0 && found.high === 0 ? NONE : found
}

function walk(node: Node, parts: readonly string[], at: number): ClassMask {
  const part = parts[at]
  if (part === undefined) return union(node.exact, NONE)
  let found = at > 0 ? node.beneath : NONE
  const next = node.next.get(part)
  if (next) found = union(found, walk(next, parts, at + 1))
  for (const glob of node.globs) if (glob.matches(part)) found = union(found, walk(glob.node, parts, at + 1))
  return found
}
