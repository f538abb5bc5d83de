// Says of one vulnerability, package by package, what the advisories say; where none names a package, what was looked at.
import { type AdvisoryDatabase, openAdvisoryDatabase } from '@yagura/advisories'
import { unwrap } from '@yagura/kernel'
import { explain as explainMatch, publishedStatements, settle } from '@yagura/match'
import { databasePath } from '../../database-path.ts'
import { readStatements, type StatementOptions } from '../../exceptions/index.ts'
import { type ExtractOptions, extract } from '../scan/scan.ts'
import { scopeOf } from '../scan/scope.ts'
import { type Explained, toText } from './text.ts'

export interface ExplainOptions extends ExtractOptions, StatementOptions {
  readonly db?: string
  readonly json?: boolean
}

export async function explain(target: string, vulnerability: string, options: ExplainOptions): Promise<void> {
  const database = unwrap(openAdvisoryDatabase(databasePath(options.db)))
  try {
    const explained = await gather(target, vulnerability, database, options)
    process.stdout.write(options.json ? `${JSON.stringify(explained, null, 2)}\n` : toText(explained))
  } finally {
    database.close()
  }
}

async function gather(
  target: string,
  vulnerability: string,
  database: AdvisoryDatabase,
  options: ExplainOptions,
): Promise<Explained> {
  const statements = await readStatements(options)
  const extracted = await extract(target, options)
  const { operatingSystem, packages, scannedAt } = extracted
  const input = { operatingSystem, packages, scope: scopeOf(extracted), observedAt: scannedAt }
  const { names, verdicts, feeds, coverageGaps } = explainMatch(input, database, vulnerability)
  const found = verdicts.map((verdict) => verdict.found)
  const published = publishedStatements(found, database)
  return {
    target,
    vulnerability,
    names: names.filter((name) => name !== vulnerability),
    severity: names.map((name) => database.severityOf(name)).find((severity) => severity !== 'unknown') ?? 'unknown',
    packages: packages.length,
    verdicts: verdicts.map(({ found: one, judgedBy }) => {
      const settled = settle([one], extracted, { statements, published, day: scannedAt.slice(0, 10) })
      const [suppressed] = settled.suppressed
      return {
        ...(suppressed ?? one).finding,
        judgedBy: judgedBy ?? null,
        suppression: suppressed?.suppression ?? null,
      }
    }),
    feeds: [...feeds],
    coverageGaps: [...extracted.coverageGaps, ...coverageGaps],
  }
}
