// How random a name of DNS looks.

export function longestLabel(name: string): string {
  let start = 0
  let length = 0
  for (let from = 0; from <= name.length; ) {
    const dot = name.indexOf('.', from)
    const end = dot < 0 ? name.length : dot
    if (end - from > length) {
      start = from
      length = end - from
    }
    from = end + 1
  }
  return name.slice(start, start + length)
}

/** Shannon's entropy, bits for each character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
