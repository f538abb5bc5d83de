// The canonical text of a package URL (ECMA-427, "How to build a PURL").
import type { Purl } from './purl.ts'

export function formatPurl({ type, namespace, name, version, qualifiers, subpath }: Purl): string {
  const pairs = [...qualifiers].map(([key, value]) => `${key}=${encode(value)}`)
  return [
    `pkg:${type}/`,
    namespace === undefined ? '' : `${encodePath(namespace)}/`,
    encode(name),
    version === undefined ? '' : `@${encode(version)}`,
    pairs.length === 0 ? '' : `?${pairs.join('&')}`,
    subpath === undefined ? '' : `#${encodePath(subpath)}`,
  ].join('')
}

function encodePath(path: string): string {
  return path.split('/').map(encode).join('/')
}

/** All but letters, digits, `.`, `-`, `_`, `~` and the colon, which is never encoded ("Character encoding"). */
function encode(text: string): string {
  if (/^[A-Za-z0-9._~:-]*$/.test(text)) return text
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
