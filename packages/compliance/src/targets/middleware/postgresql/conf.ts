// postgresql.conf: `name = value` with quotes and remarks, and three kinds of include
// (postgresql.org/docs/current/config-setting.html).
import type { Setting } from '../sources/settings.ts'
import { directoryOf, expand, mayInclude, readText, resolvePath, type Texts } from '../sources/texts.ts'

const LINE = /^\s*([A-Za-z_][\w.]*)\s*(?:=\s*|\s)\s*(?:'((?:[^'\\]|''|\\.)*)'|([^\s#']*))/

export function readPostgresConf(
  texts: Texts,
  path: string,
  into: Map<string, Setting[]>,
  isRequired = false,
  above: readonly string[] = [],
): void {
  if (!mayInclude(texts, path, above)) return
  const text = readText(texts, path, isRequired)
  if (text === undefined) return
  for (const [index, line] of text.split('\n').entries()) {
    const match = LINE.exec(line)
    if (!match) continue
    const name = (match[1] as string).toLowerCase()
    const value = match[2] === undefined ? (match[3] ?? '') : match[2].replaceAll("''", "'").replaceAll(/\\(.)/g, '$1')
    if (name.startsWith('include')) {
      const named = resolvePath(value, directoryOf(path))
      const files = name === 'include_dir' ? expand(texts, `${named}/*.conf`) : [named]
      for (const file of files) readPostgresConf(texts, file, into, name === 'include', [...above, path])
      continue
    }
    const settings = into.get(name) ?? []
    settings.push({ value, place: `${path}:${index + 1}` })
    into.set(name, settings)
  }
}
