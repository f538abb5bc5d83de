// Compares two databases, and writes the delta that leads from one to the other.
import { writeFileSync } from 'node:fs'
import type { DatabaseDifference } from '@yagura/advisories/delta'
import { diffAdvisoryDatabases, makeDelta, readSigningKey } from '@yagura/advisories/delta'
import { escapeForTerminal, unwrap, YaguraError } from '@yagura/kernel'
import { formatTable } from '../../terminal/table.ts'
import type { Format } from './index.ts'

export interface DiffOptions {
  readonly out?: string
  readonly key?: string
  readonly format: Format
}

interface WrittenDelta {
  readonly path: string
  readonly sizeBytes: number
  readonly isSigned: boolean
}

export async function diff(before: string, after: string, { out, key, format }: DiffOptions): Promise<void> {
  if (out === undefined) {
    if (key !== undefined) throw new YaguraError('USAGE', '--key signs a delta, so --out has to say where to write it.')
    print(unwrap(diffAdvisoryDatabases(before, after)), undefined, format)
    return
  }
  const signingKey = key === undefined ? undefined : unwrap(await readSigningKey(key))
  const { difference, bytes } = unwrap(makeDelta(before, after, signingKey))
  write(out, bytes)
  if (!signingKey)
    process.stderr.write('yagura: the delta is not signed, so nobody will apply it; sign it with --key.\n')
  if (difference.after.builtAt < difference.before.builtAt)
    process.stderr.write('yagura: the delta leads to an older database, so nobody will apply it.\n')
  print(difference, { path: out, sizeBytes: bytes.length, isSigned: signingKey !== undefined }, format)
}

function write(path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes)
  } catch (cause) {
    throw new YaguraError('PERMISSION', `${path} cannot be written.`, { cause })
  }
}

const COLUMNS = [{ title: 'TABLE' }, { title: 'ADDED' }, { title: 'REMOVED' }, { title: 'CHANGED' }]
const SIGNS = { added: '+', removed: '-', changed: '~' } as const
const MAX_SHOWN = 20

function print(difference: DatabaseDifference, delta: WrittenDelta | undefined, format: Format): void {
  process.stdout.write(format === 'json' ? toJson(difference, delta) : toTable(difference, delta))
}

function toJson(
  { before, after, tables, advisories, packages }: DatabaseDifference,
  delta: WrittenDelta | undefined,
): string {
  const state = ({ sha256, builtAt, sizeBytes }: typeof before) => ({ sha256, builtAt, sizeBytes })
  const document = { before: state(before), after: state(after), tables, advisories, packages, delta: delta ?? null }
  return `${JSON.stringify(document, null, 2)}\n`
}

function toTable({ before, after, tables, advisories }: DatabaseDifference, delta: WrittenDelta | undefined): string {
  const rows = tables
    .filter(({ added, removed, changed }) => added + removed + changed > 0)
    .map(({ table, added, removed, changed }) =>
      [table, added, removed, changed].map((value) => ({ text: String(value) })),
    )
  const named = (['added', 'removed', 'changed'] as const).flatMap((kind) =>
    advisories[kind].map((id) => `${SIGNS[kind]} ${escapeForTerminal(id)}`),
  )
  const hidden = named.length - MAX_SHOWN
  const lines = [
    ...(rows.length > 0 ? formatTable(COLUMNS, rows, undefined) : ['The two databases hold the same.']),
    '',
    ...named.slice(0, MAX_SHOWN),
    ...(hidden > 0 ? [`… and ${hidden} more advisories (all of them with --format json)`] : []),
    ...(named.length > 0 ? [''] : []),
    `old: built at ${before.builtAt}, sha256 ${before.sha256}`,
    `new: built at ${after.builtAt}, sha256 ${after.sha256}`,
  ]
  if (delta)
    lines.push(
      `${escapeForTerminal(delta.path)}: ${delta.sizeBytes} bytes, ${delta.isSigned ? 'signed' : 'not signed'}.`,
    )
  return `${lines.join('\n')}\n`
}
