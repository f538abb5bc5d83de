// What is shown of a secret, and whether a text is random enough to be one.

/** The first four characters, but no more than a quarter, and how long it is. */
export function mask(secret: string): string {
  const shown = secret.slice(0, Math.min(4, Math.floor(secret.length / 4)))
  return `${shown.replace(/[^\x21-\x7e]/g, '?')}… (${secret.length} characters)`
}

/** Shannon's entropy in bits for each character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
