// Lines of a package database, without ever building more than one of them, and with a limit on how long one may be.

export interface Line {
  readonly text: string
  /** Longer than allowed; `text` is its beginning. */
  readonly cut: boolean
}

/** UTF-8 text of each line, without its line end. */
export function* linesOf(bytes: Buffer, maxBytes: number): Generator<Line> {
  let at = 0
  while (at < bytes.length) {
    const newline = bytes.indexOf(0x0a, at)
    const end = newline < 0 ? bytes.length : newline
    const cut = end - at > maxBytes
    yield { text: bytes.toString('utf8', at, cut ? at + maxBytes : end), cut }
    at = end + 1
  }
}
