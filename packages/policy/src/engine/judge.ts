// Runs a rule for a request: match conditions, then validations, in the order of the API server
// (k8s.io/apiserver/pkg/admission/plugin/policy/validating). What cannot be evaluated never passes.
import {
  CelAuthorizer,
  type CelError,
  CelLazyMap,
  type CelProgram,
  type CelValue,
  celFromJson,
  createRun,
  evaluateCel,
  type Run,
} from '@yagura/lang/cel'
import type { Fields } from '../document.ts'
import type { ClusterContext } from '../resource/context.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import { type Judgement, worst } from '../result.ts'
import type { ParameterSet } from './parameters.ts'
import type { Allowances, Rule, Validation } from './rule.ts'

const MAX_MESSAGE_CHARS = 2000
const authorizer = new CelAuthorizer()

/** Around one judgement: the files, and what exceptions allow. */
export interface Surroundings extends ClusterContext {
  readonly allowed: Allowances
}

export function judge(
  rule: Rule,
  request: AdmissionRequest,
  parameters: ParameterSet,
  surroundings: Surroundings,
): Judgement {
  if (parameters.kind === 'missing')
    return {
      verdict: parameters.denies && rule.failurePolicy === 'Fail' ? 'fail' : 'error',
      message: parameters.message,
    }
  if (parameters.kind === 'none') return judgeOnce(rule, request, null, surroundings)
  if (parameters.objects.length === 0)
    return { verdict: 'pass', message: 'there is no parameter, and the policy allows that' }
  return worst(parameters.objects.map((object) => judgeOnce(rule, request, object, surroundings)))
}

function judgeOnce(
  rule: Rule,
  request: AdmissionRequest,
  params: Fields | null,
  surroundings: Surroundings,
): Judgement {
  const run = session(rule, request, params, surroundings)
  return conditions(rule, run) ?? validations(rule, run)
}

function session(rule: Rule, request: AdmissionRequest, params: Fields | null, surroundings: Surroundings): Run {
  const { values } = request
  const { object, oldObject } = rule.asServed ? request.served() : values
  const variables = new Map<string, CelValue>([
    ['object', object],
    ['oldObject', oldObject],
    ['request', values.request],
    ['namespaceObject', values.namespaceObject],
    ['authorizer', authorizer],
    ['params', params === null ? null : celFromJson(params)],
    ...(rule.extraVariables?.(request, surroundings.allowed) ?? []),
  ])
  const run = createRun(variables, { host: surroundings.host })
  variables.set('variables', new CelLazyMap(() => run, rule.expressions.variables))
  return run
}

/** undefined where all are true. One that is false decides, whatever others fail with. */
function conditions(rule: Rule, run: Run): Judgement | undefined {
  let failure: Judgement | undefined
  for (const { name, program } of rule.expressions.matchConditions) {
    const answer = ask(program, run)
    if (answer === false) return { verdict: 'not-applicable', message: `the match condition ${name} leaves it aside` }
    if (answer !== true) failure ??= unable(rule, `the match condition ${name}`, answer)
  }
  if (failure && rule.failurePolicy === 'Ignore') return { ...failure, verdict: 'not-applicable' }
  return failure
}

function validations(rule: Rule, run: Run): Judgement {
  const failed: Judgement[] = []
  for (const validation of rule.expressions.validations) {
    const answer = ask(validation.program, run)
    if (answer === true) continue
    if (answer === false) failed.push({ verdict: 'fail', message: message(validation, run) })
    else failed.push(unable(rule, shortened(validation.expression), answer))
    // Kyverno's ValidatingPolicy stops at the first that is not true
    if (rule.onFailure === 'error') break
  }
  const { auditAnnotations, unsaid } = annotations(rule, run)
  failed.push(...unsaid)
  if (failed.length === 0) return { verdict: 'pass', message: '', auditAnnotations }
  const { verdict } = worst(failed)
  const messages = new Set(failed.filter((one) => one.verdict === verdict).map((one) => one.message))
  return { verdict, message: [...messages].join('; ').slice(0, MAX_MESSAGE_CHARS), auditAnnotations }
}

/** True, false, or why there is no answer. */
function ask(program: CelProgram, run: Run): boolean | CelError {
  const result = evaluateCel(program, run)
  if (!result.ok) return result.error
  return typeof result.value === 'boolean'
    ? result.value
    : { message: 'its value is neither true nor false', kind: 'value' }
}

/** An expression that fails for this object is a denial to the API server; what cannot be known here stays an error. */
function unable(rule: Rule, what: string, error: CelError): Judgement {
  const closed = error.kind === 'value' && rule.failurePolicy === 'Fail' && rule.onFailure === 'fail'
  return { verdict: closed ? 'fail' : 'error', message: `${what} could not be evaluated: ${error.message}` }
}

function message(validation: Validation, run: Run): string {
  if (validation.messageProgram) {
    const result = evaluateCel(validation.messageProgram, run)
    if (result.ok && typeof result.value === 'string' && result.value.trim() !== '')
      return result.value.trim().slice(0, MAX_MESSAGE_CHARS)
  }
  return validation.message?.trim() || `this must be true: ${shortened(validation.expression)}`
}

function shortened(expression: string): string {
  const line = expression.replace(/\s+/g, ' ')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

/** `unsaid`: an annotation that cannot be written denies as a validation does, unless the policy fails open. */
function annotations(rule: Rule, run: Run): { auditAnnotations: Record<string, string>; unsaid: Judgement[] } {
  const auditAnnotations: Record<string, string> = {}
  const unsaid: Judgement[] = []
  for (const { name, program } of rule.expressions.auditAnnotations) {
    const result = evaluateCel(program, run)
    if (result.ok && typeof result.value === 'string') auditAnnotations[name] = result.value
    else if (rule.failurePolicy === 'Fail' && !(result.ok && result.value === null))
      unsaid.push(
        unable(
          rule,
          `the audit annotation ${name}`,
          result.ok ? { message: 'it is no text', kind: 'value' } : result.error,
        ),
      )
  }
  return { auditAnnotations, unsaid }
}
