// The text of a package URL → its parts: from right to left, as ECMA-427 says ("How to parse a PURL").
import type { Result, YaguraError } from '@yagura/kernel'
import { makePurl } from './make.ts'
import { invalidPurl, type Purl } from './purl.ts'

/** Longer than any real one; keeps hostile input cheap. */
const MAX_LENGTH = 2048

export function parsePurl(text: string): Result<Purl, YaguraError> {
  if (text.length > MAX_LENGTH) return invalidPurl(`A package URL has at most ${MAX_LENGTH} characters`)
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof URIError)
      return invalidPurl('A percent sign in it does not stand before two hexadecimal digits of UTF-8')
    throw error
  }
}

/** The parts, or nothing where the text is no package URL. */
export function readPurl(text: string): Purl | undefined {
  const result = parsePurl(text)
  return result.ok ? result.value : undefined
}

/** Throws a URIError for what cannot be decoded. */
function parse(text: string): Result<Purl, YaguraError> {
  const [beforeSubpath, subpath] = splitLast(text, '#')
  const [beforeQualifiers, query] = splitLast(beforeSubpath, '?')
  const colon = beforeQualifiers.indexOf(':')
  if (colon < 0 || beforeQualifiers.slice(0, colon).toLowerCase() !== 'pkg')
    return invalidPurl('A package URL starts with “pkg:”')
  const remainder = beforeQualifiers.slice(colon + 1).replace(/^\/+/, '')
  const slash = remainder.indexOf('/')
  if (slash < 0) return invalidPurl('After “pkg:” comes a type, a slash and a name')
  const [path, version] = splitVersion(remainder.slice(slash + 1))
  if (version !== undefined && path.endsWith('/')) return invalidPurl('The name is missing')
  const segments = path.replace(/\/+$/, '').split('/')
  const name = decode(segments.pop() ?? '')
  const namespace = segments.filter((segment) => segment !== '').map(decode)
  if (namespace.some((segment) => segment.includes('/')))
    return invalidPurl('A part of the namespace holds an encoded slash')
  const folders = (subpath ?? '').split('/').map(decode)
  if (folders.some((segment) => segment.includes('/')))
    return invalidPurl('A part of the subpath holds an encoded slash')
  return makePurl({
    type: remainder.slice(0, slash),
    namespace: namespace.join('/'),
    name,
    version: version === undefined ? undefined : decode(version),
    qualifiers: parseQualifiers(query ?? ''),
    subpath: folders.join('/'),
  })
}

function splitLast(text: string, separator: string): [string, string | undefined] {
  const at = text.lastIndexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Split at the last @, unless it opens a segment before the name: `pkg:npm/@babel/core`, which should have been encoded. */
function splitVersion(path: string): [string, string | undefined] {
  const at = path.lastIndexOf('@')
  const opensScope = (at === 0 || path[at - 1] === '/') && path.includes('/', at)
  return opensScope ? [path, undefined] : splitLast(path, '@')
}

/** Values are percent-encoded only: a plus sign is a plus sign. */
function parseQualifiers(query: string): [string, string][] {
  return query.split('&').flatMap((pair): [string, string][] => {
    const [key, ...value] = pair.split('=')
    return key ? [[key, decode(value.join('='))]] : []
  })
}

function decode(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text
}
