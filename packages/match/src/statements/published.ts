// What the feeds of the advisory database state about the vulnerabilities that were found.
import type { AdvisoryDatabase } from '@yagura/advisories'
import type { PackageFinding } from '../match.ts'
import type { Statement } from './statement.ts'
import { vexStatement } from './vex.ts'

/** A statement about everything is not theirs to make. */
export function publishedStatements(
  findings: readonly PackageFinding[],
  database: Pick<AdvisoryDatabase, 'vexStatements'> | undefined,
): Statement[] {
  const names = new Set(findings.flatMap(({ finding }) => [finding.id, ...finding.aliases]))
  const said = new Set([...names].flatMap((vulnerability) => database?.vexStatements({ vulnerability }) ?? []))
  return [...said].flatMap((one) => vexStatement(one) ?? []).filter(({ products }) => products.length > 0)
}
