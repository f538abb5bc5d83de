// What a package says of its licence → an SPDX expression (SPDX 2.3, annex D). What SPDX does not know becomes a LicenseRef.
import parseExpression from 'spdx-expression-parse'
import { licenceId } from './names.ts'

const MAX_TEXT = 4096
const MAX_REFERENCE = 64
const MAX_PARENTHESES = 64
const OPERATORS = /(\(|\)|\s+(?:and|or)\s+(?!later|newer|any later)|\s*(?:&&?|\|\|?)\s*|\s*,\s*(?!version)|\s*;\s*|\/)/i

/** Null where it says nothing. */
export function spdxExpression(text: string): string | null {
  const trimmed = text.slice(0, MAX_TEXT).trim().replace(/\s+/g, ' ')
  if (/^(?:|unknown|none|noassertion|n\/a|see license.*|unlicensed|other.*|proprietary)$/i.test(trimmed))
    return /^(?:proprietary|unlicensed)$/i.test(trimmed) ? reference(trimmed) : null
  const known = licenceId(trimmed) ?? withException(trimmed)
  if (known) return known
  const made = composed(trimmed)
  return made !== undefined && isValid(made) ? made : reference(trimmed)
}

/** Each licence of a list by itself, once. */
export function spdxExpressions(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => spdxExpression(text) ?? []))]
}

/** Licences with words and signs between them: AND, unless it is an OR; a slash is the OR of Rust's older crates. */
function composed(text: string): string | undefined {
  const parts = text.split(OPERATORS).filter((part) => part !== '')
  if (parts.length === 1) return isValid(text) ? text : listed(text)
  const out = parts.flatMap((part) => {
    const word = part.trim().toLowerCase()
    if (word === '') return []
    if (word === '(' || word === ')') return [word]
    if (/^(?:or|\|\|?|\/)$/.test(word)) return ['OR']
    if (/^(?:and|&&?|,|;)$/.test(word)) return ['AND']
    return [licenceId(part) ?? withException(part) ?? (isValid(part.trim()) ? part.trim() : reference(part))]
  })
  return out.join(' ').replace(/\( /g, '(').replace(/ \)/g, ')')
}

/** Alpine of old: "MIT BSD GPL2+". Only where every word is a licence. */
function listed(text: string): string | undefined {
  const ids = text.split(' ').map(licenceId)
  return ids.length > 1 && ids.every((id) => id !== undefined) ? ids.join(' AND ') : undefined
}

function withException(text: string): string | undefined {
  const [, licence, exception] = /^(.{1,200}?) with (.{1,200})$/i.exec(text.trim()) ?? []
  const id = licence && licenceId(licence)
  if (!id || !exception) return undefined
  const made = `${id} WITH ${exception.replace(/ /g, '-')}`
  return isValid(made) ? made : undefined
}

/** idstring of SPDX: letters, digits, '.' and '-'. */
function reference(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_REFERENCE)
  return text.trim().startsWith('LicenseRef-')
    ? `LicenseRef-${name.replace(/^LicenseRef-/, '')}`
    : `LicenseRef-${name || 'unnamed'}`
}

function isValid(text: string): boolean {
  // the parser recurses
  if ((text.match(/\(/g)?.length ?? 0) > MAX_PARENTHESES) return false
  try {
    parseExpression(text)
    return true
  } catch {
    return false
  }
}
