// Lines of configuration as a list, for files whose lines say something each: sudoers, PAM, rules of the audit.
import type { Reading } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'

const MAX_LINES = 20_000

/** Remarks and empty lines are left out; a line that goes on is one. */
export function readLines(root: ContainerRoot, patterns: readonly string[]): Reading {
  const looked: string[] = []
  const lines: string[] = []
  for (const pattern of patterns) {
    const paths = pattern.includes('*') ? root.glob(pattern) : { kind: 'found' as const, value: [pattern] }
    if (paths.kind === 'unreadable') return { kind: 'unreadable', place: pattern, reason: paths.reason }
    for (const path of paths.kind === 'found' ? paths.value : []) {
      const text = root.read(path)
      if (text.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: text.reason }
      if (text.kind === 'absent') continue
      looked.push(path)
      const own = text.value.replaceAll('\\\n', ' ').split('\n')
      lines.push(
        ...own.map((line) => line.trim().replace(/\s+/g, ' ')).filter((line) => line !== '' && !line.startsWith('#')),
      )
      if (lines.length > MAX_LINES) return { kind: 'unreadable', place: path, reason: 'it has too many lines' }
    }
  }
  const place = looked.slice(0, 8).join(', ') || patterns.join(', ')
  return looked.length > 0
    ? { kind: 'value', source: 'file', place, value: lines }
    : { kind: 'absent', source: 'file', place }
}
