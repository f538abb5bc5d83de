// Package URLs → what our packages call the same things.
import type { Purl } from '@yagura/versions/purl'

/** Their namespace tells who made the package, and is no part of its name. */
const VENDORED: ReadonlySet<string> = new Set(['alpm', 'apk', 'conan', 'cpan', 'deb', 'generic', 'luarocks', 'rpm'])

/** The name under which advisories know it. */
export function packageName({ type, namespace, name }: Purl): string {
  if (namespace === undefined || VENDORED.has(type)) return name
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`
}

/** A purl of an rpm has its epoch aside, and some write that of a deb so too. */
export function packageVersion({ type, version, qualifiers }: Purl): string | undefined {
  const epoch = qualifiers.get('epoch')
  const apart = version !== undefined && epoch !== undefined && /^[1-9]\d*$/.test(epoch) && !/^\d+:/.test(version)
  return apart && (type === 'rpm' || type === 'deb') ? `${epoch}:${version}` : version
}

/** The same name as far as its ecosystem tells names apart: case and punctuation are written this way and that. */
export function isSameName(type: string, a: string, b: string): boolean {
  if (a === b) return true
  if (type === 'pypi') return a.replace(/[-_.]+/g, '-').toLowerCase() === b.replace(/[-_.]+/g, '-').toLowerCase()
  return a.toLowerCase() === b.toLowerCase()
}

/** The same version, whether its epoch or the `v` of Go is written or not. */
export function isSameVersion(type: string, a: string, b: string): boolean {
  if (a === b) return true
  if (type === 'golang') return a.replace(/^v/, '') === b.replace(/^v/, '')
  if (type !== 'rpm' && type !== 'deb') return false
  const plain = (text: string) => text.replace(/^\d+:/, '')
  // where both tell an epoch it must be the same
  return plain(a) === plain(b) && !(/^\d+:/.test(a) && /^\d+:/.test(b))
}

/** What the package was built from, as Syft tells it: `upstream=gcc-12@12.2.0-14`, `upstream=openssl`, `upstream=bash-5.1-2.src.rpm`. */
export function upstreamOf({ type, qualifiers }: Purl, version: string): { name: string; version: string } | undefined {
  const upstream = qualifiers.get('upstream')
  if (upstream === undefined) return undefined
  if (type === 'rpm') {
    const match = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(upstream)
    return match?.[1] !== undefined && match[2] !== undefined ? { name: match[1], version: match[2] } : undefined
  }
  const at = upstream.lastIndexOf('@')
  return at > 0 ? { name: upstream.slice(0, at), version: upstream.slice(at + 1) } : { name: upstream, version }
}
