// A baseline in layers: standard → company → cluster → application. The later layer wins; an override has a reason, an owner and an
// end, and one that has ended is as if it were not there, and is told.
import { compileGlob } from '@yagura/lang'
import type { Baseline, BaselineOverride, CheckResult, LocalisedText } from '@yagura/schema'
import { rejudge } from './rejudge.ts'

export interface ResolvedBaseline {
  readonly name: string
  readonly layers: readonly string[]
  has(check: string): boolean
  /** check → value chosen for the company. */
  readonly expected: ReadonlyMap<string, unknown>
  /** The override that settles this check of this resource, if any. */
  overrideOf(check: string, resource: string): BaselineOverride | undefined
  /** What is wrong with the layers: unknown parents, rings, overrides that have ended or that lack a reason. */
  readonly problems: readonly LocalisedText[]
}

/** `today`: YYYY-MM-DD. */
export function resolveBaseline(name: string, all: readonly Baseline[], today: string): ResolvedBaseline {
  const problems: LocalisedText[] = []
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
function layersOf(name: string, all: readonly Baseline[], problems: LocalisedText[]): Baseline[] {
  const found: Baseline[] = []
  const open = new Set<string>()
  function visit(one: string): void {
    if (found.some((layer) => layer.name === one)) return
    if (open.has(one)) {
      problems.push({
        en: `The baseline ${one} extends itself.`,
        ja: `ベースライン ${one} が自分自身を継承しています。`,
        zh: `基线 ${one} 继承了自身。`,
      })
      return
    }
    const layer = all.find((candidate) => candidate.name === one)
    if (!layer) {
      problems.push({
        en: `There is no baseline named ${one}.`,
        ja: `${one} という名前のベースラインがありません。`,
        zh: `没有名为 ${one} 的基线。`,
      })
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

function stands(layer: string, override: BaselineOverride, today: string, problems: LocalisedText[]): boolean {
  if (override.reason.trim() === '' || override.owner.trim() === '') {
    problems.push({
      en: `${layer}: the override of ${override.check} has no reason or no owner and does not count.`,
      ja: `${layer}：${override.check} の上書きに理由または責任者がないため、無効です。`,
      zh: `${layer}：${override.check} 的覆盖项缺少理由或负责人，不生效。`,
    })
    return false
  }
  if (override.expires !== null && override.expires < today) {
    problems.push({
      en: `${layer}: the override of ${override.check} ended on ${override.expires}.`,
      ja: `${layer}：${override.check} の上書きは ${override.expires} に期限が切れました。`,
      zh: `${layer}：${override.check} 的覆盖项已于 ${override.expires} 到期。`,
    })
    return false
  }
  return true
}

/** Results as the baseline sees them: only its checks, exceptions as such, other severities. Verdicts are never bettered silently. */
export function applyBaseline(results: readonly CheckResult[], baseline: ResolvedBaseline): CheckResult[] {
  return results
    .filter((result) => baseline.has(result.check))
    .flatMap((raw): CheckResult[] => {
      const override = baseline.overrideOf(raw.check, raw.resource)
      const result = judgedBy(raw, override, baseline)
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

/** By the value of the company, where it chose one: for this resource, or for all. */
function judgedBy(
  result: CheckResult,
  override: BaselineOverride | undefined,
  { expected }: ResolvedBaseline,
): CheckResult {
  if (override?.action === 'expect') return rejudge(result, override.expect)
  return expected.has(result.check) ? rejudge(result, expected.get(result.check)) : result
}

/**
 * The baseline of a thing with these labels: the most special layer in force whose selector fits and that no other such layer extends.
 * Undefined: none speaks of it.
 */
export function baselineFor<T extends Baseline>(
  all: readonly T[],
  labels: Readonly<Record<string, string>>,
): T | undefined {
  const fitting = all.filter(({ selector }) =>
    Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value),
  )
  const parents = new Set(fitting.flatMap((one) => one.extends))
  return fitting
    .filter(({ name }) => !parents.has(name))
    .toSorted((a, b) => LAYERS.indexOf(b.layer) - LAYERS.indexOf(a.layer))[0]
}

const LAYERS: readonly Baseline['layer'][] = ['standard', 'company', 'cluster', 'application']
