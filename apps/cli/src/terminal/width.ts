// How many columns a text takes: two for East Asian wide characters and emoji, none for combining marks (Unicode Standard Annex 11).

const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
]

export function displayWidth(text: string): number {
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (COMBINING.test(char)) return 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/** Exactly `columns` wide: cut with an ellipsis, or filled with spaces. */
export function fit(text: string, columns: number): string {
  const width = displayWidth(text)
  if (width <= columns) return text + ' '.repeat(columns - width)
  let cut = ''
  let cutWidth = 0
  for (const char of text) {
    if (cutWidth + charWidth(char) > columns - 1) break
    cut += char
    cutWidth += charWidth(char)
  }
  return `${cut}…${' '.repeat(columns - cutWidth - 1)}`
}
