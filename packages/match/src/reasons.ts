// Why: one clause for each cause, with the advisories that give it.
import type { Cause, NoCause } from '@yagura/versions'
import type { Subject } from './ecosystems/ecosystem.ts'
import type { Judged } from './vulnerabilities.ts'

const MAX_REASONS = 3

/** “openssl 1.1.1k is older than 1.1.1n, where it is fixed (DSA-1-1).” */
export function sentence(judged: readonly Judged[], subject: Subject): string {
  const advisories = new Map<string, string[]>()
  for (const { advisory, verdict } of judged) {
    const clause = clauseOf(verdict, subject)
    advisories.set(clause, [...(advisories.get(clause) ?? []), advisory.id])
  }
  const clauses = [...advisories].map(([clause, ids]) => `${clause} (${[...new Set(ids)].join(', ')})`)
  return `${subject.name} ${subject.version} ${clauses.slice(0, MAX_REASONS).join(', and ')}.`
}

function clauseOf(verdict: Judged['verdict'], subject: Subject): string {
  if (verdict.kind === 'affected') return causeClause(verdict.cause)
  if (verdict.kind === 'not-affected') return noCauseClause(verdict.cause)
  if (verdict.unreadable === subject.version) return 'could not be checked because its version cannot be read'
  return `could not be checked because the advisory names the version “${verdict.unreadable}”, which cannot be read`
}

function causeClause(cause: Cause): string {
  if (cause.kind === 'before-fix') return `is older than ${cause.version}, where it is fixed`
  if (cause.kind === 'up-to') return `is not newer than ${cause.version}, the last affected version`
  if (cause.kind === 'listed') return 'is listed as affected'
  return 'is affected and no fixed version is known'
}

function noCauseClause(cause: NoCause): string {
  if (cause.kind === 'fixed') return `is not older than ${cause.version}, where it is fixed`
  if (cause.kind === 'after-last') return `is newer than ${cause.version}, the last affected version`
  if (cause.kind === 'before-first') return `is older than ${cause.version}, the first affected version`
  if (cause.kind === 'never') return 'was never affected, as its vendor says'
  return 'is not among the affected versions'
}
