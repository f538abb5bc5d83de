// Where we are, and which Node runs what: this file runs on the machine's Node (20 or later), everything else on the pinned Node 24.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const OLDEST_NODE = 20

export function checkPlatform() {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) {
    throw new Error(`Yagura runs on Linux on x64 or arm64; this is ${process.platform} on ${process.arch}.`)
  }
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Error(`Node ${OLDEST_NODE} or later is needed to begin; this is ${process.versions.node}.`)
  }
}

/** The pinned Node, from its npm package. */
export function node24() {
  const path = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (!existsSync(path)) throw new Error(`Node 24 is not installed at ${path}; remove node_modules and start again.`)
  return path
}

export function isRoot() {
  return process.getuid?.() === 0
}
