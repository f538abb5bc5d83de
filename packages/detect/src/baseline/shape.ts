// The shape of arguments and paths: what stays the same when the same work is done again. Numbers, hashes, tokens, times and the
// random part of temporary names go; every word that somebody chose stays.
import { hashText, mix } from '../tags/hash.ts'

const ARGUMENTS_MAX = 32
const CHARS_MAX = 512

/**
 * In directories for what comes and goes, the last word of a directory's name is made up: mktemp, pip-build-…, npm-…. Whether it was
 * cannot be told from eight letters, and little hangs on it: the rest of the path, the program and its parent stay.
 */
const TEMPORARY = /(\/(?:tmp|dev\/shm|run)\/(?:[^/\s]+\/)*?[\w.-]+?[._-])[A-Za-z0-9_]{6,12}(?=\/|$|\.\w{1,5}$)/g

/** One argument or path without what changes from run to run. */
export function shapeOf(text: string): string {
  return text
    .slice(0, CHARS_MAX)
    .replace(/eyJ[\w-]+\.?[\w-]*\.?[\w-]*/g, '*')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '*')
    .replace(/[A-Za-z0-9+/_-]{40,}={0,2}/g, (word) =>
      /\d/.test(word) && /[A-Za-z]/.test(word) && !word.startsWith('/') ? '*' : word,
    )
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{7,}\b/gi, '*')
    .replace(/(^|\/)(tmp|temp)[._-]?[A-Za-z0-9_]{6,12}(?=\/|$|\.)/g, '$1$2*')
    .replace(TEMPORARY, '$1*')
    .replace(/\d+/g, '#')
}

const VARIES = /\d|[A-Za-z0-9+/_-]{40}|t(?:e?mp)[._-]?[A-Za-z0-9_]{6}|\/(?:tmp|shm|run)\/.*[._-]\w{6}/

/** A number for the shape of a path. The plain ones, which are nearly all, are not taken apart. */
export function shapeHash(path: string): number {
  return hashText(VARIES.test(path) ? shapeOf(path) : path, 31)
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
