// Parts → a normalised package URL, or the reason why there is none: the rules of every component, then those of the type.
import { ok, type Result, unwrap, type YaguraError } from '@yagura/kernel'
import { formatPurl } from './format.ts'
import { invalidPurl, type Purl, type PurlParts } from './purl.ts'
import { normaliseByType, problemOfType } from './types.ts'

const TYPE = /^[a-z][a-z0-9.-]*$/
const KEY = /^[a-z][a-z0-9._-]*$/

export function makePurl(parts: PurlParts): Result<Purl, YaguraError> {
  const type = (parts.type ?? '').toLowerCase()
  if (!TYPE.test(type))
    return invalidPurl('A type is made of letters, digits, dots and dashes, and starts with a letter')
  const name = (parts.name ?? '').replace(/^\/+|\/+$/g, '')
  if (name === '') return invalidPurl('The name is missing')
  const qualifiers = sortedQualifiers(parts.qualifiers)
  if (!qualifiers.ok) return qualifiers
  const purl = normaliseByType({
    type,
    namespace: (parts.namespace ?? '').split('/').filter(Boolean).join('/') || undefined,
    name,
    version: parts.version || undefined,
    qualifiers: qualifiers.value,
    subpath: (parts.subpath ?? '').split('/').filter(isFolder).join('/') || undefined,
  })
  const texts = [purl.namespace, purl.name, purl.version, purl.subpath, ...purl.qualifiers.values()]
  if (texts.some((text) => text !== undefined && !text.isWellFormed()))
    return invalidPurl('A part of it is not Unicode text')
  const problem = problemOfType(purl)
  return problem === undefined ? ok(purl) : invalidPurl(problem)
}

/** The text of a package URL made of parts. Throws INPUT_INVALID where they make none. */
export function purlText(parts: PurlParts): string {
  return formatPurl(unwrap(makePurl(parts)))
}

function sortedQualifiers(given: PurlParts['qualifiers']): Result<ReadonlyMap<string, string>, YaguraError> {
  const entries = isIterable(given) ? [...given] : Object.entries(given ?? {})
  const sorted: [string, string][] = []
  for (const [key, value] of entries) {
    const lower = key.toLowerCase()
    if (!KEY.test(lower))
      return invalidPurl('A key of the qualifiers is made of letters, digits, dots, dashes and underscores')
    if (value !== undefined && value !== null && value !== '') sorted.push([lower, value])
  }
  sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const qualifiers = new Map(sorted)
  return qualifiers.size === sorted.length ? ok(qualifiers) : invalidPurl('A key of the qualifiers stands there twice')
}

function isFolder(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..'
}

function isIterable(given: PurlParts['qualifiers']): given is Iterable<readonly [string, string]> {
  return typeof (given as Iterable<unknown> | undefined)?.[Symbol.iterator] === 'function'
}
