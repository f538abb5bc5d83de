// Facts of passwd(5) and shadow(5). Names of accounts are shown, never a hash.
import type { Reading } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'

const SHELLS_THAT_REFUSE = /\/(nologin|false|sync|shutdown|halt)$/
/** login.defs(5): ordinary accounts begin here. */
const FIRST_ORDINARY = 1000

export function readAccounts(root: ContainerRoot, what: string): Reading {
  const path = what === 'empty-passwords' ? '/etc/shadow' : '/etc/passwd'
  const text = root.read(path)
  if (text.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: text.reason }
  if (text.kind === 'absent') return { kind: 'absent', source: 'file', place: path }
  const lines = text.value
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length > 1)
  return { kind: 'value', source: 'file', place: path, value: namesOf(what, lines) }
}

function namesOf(what: string, lines: readonly (readonly string[])[]): string[] {
  const name = ([first = '']: readonly string[]) => first
  switch (what) {
    case 'uid0':
      return lines.filter((fields) => fields[2] === '0').map(name)
    case 'empty-passwords':
      return lines.filter((fields) => fields[1] === '').map(name)
    case 'duplicate-uids':
      return lines.filter((fields, index) => lines.findIndex((one) => one[2] === fields[2]) !== index).map(name)
    case 'system-shells':
      return lines
        .filter(
          ([first, , uid, , , , shell = '']) =>
            first !== 'root' && Number(uid) < FIRST_ORDINARY && !SHELLS_THAT_REFUSE.test(shell),
        )
        .map(name)
    default:
      throw new Error(`accounts:${what} is not known`)
  }
}
