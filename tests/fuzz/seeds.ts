// Examples for a parser: the texts that stand in the tests beside it, and files of seeds/<parser>/ where those are made by a script.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const MIN_CHARS = 12

/** `folder` from the root of the repository. */
export function seedsFrom(folder: string, name: string): Buffer[] {
  const own = join(import.meta.dirname, 'seeds', name)
  const files = existsSync(own)
    ? readdirSync(own)
        .sort()
        .map((file) => readFileSync(join(own, file)))
    : []
  return [...files, ...textsOfTests(join(ROOT, folder)).map((text) => Buffer.from(text))]
}

function textsOfTests(folder: string): string[] {
  const tests = readdirSync(folder)
    .filter((name) => /\.test\.ts$/.test(name))
    .sort()
  return [...new Set(tests.flatMap((name) => textsOf(readFileSync(join(folder, name), 'utf8'))))]
}

/** Literals that are long enough to be a file or a line of one; what a template fills in is left as it is written. */
export function textsOf(source: string): string[] {
  return [...source.matchAll(/`((?:[^`\\]|\\.)*)`|'((?:[^'\\\n]|\\.)*)'/gs)]
    .map(([, template, text]) => unescaped(template ?? text ?? ''))
    .filter((text) => text.length >= MIN_CHARS)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, (_, unicode?: string, byte?: string, char = '') =>
    unicode || byte ? String.fromCharCode(Number.parseInt(unicode ?? byte ?? '', 16)) : (ESCAPES[char] ?? char),
  )
}
