// The shape of arguments and paths: what stays the same when the same work is done again. Numbers, hashes, tokens, times and the
// random part of temporary names go; every word that somebody chose stays.
import { hashText, mix } from '../tags/hash.ts'

const ARGUMENTS_MAX = 32
const CHARS_MAX = 512

/** One argument or path without what changes from run to run. */
export function shapeOf(text: string): string {
  return text
    .slice(0, CHARS_MAX)
    .replace(/eyJ[\w-]+\.?[\w-]*\.?[\w-]*/g, '*')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '*')
    .replace(/[A-Za-z0-9+/_-]{40,}={0,2}/g, (word) =>
      /\d/.test(word) && /[A-Za-z]/.test(word) && !word.startsWith('/') ? '*' : word,
    )
    .replace(/\b[0-9a-f]{12,}\b/gi, '*')
    .replace(/(^|\/)(tmp|temp)[._-]?[A-Za-z0-9_]{6,12}(?=\/|$|\.)/g, '$1$2*')
    .replace(/\/tmp\/([\w-]+[._-])[A-Za-z0-9_]{6,10}(?=\/|$)/g, (all, stem: string) =>
      hasRandom(all) ? `/tmp/${stem}*` : all,
    )
    .replace(/\d+/g, '#')
}

/** mktemp's six letters: upper and lower case, or letters and digits, side by side. */
function hasRandom(path: string): boolean {
  const last = path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('-'), path.lastIndexOf('_')) + 1)
  return /[A-Z]/.test(last) && /[a-z0-9]/.test(last)
}

/** A number for the shape of a path. The plain ones, which are nearly all, are not taken apart. */
export function shapeHash(path: string): number {
  return hashText(/\d|[A-Za-z0-9+/_-]{40}|t(?:e?mp)[._-]?[A-Za-z0-9_]{6}/.test(path) ? shapeOf(path) : path, 31)
}

/** A number for the arguments of a program, its own name left out. */
export function argumentShape(args: readonly string[]): number {
  let hash = 17
  for (let index = 1; index < args.length && index < ARGUMENTS_MAX; index++) {
    hash = mix(hash, hashText(shapeOf(args[index] ?? '')))
  }
  return mix(hash, Math.min(args.length, ARGUMENTS_MAX))
}
