// Which paths the server needs, and how each is made visible to the service user where the plain file system would not let it.
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, blockedAncestor, treeIsReadable } from './reach.ts'

/** In a mount namespace of the server's own: empty directories over `masks`, then the same paths put back inside them. */
export interface View {
  readonly masks: readonly string[]
  readonly binds: readonly string[]
  /** Copied instead of bound, because the files themselves may not be read (a checkout made under umask 077). */
  readonly copies: readonly string[]
}

/** Parts of the checkout that the server runs from. */
const CHECKOUT_PARTS = ['package.json', 'apps', 'packages', 'content', 'node_modules']

/**
 * undefined when the service user sees everything as it is.
 * @param state directories and files outside of the checkout that the server needs, real paths
 */
export function viewFor(checkout: string, state: readonly string[], access: Access): View | undefined {
  const parts = CHECKOUT_PARTS.map((part) => join(checkout, part)).filter(existsSync)
  const copies = parts.filter((part) => !part.endsWith('/node_modules') && !treeIsReadable(part, access))
  const whole = copies.length === 0 && access(lstatSync(checkout), 1)
  const wanted = [...(whole ? [checkout] : parts), ...state.filter(existsSync)]
  const masks = new Set(wanted.flatMap((path) => blockedAncestor(path, access) ?? []))
  if (copies.length > 0 && ![...masks].some((mask) => isUnder(checkout, mask))) masks.add(checkout)
  if (masks.size === 0) return undefined
  const top = [...masks].filter((mask) => ![...masks].some((other) => other !== mask && isUnder(mask, other)))
  const hidden = wanted.filter((path) => top.some((mask) => isUnder(path, mask)))
  const outer = hidden.filter((path) => !hidden.some((other) => other !== path && isUnder(path, other)))
  return { masks: top, binds: outer.filter((path) => !copies.includes(path)), copies }
}

/** `path` is `directory` or below it. */
function isUnder(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`)
}
