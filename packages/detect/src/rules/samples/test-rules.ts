// `rules test`: every rule against its own samples. Those under `yes` must be found, those under `no` must not.
import type { RuleContext } from '../../contract/context.ts'
import { isRecord } from '../collect.ts'
import { type LoadedRule, type LoadOptions, loadRules } from '../load.ts'
import type { RuleText } from '../source.ts'
import { readSample, type Sample } from './sketch.ts'

export interface SampleFailure {
  readonly rule: string
  readonly file: string
  readonly line: number
  readonly message: string
}

export interface SampleReport {
  readonly rules: number
  readonly samples: number
  /** Rules without one sample of each kind. */
  readonly untested: readonly string[]
  readonly failures: readonly SampleFailure[]
}

/** Throws RulesError where the rules cannot be loaded. Rules remember, so each sample gets rules of its own. */
export interface TestOptions extends LoadOptions {
  /** Only rules of these files. */
  readonly only?: readonly string[]
}

export function testRules(texts: readonly RuleText[], options: TestOptions = {}): SampleReport {
  const loaded = loadRules(texts, options)
  if (!loaded.ok) throw loaded.error
  const failures: SampleFailure[] = []
  const untested: string[] = []
  let samples = 0
  const rules = loaded.value.rules.filter(({ file }) => options.only?.includes(file) ?? true)
  for (const one of rules) {
    const yes = samplesOf(one, 'yes')
    const no = samplesOf(one, 'no')
    if (yes.length === 0 || no.length === 0) untested.push(one.rule.id)
    for (const [written, wanted] of [...yes.map((s) => [s, true] as const), ...no.map((s) => [s, false] as const)]) {
      samples += 1
      const message = judge(one, written, wanted)
      if (message) failures.push({ rule: one.rule.id, file: one.file, line: one.line, message })
    }
  }
  return { rules: rules.length, samples, untested, failures }
}

function judge(one: LoadedRule, written: unknown, wanted: boolean): string | undefined {
  const sample = readSample(written)
  const shown = JSON.stringify(written).slice(0, 200)
  if (!sample.ok) return `The sample ${shown} cannot be read: ${sample.error.message}`
  if (holds(one, sample.value) === wanted) return undefined
  return wanted ? `The rule does not hold for ${shown}.` : `The rule holds for ${shown}, and should not.`
}

function holds(one: LoadedRule, samples: readonly Sample[]): boolean {
  const probe = one.probe()
  return samples
    .map((sample) =>
      sample.kind === 'audit'
        ? probe.evaluateAudit(sample.audit)
        : probe.evaluate(sample.event, sample.context as RuleContext),
    )
    .some((matches) => matches.length > 0)
}

function samplesOf({ samples }: LoadedRule, kind: 'yes' | 'no'): readonly unknown[] {
  const list = isRecord(samples) ? samples[kind] : undefined
  return Array.isArray(list) ? list : []
}
