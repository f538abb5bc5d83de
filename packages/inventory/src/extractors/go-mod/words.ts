// Words of one line of go.mod (go.dev/ref/mod#go-mod-file-lexical): plain, "quoted", or `raw`; a comment ends the line.

/** Undefined for a quotation without its end. */
export function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = []
  const word = /\s*(?:\/\/.*|"((?:[^"\\]|\\.)*)"|`([^`]*)`|([()])|((?:(?!\/\/)[^\s"`()])+)|(\S))/gy
  for (let match = word.exec(line); match; match = word.exec(line)) {
    if (match[5] !== undefined) return undefined
    const text = match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? match[3] ?? match[4]
    if (text !== undefined) words.push(text)
  }
  return words
}
