// The OSV records of YAGURA_DATA as they are, without any code of ours that interprets them: what both scanners are fed with.
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { openZip } from '@yagura/safe-io'

export interface OsvRecord {
  readonly id: string
  readonly withdrawn?: string
  readonly summary?: string
  readonly aliases?: readonly string[]
  readonly upstream?: readonly string[]
  readonly related?: readonly string[]
  readonly affected?: readonly OsvAffected[]
}

export interface OsvAffected {
  readonly package: { readonly ecosystem: string; readonly name: string }
  readonly ranges?: readonly { readonly type: string; readonly events: readonly OsvEvent[] }[]
  readonly versions?: readonly string[]
}

export interface OsvEvent {
  readonly introduced?: string
  readonly fixed?: string
  readonly last_affected?: string
}

const LIMITS = { archiveEntries: 200_000, entryBytes: 64 * 1024 * 1024, totalBytes: 8 * 1024 * 1024 * 1024 }

export async function readOsv(data: string, ecosystem: string): Promise<OsvRecord[]> {
  await using archive = unwrap(await openZip(join(data, 'osv', ecosystem, 'all.zip'), LIMITS))
  const records: OsvRecord[] = []
  for (const entry of archive.entries)
    if (entry.name.endsWith('.json'))
      records.push(JSON.parse(unwrap(await archive.read(entry)).toString('utf8')) as OsvRecord)
  return records
}
