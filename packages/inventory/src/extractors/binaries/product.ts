// How a program or library that no package manager installed is recognised: by the name of its file, and by a version that it carries as text.

export interface Product {
  /** Of the package URL: pkg:generic/NAME@VERSION. */
  readonly name: string
  /** Names of its files, without the directory. */
  readonly files: RegExp
  /** Looked for in this order: the first one that is there counts. */
  readonly marks: readonly Mark[]
  /** A file name, text as it stands in the file, and the version that it says. */
  readonly example: readonly [file: string, text: string, version: string]
}

export interface Mark {
  /** The file is searched for this text, byte by byte. */
  readonly near: string
  /**
   * The version is its first group. Applied to the text from `BEFORE` bytes before the mark to `AFTER` bytes behind its end, one byte a
   * character. Linear: no repetition inside a repetition.
   */
  readonly match: RegExp
  /** Which of several versions: `highest` where the program also lists in which of its versions something began. Default: first. */
  readonly pick?: 'first' | 'highest'
}

export const BEFORE = 32
export const AFTER = 128

/** `nginx/1.22.1`: the version directly behind a text. */
export function behind(near: string, version = VERSION): Mark {
  return { near, match: new RegExp(`${escaped(near)}(${version})`) }
}

/** A version that is a string of its own, in languages whose strings end with a NUL. */
export function alone(start: string, version: string, pick: 'first' | 'highest' = 'first'): Mark {
  // not with the NUL in front: programs are full of them, and each would be looked at
  return { near: start, match: new RegExp(`\\0(${version})(?=\\0)`), pick }
}

/** A program in Go: the version of its module, or the one that its build set by -ldflags. */
export function goModule(path: string, variable = '[\\w./-]*[vV]ersion'): readonly Mark[] {
  const module = escaped(path)
  return [
    { near: `-X ${path}`, match: new RegExp(`-X ${module}${variable}=v?(${VERSION})`) },
    { near: `-X '${path}`, match: new RegExp(`-X '${module}${variable}=v?(${VERSION})`) },
    { near: `mod\t${path}`, match: new RegExp(`mod\t${module}(?:/v\\d+)?\tv(${VERSION})(?:\t|\n)`) },
  ]
}

/** Ends with a digit or a letter: `1.2.3-rc1`, `9.2p1`. */
export const VERSION = '\\d+\\.\\d+(?:\\.\\d+)*(?:[-+~.]?(?:rc|alpha|beta|pre|p|git)[.-]?\\d*)?'

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
