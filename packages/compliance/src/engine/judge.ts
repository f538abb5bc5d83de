// One check on one thing: the first source that answers decides, an absent key is judged by the default of the version, and whatever
// cannot be judged is an error that says what was missing. An error is never a pass.
import { type CelProgram, type CelValue, celFromJson, createRun, evaluateCel } from '@yagura/lang/cel'
import type { CheckEvidence, CheckResult, LocalisedText, Remediation } from '@yagura/schema'
import { fits } from './expect.ts'
import type { Read, Reading, Value } from './reading.ts'
import type { CheckRecord, CompiledCheck, Expectation } from './record.ts'
import { type UnsetFacts, unsetOf } from './unset.ts'
import { foundSentence } from './words.ts'

export interface Subject {
  /** Name of the thing: container name/product, node. */
  readonly resource: string
  readonly assetKey: string | null
  readonly read: Read
  readonly unset: UnsetFacts
  /** Variables of `when` and `expression`; plain JSON values. */
  readonly variables: Readonly<Record<string, unknown>>
  /** RFC 3339 */
  readonly observedAt: string
  /** Values a baseline expects instead of the record's own. */
  readonly expected?: ReadonlyMap<string, unknown>
}

interface Verdict {
  readonly verdict: CheckResult['verdict']
  readonly message: LocalisedText
  readonly evidence?: readonly CheckEvidence[]
  readonly remediation?: Remediation | null
}

const TEXT_MAX = 500

export async function judge(compiled: CompiledCheck, subject: Subject): Promise<CheckResult> {
  const { check } = compiled
  const {
    verdict,
    message,
    evidence = [],
    remediation = null,
  } = await decide(compiled, subject).catch(
    (thrown: unknown): Verdict => ({
      verdict: 'error',
      message: notJudged(thrown instanceof Error ? thrown.message : String(thrown)),
    }),
  )
  return {
    check: check.id,
    checkVersion: check.version,
    ...describe(check),
    product: check.product,
    controls: check.controls,
    target: check.target,
    severity: check.severity,
    resource: subject.resource.slice(0, 512),
    assetKey: subject.assetKey,
    verdict,
    message,
    evidence: evidence.slice(0, 32),
    remediation,
    observedAt: subject.observedAt,
  }
}

/** What goes with every result of a check, so that whoever reads it needs no other book. */
export function describe({
  title,
  why,
  fix,
  rule,
}: CheckRecord): Pick<CheckResult, 'title' | 'why' | 'fix' | 'expects'> {
  if (!('expect' in rule)) return { title, why, fix }
  return { title, why, fix, expects: { ...rule.expect, ...(rule.quantifier === 'any' ? { quantifier: 'any' } : {}) } }
}

async function decide({ check, when, expression }: CompiledCheck, subject: Subject): Promise<Verdict> {
  const { rule } = check
  if (when) {
    const applies = truth(when, subject)
    if (typeof applies === 'string') return { verdict: 'error', message: notJudged(applies) }
    if (!applies) return { verdict: 'not-applicable', message: notApplicable(when.text) }
  }
  if ('look' in rule) return { verdict: 'manual', message: rule.look }
  if ('expression' in rule) {
    const holds = expression ? truth(expression, subject) : 'the expression could not be read'
    if (typeof holds === 'string') return { verdict: 'error', message: notJudged(holds) }
    return holds
      ? { verdict: 'pass', message: PASSES }
      : { verdict: 'fail', message: check.title, remediation: changeOf(check, null, null) }
  }
  const readings: Reading[] = []
  for (const source of rule.get) {
    const reading = await subject.read(source)
    readings.push(reading)
    if (reading.kind === 'value')
      return judgeValue(check, reading.value, [evidenceOf(reading, source, subject)], subject, reading.place, source)
  }
  const absent = readings.find((reading) => reading.kind === 'absent')
  if (!absent) return { verdict: 'error', message: notJudged(whyNothing(readings)), evidence: [] }
  // Somewhere the key could have been and could not be read: the default would be a guess.
  const hidden = readings.find((reading) => reading.kind === 'unreadable')
  if (hidden?.kind === 'unreadable')
    return { verdict: 'error', message: notJudged(`${hidden.place}: ${hidden.reason}`) }
  return judgeAbsent(check, absent, subject)
}

