// Makes the samples of content/secrets.yaml: they are put together here, so that nothing in the repository looks like a leak.

const LETTERS: Readonly<Record<string, string>> = {
  A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  a: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  L: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  l: 'abcdefghijklmnopqrstuvwxyz0123456789',
  b: 'abcdefghijklmnopqrstuvwxyz234567',
  B: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
  h: '0123456789abcdef',
  d: '0123456789',
}

/** The same each time. */
export function sampleOf(text: string): string {
  let state = 12345
  return expanded(text, (letters) => {
    state = (state * 1103515245 + 12345) % 2147483648
    return letters[Math.floor((state / 2147483648) * letters.length)] ?? ''
  })
}

export function placeholderOf(text: string): string {
  return expanded(text, (letters) => letters.at(-1) ?? '')
}

function expanded(text: string, pick: (letters: string) => string): string {
  return text.replace(/\{([AaLlbBhd])(\d+)\}/g, (_, set: string, count: string) =>
    Array.from({ length: Number(count) }, () => pick(LETTERS[set] ?? '')).join(''),
  )
}
