// Kyverno's PolicyException, of both of its groups: what is excepted from which policy, and on which terms.
import { type CelProgram, compileCel, createRun, evaluateCel } from '@yagura/lang/cel'
import { at, type Fields, isFields, listAt, textAt, textsAt } from '../document.ts'
import type { Allowances, Rule } from '../engine/rule.ts'
import { matchesBlock } from '../match/kyverno.ts'
import { matchesPattern } from '../match/selector.ts'
import type { ClusterContext } from '../resource/context.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import type { Judgement } from '../result.ts'

export interface PolicyException {
  readonly name: string
  readonly isFor: (rule: Rule, request: AdmissionRequest) => boolean
  readonly covers: (request: AdmissionRequest, context: ClusterContext) => Cover
  /** What it allows within the policy, which then decides itself; without any the whole resource is excepted. */
  readonly allowed: Allowances
  /** How an excepted resource is reported. */
  readonly verdict: 'not-applicable' | 'pass'
  /** What the policy does instead of what it says: then it still judges. */
  readonly actionOf: (rule: Rule) => string | undefined
  /** Of several that cover a resource, the highest decides how. */
  readonly priority: number
}

/** `refused`: what would have earned the exception. `failed`: what could not be decided. */
type Cover =
  | { readonly kind: 'covers' }
  | { readonly kind: 'leaves' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }

/** What all exceptions come to: a judgement, or the terms on which the policy judges. */
export type Excepted = { readonly judgement: Judgement } | Terms

export interface Terms {
  readonly judgement?: undefined
  readonly allowed: Allowances
  readonly action?: string | undefined
  /** The message of a failure, where an exception was near. */
  readonly refused?: string | undefined
}

const NOTHING: Allowances = { images: [], values: [] }

export function except(
  exceptions: readonly PolicyException[],
  rule: Rule,
  request: AdmissionRequest,
  context: ClusterContext,
): Excepted {
  const own = exceptions.filter((one) => one.isFor(rule, request))
  if (own.length === 0) return { allowed: NOTHING }
  const answers = own.map((exception) => ({ exception, cover: exception.covers(request, context) }))
  for (const { exception, cover } of answers)
    if (cover.kind === 'failed' && rule.failurePolicy === 'Fail')
      return {
        judgement: { verdict: 'error', message: `the exception ${exception.name} is undecided: ${cover.message}` },
      }
  const covering = answers.flatMap(({ exception, cover }) => (cover.kind === 'covers' ? [exception] : []))
  const whole = covering.filter(({ allowed }) => allowed.images.length + allowed.values.length === 0)
  const first = whole.reduce<PolicyException | undefined>(
    (best, one) => (best === undefined || one.priority > best.priority ? one : best),
    undefined,
  )
  const action = first?.actionOf(rule)
  if (first && action === undefined)
    return { judgement: { verdict: first.verdict, message: `the exception ${first.name} covers it` } }
  const refused = answers.flatMap(({ cover }) => (cover.kind === 'refused' ? [cover.message] : []))[0]
  return {
    allowed: {
      images: covering.flatMap(({ allowed }) => allowed.images),
      values: covering.flatMap(({ allowed }) => allowed.values),
    },
    action,
    refused,
  }
}

export function policyExceptions(documents: readonly Fields[]): PolicyException[] {
  return documents.flatMap((document) => {
    if (document.kind !== 'PolicyException') return []
    const name = textAt(document, 'metadata', 'name') ?? ''
    const spec = at(document, 'spec')
    const label = textAt(document, 'metadata', 'labels', 'polex.kyverno.io/priority') ?? ''
    const priority = /^\d{1,9}$/.test(label) ? Number(label) : 0
    if (String(document.apiVersion).startsWith('kyverno.io/')) return [{ ...byFilter(name, spec), priority }]
    if (!String(document.apiVersion).startsWith('policies.kyverno.io/')) return []
    return [{ ...byCondition(name, spec), priority }]
  })
}

type Unranked = Omit<PolicyException, 'priority'>

function byFilter(name: string, spec: unknown): Unranked {
  const exceptions = listAt(spec, 'exceptions')
  return {
    name,
    isFor(rule, request) {
      const ruleName = rule.ruleName?.(request)
      return exceptions.some(
        (one) =>
          textAt(one, 'policyName') === rule.policy &&
          textsAt(one, 'ruleNames').some((pattern) => ruleName !== undefined && matchesPattern(pattern, ruleName)),
      )
    },
    covers(request) {
      if (!matchesBlock(at(spec, 'match'), request)) return { kind: 'leaves' }
      return isFields(at(spec, 'conditions'))
        ? { kind: 'failed', message: 'its conditions are not written in CEL' }
        : { kind: 'covers' }
    },
    allowed: NOTHING,
    verdict: 'not-applicable',
    actionOf: () => undefined,
  }
}

function byCondition(name: string, spec: unknown): Unranked {
  const conditions = listAt(spec, 'matchConditions').map(compiled)
  const controls = listAt(spec, 'validations').map(compiled)
  const refs = listAt(spec, 'policyRefs')
  const refOf = ({ policy, kind }: Rule) =>
    refs.find((one) => textAt(one, 'name') === policy && (textAt(one, 'kind') ?? kind) === kind)
  return {
    name,
    isFor: (rule) => rule.kind !== undefined && refOf(rule) !== undefined,
    covers(request, context) {
      const condition = decide(conditions, request, context)
      if (condition.answer !== true)
        return condition.answer === false ? { kind: 'leaves' } : { kind: 'failed', message: condition.message }
      const control = decide(controls, request, context)
      return control.answer === true ? { kind: 'covers' } : { kind: 'refused', message: control.message }
    },
    allowed: { images: textsAt(spec, 'images'), values: textsAt(spec, 'allowedValues') },
    verdict: textAt(spec, 'reportResult') === 'pass' ? 'pass' : 'not-applicable',
    actionOf: (rule) => textAt(refOf(rule), 'validationAction'),
  }
}

interface Condition {
  readonly program: CelProgram | undefined
  readonly message: string
  readonly problem: string
}

function compiled(one: unknown): Condition {
  const expression = textAt(one, 'expression') ?? ''
  const program = compileCel(expression, ['object', 'oldObject', 'request', 'namespaceObject'])
  return {
    program: program.ok ? program.value : undefined,
    message: textAt(one, 'message') ?? `the exception asks that this is true: ${expression}`,
    problem: program.ok ? '' : program.error.message,
  }
}

/** All of them: one that is false decides, whatever others fail with. */
function decide(
  conditions: readonly Condition[],
  { values }: AdmissionRequest,
  context: ClusterContext,
): { readonly answer: true } | { readonly answer: false | undefined; readonly message: string } {
  let failed: string | undefined
  for (const { program, message, problem } of conditions) {
    const run = createRun(new Map(Object.entries(values)), { host: context.host })
    const result = program ? evaluateCel(program, run) : undefined
    if (result?.ok && result.value === true) continue
    if (result?.ok && result.value === false) return { answer: false, message }
    failed ??= result === undefined ? problem : result.ok ? 'it is neither true nor false' : result.error.message
  }
  return failed === undefined ? { answer: true } : { answer: undefined, message: failed }
}
