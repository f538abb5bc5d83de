// url() of Kubernetes (apiserver/pkg/cel/library/urls.go), which reads as Go's url.ParseRequestURI: an absolute URL, or an absolute path.
import { CelFailure, noOverload } from '../error.ts'
import { global, type Library, member, text } from '../function.ts'
import { type CelKey, CelObject, type CelValue, typeName } from '../value.ts'

class CelUrl extends CelObject {
  readonly typeName = 'kubernetes.URL'
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly source: string

  constructor(parts: { scheme: string; host: string; path: string; query: string; source: string }) {
    super()
    this.scheme = parts.scheme
    this.host = parts.host
    this.path = parts.path
    this.query = parts.query
    this.source = parts.source
  }

  equals(other: CelObject): boolean {
    return other instanceof CelUrl && other.source === this.source
  }

  override text(): string {
    return this.source
  }
}

const HOST = /^(?:[^@/?]*@)?(\[[0-9A-Fa-f:.]+(?:%25[\w.~%-]+)?\](?::\d*)?|[^[\]:/?\s<>"\\^`{|}]*(?::\d*)?)$/

function parse(source: string): CelUrl | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what an URL may not hold
  if (source === '' || /[\x00-\x20\x7f]/.test(source) || /%(?![0-9A-Fa-f]{2})/.test(source.split('?')[0] ?? ''))
    return undefined
  const [, scheme = '', rest = source] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(source) ?? []
  if (scheme === '' && !source.startsWith('/')) return undefined
  const [before = '', ...queries] = rest.split('?')
  const query = queries.join('?')
  if (!before.startsWith('/'))
    return scheme === '' ? undefined : new CelUrl({ scheme, host: '', path: '', query, source })
  const [, authority = '', path = ''] =
    scheme !== '' && before.startsWith('//') ? (/^\/\/([^/]*)(.*)$/s.exec(before) ?? []) : [before, '', before]
  const host = HOST.exec(authority)
  if (!host) return undefined
  return new CelUrl({ scheme: scheme.toLowerCase(), host: host[1] ?? '', path, query, source })
}

function escapedPath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~$&+,/:;=@!'()*%]/gu, (one) => encodeURIComponent(one))
}

function query(url: CelUrl): ReadonlyMap<CelKey, CelValue> {
  const all = new Map<CelKey, string[]>()
  for (const pair of url.query.split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const [name = '', ...value] = pair.split('=')
    const [key, one] = [decoded(name), decoded(value.join('='))]
    if (key === undefined || one === undefined) continue
    all.set(key, [...(all.get(key) ?? []), one])
  }
  return all
}

function decoded(source: string): string | undefined {
  try {
    return decodeURIComponent(source.replace(/\+/g, ' '))
  } catch {
    return undefined
  }
}

function isUrl(value: CelValue): value is CelUrl {
  return value instanceof CelUrl
}

function of(value: CelValue): CelUrl {
  if (value instanceof CelUrl) return value
  throw noOverload(`${typeName(value)} where an URL is wanted`)
}

function port(host: string): string {
  return /:(\d*)$/.exec(host)?.[1] ?? ''
}

function hostname(host: string): string {
  return host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
}

export const url: Library = {
  url: [
    global(1, (_, source) => {
      const parsed = parse(text(source))
      if (!parsed) throw new CelFailure(`not a URL: ${text(source).slice(0, 64)}`)
      return parsed
    }),
  ],
  isURL: [global(1, (_, source) => parse(text(source)) !== undefined)],
  getScheme: [member(1, isUrl, (_, value) => of(value).scheme)],
  getHost: [member(1, isUrl, (_, value) => of(value).host)],
  getHostname: [member(1, isUrl, (_, value) => hostname(of(value).host))],
  getPort: [member(1, isUrl, (_, value) => port(of(value).host))],
  getEscapedPath: [member(1, isUrl, (_, value) => escapedPath(of(value).path))],
  getQuery: [member(1, isUrl, (_, value) => query(of(value)))],
}
