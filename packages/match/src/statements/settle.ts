// Findings that an exception or a statement settles are set apart, with status and reason. What matches nothing and what has
// expired is told: an exception that nobody needs any more hides the next finding of its name.
import type { ExceptionUse, ScanReport, Suppression, VulnerabilityFinding } from '@yagura/schema'
import type { PackageFinding } from '../match.ts'
import { fits, type Scene } from './fits.ts'
import type { Statement } from './statement.ts'

/** `finding.status` says not-affected or fixed where a statement says so. */
export interface SuppressedPackageFinding extends PackageFinding {
  readonly suppression: Suppression
}

export interface Settled {
  /** In the order they came in. */
  readonly findings: PackageFinding[]
  readonly suppressed: SuppressedPackageFinding[]
  readonly exceptions: ScanReport['exceptions']
}

export interface Given {
  /** Of the user: each should be of use. */
  readonly statements: readonly Statement[]
  /** Of the advisory database: most are about other software. */
  readonly published: readonly Statement[]
  /** YYYY-MM-DD in UTC: today. */
  readonly day: string
  /** Statements that were of use elsewhere. */
  readonly used?: ReadonlySet<Statement>
}

export function settle(found: readonly PackageFinding[], scene: Scene, given: Given): Settled {
  const { statements, published, day } = given
  const expired = new Set(statements.filter(({ expires }) => expires !== null && expires < day))
  const byName = indexByName([...statements.filter((statement) => !expired.has(statement)), ...published])
  const used = new Set(given.used)
  const findings: PackageFinding[] = []
  const suppressed: SuppressedPackageFinding[] = []
  for (const one of found) {
    const names = [one.finding.id, ...one.finding.aliases]
    const applying = [...new Set(names.flatMap((name) => byName.get(name) ?? []))].filter(
      ({ products }) => products.length === 0 || products.some((product) => fits(product, one.package, scene)),
    )
    for (const statement of applying) used.add(statement)
    const decisive = decide(applying)
    if (!decisive || !isOpen(one.finding)) findings.push(one)
    else suppressed.push(suppress(one, decisive))
  }
  const unused = statements.flatMap((statement): ScanReport['exceptions']['unused'] => {
    if (expired.has(statement)) return [{ ...describe(statement), problem: 'expired' }]
    return used.has(statement) ? [] : [{ ...describe(statement), problem: 'matches-nothing' }]
  })
  return { findings, suppressed, exceptions: { used: [...used].map(describe), unused } }
}

function indexByName(statements: readonly Statement[]): Map<string, Statement[]> {
  const byName = new Map<string, Statement[]>()
  for (const statement of statements)
    for (const name of statement.vulnerabilities) {
      const known = byName.get(name)
      if (known) known.push(statement)
      else byName.set(name, [statement])
    }
  return byName
}

const CAUTION = { affected: 0, 'under-investigation': 1, fixed: 2, 'not-affected': 3, accepted: 4 } as const

/** The own team decides; else the newest statement does, and of the same time the one that asks for more caution. */
function decide(applying: readonly Statement[]): Statement | undefined {
  const exception = applying.find(({ kind }) => kind === 'exception')
  if (exception) return exception
  const [newest] = applying.toSorted(
    (a, b) => compare(b.statedAt ?? '', a.statedAt ?? '') || CAUTION[a.verdict] - CAUTION[b.verdict],
  )
  return newest && (newest.verdict === 'not-affected' || newest.verdict === 'fixed') ? newest : undefined
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isOpen({ status }: VulnerabilityFinding): boolean {
  return status === 'affected' || status === 'undetermined'
}

function suppress(one: PackageFinding, statement: Statement): SuppressedPackageFinding {
  const { verdict } = statement
  const status = verdict === 'not-affected' || verdict === 'fixed' ? verdict : one.finding.status
  return { ...one, finding: { ...one.finding, status }, suppression: suppressionOf(statement) }
}

export function suppressionOf({ kind, source, line, reason, expires }: Statement): Suppression {
  return { kind, source, line, reason, expires }
}

function describe({ kind, source, line, reason, expires, vulnerabilities, products }: Statement): ExceptionUse {
  const scope = products.map(({ package: name, id, path, parts }) =>
    [name, id, path, parts && parts.length > 0 ? `parts ${parts.join(' ')}` : undefined].filter(Boolean).join(' '),
  )
  const vulnerability = vulnerabilities[0] ?? ''
  return { kind, source, line, reason, expires, vulnerability, scope: scope.join(', ').slice(0, 16_384) }
}
