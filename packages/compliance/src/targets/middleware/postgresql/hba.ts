// pg_hba.conf: who may come in from where, and how he proves it (postgresql.org/docs/current/auth-pg-hba-conf.html).
import { directoryOf, expand, mayInclude, readText, resolvePath, type Texts } from '../sources/texts.ts'

export interface HbaRule {
  readonly type: string
  readonly databases: readonly string[]
  readonly users: readonly string[]
  /** Empty for local rules; `10.0.0.0/8`, `all`, a host name. */
  readonly address: string
  readonly method: string
  readonly place: string
}

export function readHba(texts: Texts, path: string, above: readonly string[] = []): HbaRule[] {
  if (!mayInclude(texts, path, above)) return []
  const text = readText(texts, path, true)
  if (text === undefined) return []
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .flatMap((line, index) => {
      const words = wordsOf(line)
      const [type = '', second = ''] = words
      if (type === 'include_dir')
        return expand(texts, `${resolvePath(second, directoryOf(path))}/*.conf`).flatMap((file) =>
          readHba(texts, file, [...above, path]),
        )
      if (type === 'include' || type === 'include_if_exists')
        return readHba(texts, resolvePath(second, directoryOf(path)), [...above, path])
      return ruleOf(words, `${path}:${index + 1}`)
    })
}

function ruleOf(words: readonly string[], place: string): HbaRule[] {
  const [type = '', databases = '', users = '', ...rest] = words
  if (!/^(local|host|hostssl|hostnossl|hostgssenc|hostnogssenc)$/.test(type)) return []
  const isLocal = type === 'local'
  const hasMask = !isLocal && /^[\d.]+$|^[\da-f:]+$/i.test(rest[1] ?? '') && /[.:]/.test(rest[1] ?? '')
  const address = isLocal ? '' : hasMask ? `${rest[0]}/${prefixOf(rest[1] as string)}` : (rest[0] ?? '')
  const method = rest[isLocal ? 0 : hasMask ? 2 : 1] ?? ''
  return [{ type, databases: databases.split(','), users: users.split(','), address, method, place }]
}

/** 255.255.0.0 → 16 */
function prefixOf(mask: string): number {
  const bits = mask.includes(':')
    ? mask.split(':').flatMap((group) => [...Number.parseInt(group || '0', 16).toString(2)])
    : mask.split('.').flatMap((byte) => [...Number(byte).toString(2)])
  return bits.filter((bit) => bit === '1').length
}

function wordsOf(line: string): string[] {
  const words: string[] = []
  for (const match of line.matchAll(/#.*|(?:"[^"]*"|[^\s"#,]|,\s*)+/g)) {
    if (match[0].startsWith('#')) break
    words.push(match[0].replaceAll('"', '').replaceAll(/,\s+/g, ','))
  }
  return words
}

export function isEveryAddress(address: string): boolean {
  return /^(all|0\.0\.0\.0\/0|::\/0|::0\/0)$/.test(address)
}

export function isLoopbackAddress(address: string): boolean {
  return /^(127\.|::1(\/128)?$|localhost$|samehost$)/.test(address)
}
