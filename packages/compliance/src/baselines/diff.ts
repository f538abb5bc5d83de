// From one version of a baseline to another, and from one run of checks to the next: only what changed.
import type { Baseline, CheckResult } from '@yagura/schema'

export interface BaselineChange {
  readonly check: string
  readonly kind: 'added' | 'removed' | 'expected' | 'override'
  readonly before: unknown
  readonly after: unknown
}

export function diffBaselines(before: Baseline, after: Baseline): BaselineChange[] {
  const changes: BaselineChange[] = []
  for (const check of after.checks)
    if (!before.checks.includes(check)) changes.push({ check, kind: 'added', before: null, after: check })
  for (const check of before.checks)
    if (!after.checks.includes(check)) changes.push({ check, kind: 'removed', before: check, after: null })
  for (const check of new Set([...Object.keys(before.expected), ...Object.keys(after.expected)])) {
    const [old, now] = [before.expected[check] ?? null, after.expected[check] ?? null]
    if (JSON.stringify(old) !== JSON.stringify(now)) changes.push({ check, kind: 'expected', before: old, after: now })
  }
  const key = (one: Baseline['overrides'][number]) => `${one.check} ${one.resource ?? '*'}`
  for (const name of new Set([...before.overrides, ...after.overrides].map(key))) {
    const [old, now] = [before, after].map((side) => side.overrides.find((one) => key(one) === name) ?? null)
    if (JSON.stringify(old) !== JSON.stringify(now))
      changes.push({ check: name.split(' ')[0] ?? name, kind: 'override', before: old ?? null, after: now ?? null })
  }
  return changes
}

export interface Transition {
  readonly check: string
  readonly resource: string
  readonly assetKey: string | null
  readonly from: CheckResult['verdict'] | null
  readonly to: CheckResult['verdict']
  readonly at: string
}

/**
 * What turned since each check was last judged: `before` holds those results. A check that could not be judged this once is no transition to fail, and back again no recovery:
 * `error` keeps the verdict before it. Things seen for the first time are a transition only when they fail.
 */
export function transitions(before: readonly CheckResult[], after: readonly CheckResult[]): Transition[] {
  const last = new Map(before.map((result) => [keyOf(result), result]))
  return after.flatMap((result): Transition[] => {
    const old = last.get(keyOf(result))?.verdict ?? null
    if (result.verdict === 'error' || old === result.verdict) return []
    if (old === null && result.verdict !== 'fail') return []
    const { check, resource, assetKey, observedAt } = result
    return [{ check, resource, assetKey, from: old, to: result.verdict, at: observedAt }]
  })
}

function keyOf({ check, resource, assetKey }: CheckResult): string {
  return JSON.stringify([check, assetKey, resource])
}