function judgeAbsent(check: CheckRecord, absent: Extract<Reading, { kind: 'absent' }>, subject: Subject): Verdict {
  const { rule } = check
  if (!('expect' in rule)) throw new Error('only records with an expectation have absent values')
  const looked: CheckEvidence = { source: absent.source, place: absent.place, value: null, at: subject.observedAt }
  const { op } = rule.expect
  if (op === 'unset') return { verdict: 'pass', message: PASSES, evidence: [looked] }
  if (op === 'set')
    return {
      verdict: 'fail',
      message: foundSentence(null, rule.expect),
      evidence: [looked],
      remediation: changeOf(check, absent.place, null),
    }
  const unset = unsetOf(rule.unset, subject.unset)
  if (unset.kind === 'unknown') {
    return { verdict: 'error', message: notJudged(`${absent.place} is not set, and ${unset.why}`), evidence: [looked] }
  }
  if (unset.value === 'unset' && isAmong('unset', rule.expect))
    return { verdict: 'pass', message: PASSES, evidence: [looked] }
  const assumed: CheckEvidence = {
    source: 'default',
    place: unset.why,
    value: shown(unset.value),
    at: subject.observedAt,
  }
  return judgeValue(check, unset.value, [looked, assumed], subject, absent.place)
}

function judgeValue(
  check: CheckRecord,
  value: Value,
  evidence: CheckEvidence[],
  subject: Subject,
  place: string,
  source = '',
): Verdict {
  const { rule } = check
  if (!('expect' in rule)) throw new Error('only records with an expectation have values')
  const chosen = subject.expected?.get(check.id)
  const own = rule.expect.value === 'today' ? subject.observedAt.slice(0, 10) : rule.expect.value
  const expected = chosen === undefined ? own : (chosen as Expectation['value'])
  const expect: Expectation = expected === undefined ? rule.expect : { op: rule.expect.op, value: expected }
  const isFit = fits(value, expect, rule.quantifier)
  if (isFit === undefined)
    return {
      verdict: 'error',
      message: notJudged(`${place} is ${safely(source, value)}, which cannot be judged`),
      evidence,
    }
  if (isFit) return { verdict: 'pass', message: PASSES, evidence }
  return {
    verdict: 'fail',
    message: foundSentence(safely(source, value), expect),
    evidence,
    remediation: changeOf(check, place, safely(source, value)),
  }
}

/** A sentence when it cannot be told. */
function truth(program: CelProgram, { variables }: Subject): boolean | string {
  const values = new Map<string, CelValue>()
  for (const [name, value] of Object.entries(variables)) values.set(name, celFromJson(value))
  const result = evaluateCel(program, createRun(values))
  if (!result.ok) return `${program.text}: ${result.error.message}`
  return typeof result.value === 'boolean' ? result.value : `${program.text} is neither true nor false`
}

function evidenceOf(
  reading: Extract<Reading, { kind: 'value' }>,
  source: string,
  { observedAt }: Subject,
): CheckEvidence {
  return { source: reading.source, place: reading.place, value: safely(source, reading.value), at: observedAt }
}

/** What names a secret by its end is one: `conf:requirepass` is, `conf:password_encryption` is not. */
function safely(source: string, value: Value): string {
  const text = shown(value)
  return typeof value === 'string' && /[a-z]$/i.test(source) ? maskSecrets(lastWord(source), text) : text
}

function lastWord(source: string): string {
  return /(pass(word|wd)?|secret|token|requirepass|masterauth|key)$/i.exec(source)?.[0] ?? ''
}

/** Passwords are no evidence anybody needs to see. */
const SECRET_PLACE = /(pass(word|wd)?|secret|token|requirepass|masterauth|private[_-]?key)([^a-z]|$)/i

export function maskSecrets(place: string, value: string): string {
  return SECRET_PLACE.test(place) && value.length > 0 ? `(${value.length} characters, not shown)` : value
}

function shown(value: Value): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
}

function changeOf({ rule, fix }: CheckRecord, place: string | null, before: string | null): Remediation {
  const change = 'change' in rule ? rule.change : undefined
  if (change === undefined) return { kind: 'text', place, before, after: fix.en }
  const after = change.replaceAll('{place}', place ?? '').replaceAll('{value}', before ?? '')
  return { kind: change.startsWith('$ ') ? 'command' : 'patch', place, before, after: after.replace(/^\$ /, '') }
}

function isAmong(word: string, { value }: Expectation): boolean {
  return (Array.isArray(value) ? value : [value]).includes(word)
}

function whyNothing(readings: readonly Reading[]): string {
  return readings.flatMap((reading) => ('reason' in reading ? [`${reading.place}: ${reading.reason}`] : [])).join('; ')
}

const PASSES: LocalisedText = { en: 'As expected.', ja: '期待どおりです。', zh: '符合预期。' }

function notApplicable(condition: string): LocalisedText {
  return {
    en: `Does not apply here: ${condition} does not hold.`,
    ja: `ここでは対象外です（${condition} が成り立ちません）。`,
    zh: `此处不适用：${condition} 不成立。`,
  }
}

function notJudged(reason: string): LocalisedText {
  return { en: `Could not be judged: ${reason}.`, ja: `判定できません: ${reason}`, zh: `无法判定：${reason}` }
}
