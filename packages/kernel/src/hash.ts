// Hashes, without what an import statement costs: it makes every export of node:crypto at once, web cryptography among them, which takes
// longer than all that a scan of a known image has to hash. The module is loaded when something is hashed first.
import type { Hash } from 'node:crypto'

export type { Hash }

export function createHash(algorithm: string): Hash {
  return process.getBuiltinModule('node:crypto').createHash(algorithm)
}
