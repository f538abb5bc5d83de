// sshd_config(5): the first value of a keyword counts, Include is read where it stands, and what is under Match is not the default.
import type { Reading } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'

const MAIN = '/etc/ssh/sshd_config'
const DEPTH = 8

type Found = { readonly place: string; readonly value: string } | { readonly problem: Reading } | undefined

export function readSshd(root: ContainerRoot, key: string): Reading {
  const main = root.stat(MAIN)
  if (main.kind === 'absent') return { kind: 'not-asked', place: MAIN, reason: 'there is no SSH server here' }
  const found = search(root, MAIN, key.toLowerCase(), DEPTH)
  if (found === undefined) return { kind: 'absent', source: 'file', place: MAIN }
  return 'problem' in found ? found.problem : { kind: 'value', source: 'file', ...found }
}

function search(root: ContainerRoot, path: string, key: string, depth: number): Found {
  const text = root.read(path)
  if (text.kind === 'absent') return undefined
  if (text.kind === 'unreadable') return { problem: { kind: 'unreadable', place: path, reason: text.reason } }
  if (depth === 0) return { problem: { kind: 'unreadable', place: path, reason: 'files are included too deep' } }
  for (const [index, raw] of text.value.split('\n').entries()) {
    const [, name = '', value = ''] = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*)$/.exec(raw) ?? []
    const word = name.toLowerCase()
    if (word === 'match') return undefined
    if (word === key)
      return {
        place: `${path}:${index + 1}`,
        value: value
          .replace(/\s+#.*$/, '')
          .replace(/^"(.*)"$/, '$1')
          .trim(),
      }
    if (word !== 'include') continue
    for (const pattern of value.trim().split(/\s+/)) {
      const found = included(root, pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`, key, depth - 1)
      if (found) return found
    }
  }
  return undefined
}

function included(root: ContainerRoot, pattern: string, key: string, depth: number): Found {
  const paths = root.glob(pattern)
  if (paths.kind === 'unreadable') return { problem: { kind: 'unreadable', place: pattern, reason: paths.reason } }
  for (const path of paths.kind === 'found' ? paths.value : []) {
    const found = search(root, path, key, depth)
    if (found) return found
  }
  return undefined
}
