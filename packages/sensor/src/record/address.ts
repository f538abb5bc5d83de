// IP addresses as text. IPv6 in the shortest form of RFC 5952.

export function ipv4Of(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/** From the four bytes as a little-endian word. Remembers, direct-mapped; `slots` is a power of two. */
export function rememberingIpv4(slots: number): (word: number) => string {
  const keys = new Uint32Array(slots)
  const texts: string[] = new Array(slots).fill('0.0.0.0')
  return (word) => {
    const slot = (Math.imul(word, 0x9e3779b1) >>> 16) & (slots - 1)
    if (keys[slot] === word) return texts[slot] as string
    const text = `${word & 0xff}.${(word >>> 8) & 0xff}.${(word >>> 16) & 0xff}.${word >>> 24}`
    keys[slot] = word
    texts[slot] = text
    return text
  }
}

/** True for ::ffff:a.b.c.d, which is an IPv4 peer of an IPv6 socket. */
export function isMappedIpv4(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < 10; index++) if (bytes[at + index] !== 0) return false
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff
}

export function ipv6Of(bytes: Uint8Array, at: number): string {
  const groups: number[] = []
  for (let index = 0; index < 16; index += 2) {
    groups.push(((bytes[at + index] as number) << 8) | (bytes[at + index + 1] as number))
  }
  const { start, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
