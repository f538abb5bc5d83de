// What a database holds, for people and for programs.
import { type AdvisoryDatabaseInfo, STALE_AFTER_DAYS, staleFeeds } from '@yagura/advisories'
import { escapeForTerminal } from '@yagura/kernel'
import { formatTable } from '../../terminal/table.ts'

const SOURCE_COLUMNS = [
  { title: 'SOURCE' },
  { title: 'ADVISORIES' },
  { title: 'WITHDRAWN' },
  { title: 'UNREADABLE' },
  { title: 'COMMIT RANGES' },
  { title: 'NEWEST' },
]
const FEED_COLUMNS = [{ title: 'FEED' }, { title: 'RECORDS' }, { title: 'UNREADABLE' }, { title: 'NEWEST' }]

export function describe(path: string, info: AdvisoryDatabaseInfo, nowMs: number): string {
  const total = info.sources.reduce((sum, source) => sum + source.advisories, 0)
  const megabytes = (info.sizeBytes / 1_000_000).toFixed(1)
  return [
    ...sourceTable(info),
    ...feedTable(info),
    ...staleLines(info, nowMs),
    escapeForTerminal(
      `${path}: ${total} advisories in ${megabytes} MB, built at ${info.builtAt}, format ${info.formatVersion}.`,
    ),
    `sha256 ${info.sha256}`,
    '',
  ].join('\n')
}

export function infoJson(info: AdvisoryDatabaseInfo, nowMs: number): string {
  return `${JSON.stringify({ ...info, staleFeeds: staleFeeds(info, nowMs) }, null, 2)}\n`
}

function sourceTable({ sources }: AdvisoryDatabaseInfo): string[] {
  if (sources.length === 0) return []
  const rows = sources.map(({ name, advisories, withdrawn, rejected, gitRanges, newestAt }) =>
    cells(name, advisories, withdrawn, rejected, gitRanges, day(newestAt)),
  )
  return [...formatTable(SOURCE_COLUMNS, rows, undefined), '']
}

/** OSV has a table of its own. */
function feedTable({ feeds }: AdvisoryDatabaseInfo): string[] {
  const found = feeds.filter(({ name, isFound }) => isFound && name !== 'osv')
  const missing = feeds.filter(({ isFound }) => !isFound).map(({ name }) => name)
  const rows = found.map(({ name, records, rejected, newestAt }) => cells(name, records, rejected, day(newestAt)))
  return [
    ...(rows.length > 0 ? [...formatTable(FEED_COLUMNS, rows, undefined), ''] : []),
    ...(missing.length > 0 ? [`Not found: ${missing.join(', ')}.`, ''] : []),
  ]
}

function staleLines(info: AdvisoryDatabaseInfo, nowMs: number): string[] {
  const stale = staleFeeds(info, nowMs)
  if (stale.length === 0) return []
  const names = stale.map(({ name, ageDays }) => escapeForTerminal(`${name} (${ageDays} days)`))
  return [`! The newest record is older than ${STALE_AFTER_DAYS} days: ${names.join(', ')}.`, '']
}

function cells(...values: readonly (string | number)[]): { readonly text: string }[] {
  return values.map((value) => ({ text: escapeForTerminal(String(value)) }))
}

function day(instant: string | null): string {
  return instant?.slice(0, 10) ?? 'unknown'
}
