// What a database holds, for people.
import type { AdvisoryDatabaseInfo } from '@yagura/advisories'
import { escapeForTerminal } from '@yagura/kernel'
import { formatTable } from '../../terminal/table.ts'

const COLUMNS = [
  { title: 'SOURCE' },
  { title: 'ADVISORIES' },
  { title: 'WITHDRAWN' },
  { title: 'UNREADABLE' },
  { title: 'NEWEST' },
]

export function describe(path: string, info: AdvisoryDatabaseInfo): string {
  const rows = info.sources.map(({ name, advisories, withdrawn, rejected, newestAt }) =>
    [
      escapeForTerminal(name),
      String(advisories),
      String(withdrawn),
      String(rejected),
      newestAt?.slice(0, 10) ?? 'unknown',
    ].map((text) => ({ text })),
  )
  const total = info.sources.reduce((sum, source) => sum + source.advisories, 0)
  const megabytes = (info.sizeBytes / 1_000_000).toFixed(1)
  return [
    ...formatTable(COLUMNS, rows, undefined),
    '',
    escapeForTerminal(
      `${path}: ${total} advisories in ${megabytes} MB, built at ${info.builtAt}, format ${info.formatVersion}.`,
    ),
    `sha256 ${info.sha256}`,
    '',
  ].join('\n')
}
