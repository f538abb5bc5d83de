// A folder in the layout of OSV's public bucket: <ecosystem>/all.zip, one JSON record a file.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result, type YaguraError } from '@yagura/kernel'
import { fileError, openZip } from '@yagura/safe-io'
import { parseAs } from '../shared/parse.ts'
import { type OsvRecord, osvRecord } from './schema.ts'

const MiB = 1024 * 1024
const zipLimits = { archiveEntries: 2_000_000, entryBytes: 64 * MiB, totalBytes: 32 * 1024 * MiB }

/** Folders below `from` that hold an all.zip, in order of their names. Errors: INPUT_NOT_FOUND, PERMISSION. */
export async function findOsvSources(from: string): Promise<Result<string[], YaguraError>> {
  try {
    const found: string[] = []
    for (const name of await readdir(from)) {
      const archive = await stat(join(from, name, 'all.zip')).catch(() => undefined)
      if (archive?.isFile()) found.push(name)
    }
    return ok(found.sort())
  } catch (error) {
    return err(fileError(error, from))
  }
}

export type OsvItem =
  | { readonly kind: 'record'; readonly record: OsvRecord; readonly done: number; readonly total: number }
  | { readonly kind: 'rejected'; readonly file: string; readonly reason: string }

/** Every record of one all.zip, in the order in which they lie there, which is read fastest. A bad record is an item; a bad archive throws, for then nobody knows what is missing. */
export async function* readOsvSource(from: string, name: string): AsyncGenerator<OsvItem> {
  const opened = await openZip(join(from, name, 'all.zip'), zipLimits)
  if (!opened.ok) throw opened.error
  await using archive = opened.value
  const entries = archive.entries
    .filter((entry) => entry.name.endsWith('.json'))
    .toSorted((a, b) => a.offsetBytes - b.offsetBytes)
  for (const [i, entry] of entries.entries()) {
    const bytes = await archive.read(entry)
    const record = bytes.ok ? parseAs(osvRecord, bytes.value, entry.name, 'an OSV record') : bytes
    if (record.ok) yield { kind: 'record', record: record.value, done: i + 1, total: entries.length }
    else yield { kind: 'rejected', file: `${name}/${entry.name}`, reason: record.error.message }
  }
}
