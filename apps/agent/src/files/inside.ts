// Paths of a node that is reached through a prefix (/proc/PID/root). The kernel would resolve an absolute symbolic link there
// against our own root; here it is resolved inside the node, so that a link in a hostile node names nothing of this machine.
import { lstatSync, readlinkSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import { readSmallFile } from './atomic.ts'

/** The path on this machine behind `path` of the node; undefined when it is missing, cannot be read, or the links do not end. */
export function resolveInside(root: string, path: string): { path: string } | { error: NodeJS.ErrnoException } {
  let rest = normalize(`/${path}`).split(sep).filter(Boolean)
  let done: string[] = []
  let links = 0
  while (rest.length > 0) {
    const [name = '', ...after] = rest
    rest = after
    if (name === '..') {
      done = done.slice(0, -1)
      continue
    }
    const here = join(root || '/', ...done, name)
    try {
      if (!lstatSync(here).isSymbolicLink()) {
        done = [...done, name]
        continue
      }
      links += 1
      if (links > defaultLimits.symlinkDepth) return { error: failure('ELOOP') }
      const target = readlinkSync(here)
      if (target.startsWith('/')) done = []
      rest = [...target.split(sep).filter((part) => part && part !== '.'), ...rest]
    } catch (error) {
      return { error: error as NodeJS.ErrnoException }
    }
  }
  return { path: join(root || '/', ...done) }
}

/** A small file of the node, or undefined. */
export function readFileInside(root: string, path: string, maxBytes: number): string | undefined {
  const found = resolveInside(root, path)
  return 'path' in found && lstatSync(found.path, { throwIfNoEntry: false })?.isFile()
    ? readSmallFile(found.path, maxBytes)
    : undefined
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code })
}
