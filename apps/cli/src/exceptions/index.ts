// What the user says of findings before they are printed, and what became of it.
import { existsSync } from 'node:fs'
import { escapeForTerminal, unwrap } from '@yagura/kernel'
import type { Statement } from '@yagura/match'
import type { ScanReport } from '@yagura/schema'

const DEFAULT_FILE = '.yagura.yaml'

export interface StatementOptions {
  readonly vex?: readonly string[]
  readonly config?: string
}

export async function readStatements({ vex = [], config }: StatementOptions): Promise<Statement[]> {
  return [...(await exceptions(config)), ...(vex.length > 0 ? await statements(vex) : [])]
}

async function statements(paths: readonly string[]): Promise<Statement[]> {
  const [{ readVexDocument }, { vexStatement }] = await Promise.all([
    import('@yagura/advisories'),
    import('@yagura/match'),
  ])
  const documents = await Promise.all(paths.map(async (path) => unwrap(await readVexDocument(path))))
  return documents.flat().flatMap((said) => vexStatement(said) ?? [])
}

/** Without a name, those of this folder where there are any. The parser is loaded only then. */
async function exceptions(named: string | undefined): Promise<Statement[]> {
  if (named === undefined && !existsSync(DEFAULT_FILE)) return []
  const { readExceptions } = await import('./read.ts')
  return readExceptions(named ?? DEFAULT_FILE)
}

/** One line each on standard error: what expired has no effect, and what matches nothing may hide something later. */
export function warnUnused({ exceptions }: Pick<ScanReport, 'exceptions'>): void {
  for (const { kind, source, line, vulnerability, scope, expires, problem } of exceptions.unused) {
    const what = kind === 'exception' ? 'the exception' : 'the VEX statement'
    const where = line === null ? source : `${source}, line ${line}`
    const about = scope === '' ? vulnerability : `${vulnerability} in ${scope}`
    const said = problem === 'expired' ? `expired on ${expires} and has no effect` : 'matches nothing'
    process.stderr.write(`yagura: ${escapeForTerminal(`${where}: ${what} for ${about} ${said}`)}.\n`)
  }
}
