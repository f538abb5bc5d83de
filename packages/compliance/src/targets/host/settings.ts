// Files of `key value` and `key = value` lines, with sections where they have them; the last one counts, as their programs read them.
import type { Reading } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'

/** Paths may hold `*`. A file that cannot be read makes the answer unreadable: it may say otherwise. */
export function readSettings(root: ContainerRoot, patterns: readonly string[], asked: string): Reading {
  const [, section = '', key = asked] = /^\[([^\]]*)\](.*)$/.exec(asked) ?? []
  const looked: string[] = []
  let last: { place: string; value: string } | undefined
  for (const pattern of patterns) {
    const paths = pattern.includes('*') ? root.glob(pattern) : { kind: 'found' as const, value: [pattern] }
    if (paths.kind === 'unreadable') return { kind: 'unreadable', place: pattern, reason: paths.reason }
    for (const path of paths.kind === 'found' ? paths.value : []) {
      const text = root.read(path)
      if (text.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: text.reason }
      if (text.kind === 'absent') continue
      looked.push(path)
      last = lastOf(text.value, path, section, key) ?? last
    }
  }
  if (last) return { kind: 'value', source: 'file', ...last }
  return { kind: 'absent', source: 'file', place: looked.slice(0, 8).join(', ') || patterns.join(', ') }
}

function lastOf(
  text: string,
  path: string,
  section: string,
  key: string,
): { place: string; value: string } | undefined {
  let here = ''
  let found: { place: string; value: string } | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const header = /^\[([^\]]*)\]$/.exec(line)
    if (header) {
      here = header[1] ?? ''
      continue
    }
    if (section !== '' && here !== section) continue
    const [, name = '', value = ''] = /^([^\s=]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [undefined, line, 'true']
    if (name.toLowerCase() !== key.toLowerCase()) continue
    found = {
      place: `${path}:${index + 1}`,
      value: value
        .replace(/\s+#.*$/, '')
        .replace(/^(["'])(.*)\1$/, '$2')
        .trim(),
    }
  }
  return found
}
