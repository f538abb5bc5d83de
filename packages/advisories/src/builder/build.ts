// Builds the advisory database out of a folder of feeds, and puts it in place in one step.
import { readdir } from 'node:fs/promises'
import type { Result, YaguraError } from '@yagura/kernel'
import { err, YaguraError as KnownError, ok, toYaguraError } from '@yagura/kernel'
import { fileError } from '@yagura/safe-io'
import { feeds } from '../../generated/feeds.ts'
import { FORMAT_VERSION } from '../database/format.ts'
import type { AdvisoryDatabaseInfo, AdvisoryFeed, DatabaseMeta } from '../database/meta.ts'
import { replaceFile } from '../database/replace.ts'
import { packTable, sortRecords } from '../database/table-write.ts'
import { TABLE_NAMES, TABLES, type TableName } from '../database/tables.ts'
import { assembleDatabase } from '../database/write.ts'
import type { FeedContext, FeedReport } from '../sources/feed.ts'
import type { BuildOptions } from './options.ts'

/** Errors: INPUT_* where `from` or a feed in it cannot be read, PERMISSION where `out` cannot be written. */
export async function build(options: BuildOptions): Promise<Result<AdvisoryDatabaseInfo, YaguraError>> {
  try {
    await readdir(options.from)
  } catch (error) {
    return err(fileError(error, options.from))
  }
  try {
    const records = new Map(TABLE_NAMES.map((name) => [name, new Map<string, string>()] as const))
    const reports = await readFeeds(options, records)
    if (reports.every(({ report }) => !report)) return err(nothingFound(options.from))
    const meta = describe(reports)
    const tables = TABLE_NAMES.map((name) => packTable(name, sortRecords(records.get(name) ?? new Map()), TABLES[name]))
    const builtAtMs = options.clock.nowMs()
    const { pieces, sha256, sizeBytes } = assembleDatabase(meta, tables, builtAtMs)
    await replaceFile(options.out, pieces)
    const builtAt = new Date(builtAtMs).toISOString()
    return ok({ formatVersion: FORMAT_VERSION, builtAt, sha256, sizeBytes, sources: meta.sources, feeds: meta.feeds })
  } catch (error) {
    return err(toYaguraError(error))
  }
}

interface NamedReport {
  readonly name: string
  readonly report: FeedReport | undefined
}

async function readFeeds(
  { from, onProgress = () => {}, onRejected = () => {} }: BuildOptions,
  records: ReadonlyMap<TableName, Map<string, string>>,
): Promise<NamedReport[]> {
  const putText = (table: TableName, key: string, json: string) => {
    records.get(table)?.set(key.toWellFormed(), json)
  }
  const put = (table: TableName, key: string, value: unknown) => putText(table, key, JSON.stringify(value))
  const context: FeedContext = { from, put, putText, onProgress, onRejected }
  const reports: NamedReport[] = []
  for (const feed of feeds) reports.push({ name: feed.name, report: await feed.read(context) })
  return reports
}

function describe(reports: readonly NamedReport[]): DatabaseMeta {
  const found = reports.flatMap(({ report }) => report ?? [])
  return {
    sources: found.flatMap(({ sources }) => sources ?? []),
    feeds: reports.map(
      ({ name, report }): AdvisoryFeed => ({
        name,
        records: report?.records ?? 0,
        rejected: report?.rejected ?? 0,
        newestAt: report?.newestAt ?? null,
        isFound: report !== undefined,
      }),
    ),
    ecosystems: found.flatMap(({ ecosystems }) => ecosystems ?? []),
  }
}

function nothingFound(from: string): YaguraError {
  const places = feeds.map(({ layout }) => layout).join('; ')
  return new KnownError('INPUT_NOT_FOUND', `${from} holds no advisories.`, {
    hint: `It should hold at least one of: ${places}.`,
  })
}
