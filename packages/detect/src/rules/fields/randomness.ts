// How random a name of DNS looks.

export function longestLabel(name: string): string {
  let longest = ''
  for (const label of name.split('.')) if (label.length > longest.length) longest = label
  return longest
}

/** Shannon's entropy, bits for each character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
