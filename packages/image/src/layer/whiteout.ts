// How a layer says that something below is gone: OCI image-spec, layer.md "Whiteouts".
import { baseName, joinPath, parentPath } from '@yagura/safe-io'

const PREFIX = '.wh.'
const OPAQUE = '.wh..wh..opq'
const AUFS = '.wh..wh.'

export type Whiteout =
  | { readonly kind: 'whiteout' | 'opaque'; readonly path: string }
  /** A name with the prefix that deletes nothing: metadata of aufs, or an attempt to delete a parent (`.wh.`, `.wh...`). */
  | { readonly kind: 'ignored' }

/** Undefined for an ordinary path. */
export function whiteoutOf(path: string): Whiteout | undefined {
  const name = baseName(path)
  if (!name.startsWith(PREFIX)) return undefined
  const parent = parentPath(path)
  if (name === OPAQUE) return { kind: 'opaque', path: parent }
  const target = name.slice(PREFIX.length)
  if (name.startsWith(AUFS) || target === '' || target === '.' || target === '..') return { kind: 'ignored' }
  return { kind: 'whiteout', path: joinPath(parent, target) }
}
