// A proposal from the fleet: what most of it does already, where that is safe, and what is safe, where it is not; with how many fail.
import type { Baseline, CheckResult } from '@yagura/schema'

export interface ProposedCheck {
  readonly check: string
  /** The value to expect; undefined: what the check itself expects. */
  readonly expected?: unknown
  readonly resources: number
  readonly failing: number
  /** Could not be judged anywhere: not proposed, but told. */
  readonly unjudged: number
  readonly reason: 'all-pass' | 'most-pass' | 'safe-value' | 'cannot-be-judged'
}

export interface Proposal {
  readonly baseline: Baseline
  readonly checks: readonly ProposedCheck[]
}

export interface ProposeOptions {
  readonly name: string
  readonly layer: Baseline['layer']
  readonly parents: readonly string[]
}

/** Deterministic: the order of results does not matter. */
export function proposeBaseline(results: readonly CheckResult[], { name, layer, parents }: ProposeOptions): Proposal {
  const byCheck = Map.groupBy(results, (result) => result.check)
  const checks = [...byCheck.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([check, all]): ProposedCheck[] => {
      const passing = all.filter(({ verdict }) => verdict === 'pass').length
      const failing = all.filter(({ verdict }) => verdict === 'fail').length
      const unjudged = all.filter(({ verdict }) => verdict === 'error' || verdict === 'manual').length
      if (passing + failing === 0) {
        return unjudged === 0 ? [] : [{ check, resources: all.length, failing, unjudged, reason: 'cannot-be-judged' }]
      }
      const stricter = commonValue(all)
      const reason = failing === 0 ? 'all-pass' : passing > failing ? 'most-pass' : 'safe-value'
      return [
        {
          check,
          resources: all.length,
          failing,
          unjudged,
          reason,
          ...(stricter === undefined ? {} : { expected: stricter }),
        },
      ]
    })
  const included = checks.filter(({ reason }) => reason !== 'cannot-be-judged')
  return {
    checks,
    baseline: {
      name,
      version: 1,
      extends: [...parents],
      layer,
      selector: null,
      checks: included.map(({ check }) => check),
      expected: Object.fromEntries(
        included.flatMap(({ check, expected }) => (expected === undefined ? [] : [[check, expected] as const])),
      ),
      overrides: [],
      adoptedBy: null,
      adoptedAt: null,
    },
  }
}

const COMMON_SHARE = 0.9
const COMMON_LEAST = 3
const NAMES_A_VALUE = new Set(['eq', 'in', 'ge', 'le', 'mode_le', 'count_le'])

/**
 * The one value that nearly the whole fleet has, where every holder of it passes: then a deviation from it is news although it may
 * pass the check as it stands. Undefined where there is no such value.
 */
function commonValue(results: readonly CheckResult[]): string | undefined {
  const judged = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')
  // Of what must not be (`ne`, `hasnot`) or must only fit a pattern, the common value would say the opposite or too much.
  if (!judged.every(({ expects }) => expects !== undefined && NAMES_A_VALUE.has(expects.op))) return undefined
  const values = Map.groupBy(judged, ({ evidence }) => evidence.at(-1)?.value ?? undefined)
  for (const [value, holders] of values) {
    if (value === undefined || value.includes('not shown')) continue
    if (holders.length < COMMON_LEAST || holders.length / judged.length < COMMON_SHARE) continue
    if (holders.every(({ verdict }) => verdict === 'pass')) return value
  }
  return undefined
}
