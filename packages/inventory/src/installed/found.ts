// What a manifest beside an installed package says, checked: text from files of strangers.
import type { Limits } from '@yagura/kernel'
import { parseJson } from '@yagura/safe-io'
import type { FoundPackage, ParsedFile } from '../extractors/extractor.ts'

export const NOTHING_FOUND: ParsedFile = { packages: [], problems: [] }

const MAX_TEXT = 512
const MAX_LICENSE = 1024

/** Undefined without a usable name and version. */
export function foundPackage(
  type: string,
  name: unknown,
  version: unknown,
  more: { readonly architecture?: string | null; readonly licenses?: readonly string[] } = {},
): FoundPackage | undefined {
  if (!isUsable(name) || !isUsable(version)) return undefined
  const licenses = (more.licenses ?? []).map((license) => license.trim()).filter((license) => license !== '')
  return {
    name,
    version,
    type,
    architecture: more.architecture ?? null,
    source: null,
    licenses: licenses.map((license) => license.slice(0, MAX_LICENSE)),
  }
}

/** Names and versions of every ecosystem are printable text without blanks. */
function isUsable(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT && !/[\s\p{Cc}]/u.test(value)
}

/** JSON, with or without a byte order mark; a sentence where it is none. */
export function readManifest(
  bytes: Buffer,
  limits: Limits,
): { readonly value: unknown } | { readonly problem: string } {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const document = parseJson(bytes.subarray(start), limits, 'The file')
  return document.ok ? { value: document.value } : { problem: document.error.message }
}
