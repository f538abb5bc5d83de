// httpd.conf: directives and sections, continued lines, Include, Define (httpd.apache.org/docs/2.4/configuring.html). Sections that
// depend on modules or defined names count as if they held: what may be in force is judged.
import { expand, mayInclude, readText, resolvePath, type Texts } from '../sources/texts.ts'

export interface ApacheDirective {
  readonly name: string
  readonly value: string
  /** Sections around it, lower case: `directory /`. */
  readonly sections: readonly string[]
  readonly place: string
}

export interface ApacheState {
  /** ServerRoot. */
  base: string
  readonly defined: Map<string, string>
  readonly sections: string[]
  readonly found: ApacheDirective[]
}

const CONDITIONS = /^<\/?(if(module|define|version|file|directive|section)?|else|elseif)\b/i

export function readApache(texts: Texts, path: string, state: ApacheState, above: readonly string[] = []): void {
  if (!mayInclude(texts, path, above)) return
  const text = readText(texts, path, true)
  if (text === undefined) return
  let joined = ''
  for (const [index, raw] of text.split('\n').entries()) {
    const line = (joined + raw).trim()
    if (line.endsWith('\\')) {
      joined = `${line.slice(0, -1)} `
      continue
    }
    joined = ''
    if (line === '' || line.startsWith('#') || CONDITIONS.test(line)) continue
    const known = line.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => state.defined.get(name) ?? whole)
    const section = /^<(\/?)(\w+)\s*([^>]*)>/.exec(known)
    if (section) {
      if (section[1]) state.sections.pop()
      else state.sections.push(`${section[2]?.toLowerCase()} ${unquoted(section[3] as string)}`.trim())
      continue
    }
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(known) ?? []
    const value = unquoted(rest)
    if (/^include(optional)?$/i.test(name)) include(texts, path, value, name, state, above)
    else if (/^define$/i.test(name))
      state.defined.set(value.split(/\s+/)[0] ?? '', unquoted(value.split(/\s+/).slice(1).join(' ')))
    else {
      if (/^serverroot$/i.test(name)) state.base = value
      state.found.push({
        name: name.toLowerCase(),
        value,
        sections: [...state.sections],
        place: `${path}:${index + 1}`,
      })
    }
  }
}

function include(
  texts: Texts,
  path: string,
  value: string,
  name: string,
  state: ApacheState,
  above: readonly string[],
): void {
  const pattern = resolvePath(value, state.base)
  const isDirectory = texts.root.stat(pattern).kind === 'found' && texts.root.list(pattern).kind === 'found'
  for (const file of expand(texts, isDirectory ? `${pattern.replace(/\/$/, '')}/*` : pattern)) {
    const isThere = texts.root.stat(file).kind !== 'absent'
    if (isThere || /^include$/i.test(name)) readApache(texts, file, state, [...above, path])
  }
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  return /^"[^"]*"$|^'[^']*'$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed
}
