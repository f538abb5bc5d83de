// Core metadata: headers as in mail, then the description. Names are normalised as PEP 503 asks, so that they can be compared.
import type { Limits } from '@yagura/kernel'
import { foundPackage } from '../../installed/found.ts'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

const FIELDS = new Set(['name', 'version', 'license', 'license-expression', 'classifier'])
const MAX_HEADERS = 10_000
const MAX_SHORT_LICENSE = 100

export function parseMetadata(bytes: Buffer, limits: Limits): ParsedFile {
  const fields = readHeaders(bytes, limits.lineBytes)
  const name = fields.get('name')?.[0]
  const version = fields.get('version')?.[0]
  const found = foundPackage('pypi', name === undefined ? undefined : normalisedName(name), version, {
    licenses: licensesOf(fields),
  })
  if (found) return { packages: [found], problems: [] }
  return { packages: [], problems: ['The metadata has no usable Name and Version.'] }
}

/** PEP 503: runs of `-`, `_` and `.` are one dash, letters are small. */
export function normalisedName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase()
}

function readHeaders(bytes: Buffer, lineBytes: number): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>()
  let lines = 0
  for (const { text } of linesOf(bytes, lineBytes)) {
    const line = text.replace(/\r$/, '')
    if (line === '' || ++lines > MAX_HEADERS) break
    // a continued line belongs to a field that is read by its first line alone
    if (line.startsWith(' ') || line.startsWith('\t')) continue
    const colon = line.indexOf(':')
    const field = line.slice(0, Math.max(colon, 0)).toLowerCase()
    if (!FIELDS.has(field)) continue
    const value = line.slice(colon + 1).trim()
    const known = fields.get(field)
    if (known) known.push(value)
    else fields.set(field, [value])
  }
  return fields
}

/** PEP 639's expression; else the free text where it is a name and not the whole licence; else the classifiers. */
function licensesOf(fields: ReadonlyMap<string, readonly string[]>): string[] {
  const expression = fields.get('license-expression')?.[0]
  if (expression) return [expression]
  const text = fields.get('license')?.[0]
  if (text && text !== 'UNKNOWN' && text.length <= MAX_SHORT_LICENSE) return [text]
  return (fields.get('classifier') ?? []).flatMap((classifier) => {
    const parts = classifier.split('::').map((part) => part.trim())
    const last = parts.at(-1)
    return parts[0] === 'License' && last && last !== 'OSI Approved' ? [last] : []
  })
}
