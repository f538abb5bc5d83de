// What a step was made from, so that it is done again only when that changes. Stamps lie in node_modules and go with it.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './platform.mjs'

const SKIP = new Set(['node_modules', 'build', 'dist'])

/** SHA-256 over the paths and contents of files and folders of the checkout (missing ones count as absent). */
export function hashOf(paths, extra = '') {
  const hash = createHash('sha256').update(extra)
  for (const path of paths.flatMap(filesUnder)) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true })
    return entries
      .filter((entry) => !SKIP.has(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => (entry.isDirectory() ? filesUnder(`${path}/${entry.name}`) : [`${path}/${entry.name}`]))
  } catch (error) {
    return error.code === 'ENOTDIR' ? [path] : []
  }
}

function stampPath(name) {
  return join(root, 'node_modules', '.yagura', name)
}

export function isFresh(name, hash) {
  try {
    return readFileSync(stampPath(name), 'utf8') === hash
  } catch {
    return false
  }
}

export function writeStamp(name, hash) {
  mkdirSync(dirname(stampPath(name)), { recursive: true })
  writeFileSync(stampPath(name), hash)
}
