// os-release(5): which distribution and release an image is. Values are shell-quoted.
import type { OperatingSystem } from '@yagura/schema'

/** In the order of the manual page. */
export const OS_RELEASE_FILES = ['etc/os-release', 'usr/lib/os-release'] as const

const MAX_LINES = 1000
const MAX_LENGTH = 512

/** Null when there is no ID. */
export function parseOsRelease(text: string): OperatingSystem | null {
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/, MAX_LINES)) {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
    if (match?.[1] !== undefined) values.set(match[1], unquote((match[2] ?? '').trim()).slice(0, MAX_LENGTH))
  }
  const id = values.get('ID')
  if (!id) return null
  return { id, versionId: values.get('VERSION_ID') || null, prettyName: values.get('PRETTY_NAME') || null }
}

function unquote(value: string): string {
  const quote = value.charAt(0)
  const inner =
    value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote) ? value.slice(1, -1) : value
  return quote === "'" ? inner : inner.replace(/\\(["$`\\])/g, '$1')
}
