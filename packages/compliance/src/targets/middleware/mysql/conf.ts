// my.cnf: groups, `name=value` or a bare name, `!include` and `!includedir`; `-` and `_` are one
// (dev.mysql.com/doc/refman/8.0/en/option-files.html).
import type { Setting } from '../sources/settings.ts'
import { directoryOf, expand, mayInclude, readText, resolvePath, type Texts } from '../sources/texts.ts'

/** Keys are `group.name`; the name with `_`. */
export function readMysqlConf(
  texts: Texts,
  path: string,
  into: Map<string, Setting[]>,
  above: readonly string[] = [],
): void {
  if (!mayInclude(texts, path, above)) return
  const text = readText(texts, path, above.length > 0)
  if (text === undefined) return
  let group = ''
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    const include = /^!include(dir)?\s+(\S+)/.exec(line)
    if (include) {
      const named = resolvePath(include[2] as string, directoryOf(path))
      for (const file of include[1] ? expand(texts, `${named.replace(/\/$/, '')}/*.cnf`) : [named])
        readMysqlConf(texts, file, into, [...above, path])
      continue
    }
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    if (line.startsWith('[')) {
      group = line.slice(1, Math.max(1, line.indexOf(']'))).toLowerCase()
      continue
    }
    const [name = '', ...rest] = line.split('=')
    const key = `${group}.${name
      .trim()
      .replace(/^loose[-_]/, '')
      .replaceAll('-', '_')
      .toLowerCase()}`
    const value = rest.length === 0 ? 'true' : unquoted(rest.join('=').trim())
    into.set(key, [...(into.get(key) ?? []), { value, place: `${path}:${index + 1}` }])
  }
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(text)
  return quoted ? (quoted[2] as string) : (text.split(/\s#/, 1)[0]?.trim() ?? '')
}
