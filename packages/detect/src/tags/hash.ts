// Hashes of texts and numbers for tables: FNV-1a (Fowler, Noll, Vo; RFC 9923), with a finish that spreads the high bits.
// Not for secrets: whoever knows it can make two keys meet, which costs him a row of a table and nothing else. Signed, because V8 keeps
// whole numbers of 31 bits and a sign as they are and boxes all others: a key above would be an allocation for every look-up.

const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

export function hashText(text: string, seed: number = OFFSET): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME)
  return hash | 0
}

/** The hash of a text that goes on with `:` and a number, from the hash of what is before it. */
export function hashPort(hash: number, port: number): number {
  let hashed = Math.imul(hash ^ 0x3a, PRIME)
  for (let unit = unitOf(port); unit >= 1; unit = Math.floor(unit / 10)) {
    hashed = Math.imul(hashed ^ (0x30 + (Math.floor(port / unit) % 10)), PRIME)
  }
  return hashed | 0
}

/** The greatest power of ten in it. */
function unitOf(number: number): number {
  let unit = 1
  while (unit * 10 <= number) unit *= 10
  return unit
}

export function mix(left: number, right: number): number {
  let hash = Math.imul(left ^ (right + 0x9e3779b9 + (left << 6) + (left >>> 2)), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}
