// Hashes of texts and numbers for tables: FNV-1a (Fowler, Noll, Vo; RFC 9923), with a finish that spreads the high bits.
// Not for secrets: whoever knows it can make two keys meet, which costs him a row of a table and nothing else.

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

export function hashText(text: string, seed: number = OFFSET): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME)
  return hash >>> 0
}

export function mix(left: number, right: number): number {
  let hash = Math.imul(left ^ (right + 0x9e3779b9 + (left << 6) + (left >>> 2)), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
