// Package URLs as VEX documents use them (package-url/purl-spec): compared with what they leave out ignored.

interface Purl {
  /** Type, namespace and name: `pkg:deb/debian/openssl`. */
  readonly key: string
  readonly version: string | undefined
  readonly qualifiers: ReadonlyMap<string, string>
}

/** undefined where it is not a purl. */
export function parsePurl(text: string): Purl | undefined {
  const match = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?(?:#.*)?$/.exec(text)
  const [, type = '', path = '', query = ''] = match ?? []
  if (!match || path.length > 2048) return undefined
  const at = path.lastIndexOf('@')
  // The @ of a scoped npm name stands at a start of a segment, that of a version never does.
  const hasVersion = at > 0 && path[at - 1] !== '/'
  const name = (hasVersion ? path.slice(0, at) : path).replace(/^\/+|\/+$/g, '')
  const qualifiers = query.split('&').flatMap((pair): [string, string][] => {
    const equals = pair.indexOf('=')
    return equals > 0 ? [[pair.slice(0, equals).toLowerCase(), decode(pair.slice(equals + 1))]] : []
  })
  return {
    key: `pkg:${type.toLowerCase()}/${decode(name)}`,
    version: hasVersion ? decode(path.slice(at + 1)) : undefined,
    qualifiers: new Map(qualifiers),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether what is said of `said` holds for `item`: what either leaves out is ignored, what both say must agree. */
export function purlCovers(said: string, item: string): boolean {
  const [wide, narrow] = [parsePurl(said), parsePurl(item)]
  if (!wide || !narrow || wide.key !== narrow.key) return false
  if (wide.version && narrow.version && wide.version !== narrow.version) return false
  for (const [name, value] of wide.qualifiers) {
    const own = narrow.qualifiers.get(name)
    if (own !== undefined && !qualifierCovers(name, value, own)) return false
  }
  return true
}

/** `distro=debian-12` holds for debian-12.13, and what is said of a source holds for what is built from it. */
function qualifierCovers(name: string, said: string, own: string): boolean {
  if (said === own) return true
  if (name === 'distro') return own.startsWith(`${said}.`)
  return name === 'arch' && (said === 'src' || said === 'source' || said === 'noarch' || said === 'all')
}
