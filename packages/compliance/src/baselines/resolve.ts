// A baseline in layers: standard → company → cluster → application. The later layer wins; an override has a reason, an owner and an
// end, and one that has ended is as if it were not there, and is told.
import { compileGlob } from '@yagura/lang'
import type { Baseline, BaselineOverride, CheckResult } from '@yagura/schema'

export interface ResolvedBaseline {
  readonly name: string
  readonly layers: readonly string[]
  has(check: string): boolean
  /** check → value chosen for the company. */
  readonly expected: ReadonlyMap<string, unknown>
  /** The override that settles this check of this resource, if any. */
  overrideOf(check: string, resource: string): BaselineOverride | undefined
  /** What is wrong with the layers: unknown parents, rings, overrides that have ended or that lack a reason. */
  readonly problems: readonly string[]
}

/** `today`: YYYY-MM-DD. */
export function resolveBaseline(name: string, all: readonly Baseline[], today: string): ResolvedBaseline {
  const problems: string[] = []
  const layers = layersOf(name, all, problems)
  const patterns = layers.flatMap((layer) => layer.checks).map(compileGlob)
  const expected = new Map(layers.flatMap((layer) => Object.entries(layer.expected)))
  const overrides = layers
    .flatMap((layer) => layer.overrides.map((override) => ({ layer: layer.name, override })))
    .filter(({ layer, override }) => stands(layer, override, today, problems))
    .map(({ override }) => ({
      override,
      fits: compileGlob(override.check),
      ofResource: override.resource === null ? () => true : compileGlob(override.resource),
    }))
    .toReversed()
  for (const { override } of overrides.toReversed())
    if (override.action === 'expect' && override.resource === null) expected.set(override.check, override.expect)
  return {
    name,
    layers: layers.map((layer) => layer.name),
    has: (check) => patterns.some((fits) => fits(check)),
    expected,
    overrideOf: (check, resource) =>
      overrides.find(({ fits, ofResource }) => fits(check) && ofResource(resource))?.override,
    problems,
  }
}

/** General ones first. */
function layersOf(name: string, all: readonly Baseline[], problems: string[]): Baseline[] {
  const found: Baseline[] = []
  const open = new Set<string>()
  function visit(one: string): void {
    if (found.some((layer) => layer.name === one)) return
    if (open.has(one)) {
      problems.push(`The baseline ${one} extends itself.`)
      return
    }
    const layer = all.find((candidate) => candidate.name === one)
    if (!layer) {
      problems.push(`There is no baseline named ${one}.`)
      return
    }
    open.add(one)
    for (const parent of layer.extends) visit(parent)
    open.delete(one)
    found.push(layer)
  }
  visit(name)
  return found
}

function stands(layer: string, override: BaselineOverride, today: string, problems: string[]): boolean {
  if (override.reason.trim() === '' || override.owner.trim() === '') {
    problems.push(`${layer}: the override of ${override.check} has no reason or no owner and does not count.`)
    return false
  }
  if (override.expires !== null && override.expires < today) {
    problems.push(`${layer}: the override of ${override.check} ended on ${override.expires}.`)
    return false
  }
  return true
}

/** Results as the baseline sees them: only its checks, exceptions as such, other severities. Verdicts are never bettered silently. */
export function applyBaseline(results: readonly CheckResult[], baseline: ResolvedBaseline): CheckResult[] {
  return results
    .filter((result) => baseline.has(result.check))
    .flatMap((result): CheckResult[] => {
      const override = baseline.overrideOf(result.check, result.resource)
      if (!override) return [result]
      if (override.action === 'off') return []
      if (override.action === 'severity' && override.severity) return [{ ...result, severity: override.severity }]
      if (override.action !== 'except' || result.verdict === 'pass') return [result]
      const { reason, owner, expires } = override
      const until = expires ?? '–'
      return [
        {
          ...result,
          verdict: 'not-applicable',
          message: {
            en: `Accepted until ${until} by ${owner}: ${reason}`,
            ja: `${owner} が ${until} まで許容：${reason}`,
            zh: `${owner} 已接受至 ${until}：${reason}`,
          },
        },
      ]
    })
}
