// The shape of arguments and paths: what stays the same when the same work is done again. Numbers, hashes, tokens, times and the
// random part of temporary names go; every word that somebody chose stays.
import { hashText, mix } from '../tags/hash.ts'

const ARGUMENTS_MAX = 32
const CHARS_MAX = 512

/** The plain ones, which are nearly all, are not taken apart. */
const VARIES = /\d|eyJ|[A-Za-z0-9+/_-]{40}|t(?:e?mp)[._-]?[A-Za-z0-9_]{6}|\/(?:tmp|shm|run)\//

/** One argument or path without what changes from run to run. */
export function shapeOf(whole: string): string {
  const text = whole.slice(0, CHARS_MAX)
  if (!VARIES.test(text)) return text
  return temporaryShape(text)
    .replace(/eyJ[\w-]+\.?[\w-]*\.?[\w-]*/g, '*')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '*')
    .replace(/[A-Za-z0-9+/_-]{40,}={0,2}/g, (word) =>
      /\d/.test(word) && /[A-Za-z]/.test(word) && !word.startsWith('/') ? '*' : word,
    )
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{7,}\b/gi, '*')
    .replace(/(^|\/)(tmp|temp)[._-]?[A-Za-z0-9_]{6,12}(?=\/|$|\.)/g, '$1$2*')
    .replace(/\d+/g, '#')
}

/**
 * In directories for what comes and goes the last word of a name is made up: mktemp, pip-build-…, npm-…. Whether it was cannot be told
 * from eight letters, and little hangs on it: the rest of the path, the program and its parent stay.
 */
function temporaryShape(text: string): string {
  const at = text.search(/\/(?:tmp|dev\/shm|run)\//)
  if (at < 0) return text
  return text.slice(0, at) + text.slice(at).replace(MADE_UP, '$1*')
}

/** tempnam(3) of PHP puts nothing between its word and the letters. */
const MADE_UP = /(\/(?:[\w.-]{0,64}[._-]|php))[A-Za-z0-9_]{6,12}(?:\.\w{1,5})?(?=$|[/'"\s])/g

/** A number for the shape of a path. */
export function shapeHash(path: string): number {
  return hashText(shapeOf(path), 31)
}

/** A number for the arguments of a program, its own name left out; `own` are names that only this container has. */
export function argumentShape(args: readonly string[], own: readonly string[] = []): number {
  let hash = 17
  for (let index = 1; index < args.length && index < ARGUMENTS_MAX; index++) {
    let argument = args[index] ?? ''
    for (const name of own) if (argument.includes(name)) argument = argument.replaceAll(name, '@')
    hash = mix(hash, hashText(shapeOf(argument)))
  }
  return mix(hash, Math.min(args.length, ARGUMENTS_MAX))
}
