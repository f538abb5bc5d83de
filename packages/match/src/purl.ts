// Package URLs, read once and in one place (github.com/package-url/purl-spec, by its own implementation).
import { PackageURL } from 'packageurl-js'

export interface Purl {
  readonly type: string
  readonly namespace: string | undefined
  readonly name: string
  readonly version: string | undefined
  readonly qualifiers: ReadonlyMap<string, string>
}

/** undefined where the text is no purl. */
export function parsePurl(text: string): Purl | undefined {
  try {
    const { type, namespace, name, version, qualifiers } = PackageURL.fromString(text)
    if (!type || !name) return undefined
    return {
      type,
      namespace: namespace ?? undefined,
      name,
      version: version ?? undefined,
      qualifiers: new Map(Object.entries(qualifiers ?? {}).map(([key, value]) => [key, String(value)])),
    }
  } catch {
    return undefined
  }
}

/** Whether what is said of `said` holds for `item`: what either leaves out is ignored, what both say must agree. */
export function covers(said: Purl, item: Purl): boolean {
  if (said.type !== item.type || said.namespace !== item.namespace || said.name !== item.name) return false
  if (said.version && item.version && said.version !== item.version) return false
  for (const [key, value] of said.qualifiers) {
    const own = item.qualifiers.get(key)
    if (own !== undefined && !qualifierCovers(key, value, own)) return false
  }
  return true
}

/** `distro=debian-12` holds for debian-12.13, and what is said of a source for what is built from it. */
function qualifierCovers(key: string, said: string, own: string): boolean {
  if (said === own) return true
  if (key === 'distro') return own.startsWith(`${said}.`)
  return key === 'arch' && ['src', 'source', 'noarch', 'all'].includes(said)
}
