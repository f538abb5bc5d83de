// A folder in the layout of OSV's public bucket: <ecosystem>/all.zip, one JSON record a file.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultLimits, err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { fileError, openZip, parseJson } from '@yagura/safe-io'
import { z } from 'zod'
import { type OsvRecord, osvRecord } from './schema.ts'

const MiB = 1024 * 1024
const zipLimits = { archiveEntries: 2_000_000, entryBytes: 64 * MiB, totalBytes: 32 * 1024 * MiB }

/** Folders below `from` that hold an all.zip, in order of their names. */
export async function findOsvSources(from: string): Promise<Result<string[], YaguraError>> {
  try {
    const found: string[] = []
    for (const name of await readdir(from)) {
      const archive = await stat(join(from, name, 'all.zip')).catch(() => undefined)
      if (archive?.isFile()) found.push(name)
    }
    if (found.length > 0) return ok(found.sort())
    return err(
      new YaguraError('INPUT_NOT_FOUND', `${from} holds no advisories.`, {
        hint: 'It should hold one folder for each ecosystem with a file all.zip in it, as OSV publishes them.',
      }),
    )
  } catch (error) {
    return err(fileError(error, from))
  }
}

export type OsvItem =
  | { readonly kind: 'record'; readonly record: OsvRecord; readonly done: number; readonly total: number }
  | { readonly kind: 'rejected'; readonly file: string; readonly reason: string }

/** Every record of one all.zip, by name. A bad record is an item; a bad archive throws, for then nobody knows what is missing. */
export async function* readOsvSource(from: string, name: string): AsyncGenerator<OsvItem> {
  const opened = await openZip(join(from, name, 'all.zip'), zipLimits)
  if (!opened.ok) throw opened.error
  await using archive = opened.value
  const entries = archive.entries
    .filter((entry) => entry.name.endsWith('.json'))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  for (const [i, entry] of entries.entries()) {
    const bytes = await archive.read(entry)
    const record = bytes.ok ? parseRecord(bytes.value, entry.name) : bytes
    if (record.ok) yield { kind: 'record', record: record.value, done: i + 1, total: entries.length }
    else yield { kind: 'rejected', file: `${name}/${entry.name}`, reason: record.error.message }
  }
}

function parseRecord(bytes: Uint8Array, file: string): Result<OsvRecord, YaguraError> {
  const json = parseJson(bytes, defaultLimits, file)
  if (!json.ok) return json
  try {
    return ok(osvRecord.parse(json.value))
  } catch (error) {
    if (!(error instanceof z.ZodError)) return err(toYaguraError(error))
    const issue = error.issues[0]
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
    return err(
      new YaguraError('INPUT_INVALID', `${file} is not an OSV record: ${where}${issue?.message ?? 'invalid'}.`),
    )
  }
}
