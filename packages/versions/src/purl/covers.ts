// Statements about packages (VEX, exceptions) name them by package URLs that leave much out.
import type { Purl } from './purl.ts'

/** Whether what is said of `said` holds for `item`: what either leaves out is ignored, what both say must agree. */
export function purlCovers(said: Purl, item: Purl): boolean {
  if (said.type !== item.type || said.namespace !== item.namespace || said.name !== item.name) return false
  if (said.version !== undefined && item.version !== undefined && said.version !== item.version) return false
  return [...said.qualifiers].every(([key, value]) => {
    const own = item.qualifiers.get(key)
    return own === undefined || qualifierCovers(key, value, own)
  })
}

/** `distro=debian-12` holds for debian-12.13, and what is said of a source for what is built from it. */
function qualifierCovers(key: string, said: string, own: string): boolean {
  if (said === own) return true
  if (key === 'distro') return own.startsWith(`${said}.`)
  return key === 'arch' && ['src', 'source', 'noarch', 'all'].includes(said)
}
