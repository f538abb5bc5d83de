// Policies on resources: every rule for every resource, with a verdict each. Pure: files are read by the caller, and the clock is his.
import { isFields, unwrapLists } from './document.ts'
import { judge } from './engine/judge.ts'
import type { Rule } from './engine/rule.ts'
import { type ClusterContext, clusterContext } from './resource/context.ts'
import { type AdmissionRequest, admissionRequest, asReview, jsonRequest } from './resource/request.ts'
import { type Judgement, type PolicyResult, worst } from './result.ts'
import { admissionPolicies } from './sources/admission-policy.ts'
import { clusterPolicies } from './sources/cluster-policy.ts'
import { type PolicyException, policyExceptions } from './sources/exceptions.ts'
import { gatekeeperConstraints } from './sources/gatekeeper.ts'
import { isTrial, trialOf } from './sources/trial.ts'
import { unsupportedPolicies } from './sources/unsupported.ts'
import { validatingPolicies } from './sources/validating-policy.ts'

export interface EvaluateOptions {
  readonly nowMs: () => number
}

export interface PolicySet {
  readonly rules: readonly Rule[]
  readonly exceptions: readonly PolicyException[]
  readonly documents: readonly unknown[]
}

/** Compiles the policies once. Documents of other kinds are kept: they may be parameters. */
export function loadPolicies(documents: readonly unknown[]): PolicySet {
  const unwrapped = unwrapLists(documents)
  const objects = unwrapped.filter(isFields)
  const rules = [
    ...admissionPolicies(objects),
    ...clusterPolicies(objects),
    ...validatingPolicies(objects),
    ...gatekeeperConstraints(objects),
    ...unsupportedPolicies(objects),
  ]
  return { rules, exceptions: policyExceptions(objects), documents: unwrapped }
}

/** `policies` and `resources`: parsed documents. All of both serve as context: namespaces, parameters, what resource.Get finds. */
export function evaluate(
  policies: readonly unknown[],
  resources: readonly unknown[],
  options: EvaluateOptions,
): PolicyResult[] {
  return evaluateSet(loadPolicies(policies), resources, options).map(({ document: _, ...result }) => result)
}

/** A result with the document that it is about. */
export interface DocumentResult extends PolicyResult {
  readonly document: unknown
}

export function evaluateSet(
  set: PolicySet,
  resources: readonly unknown[],
  { nowMs }: EvaluateOptions,
): DocumentResult[] {
  const given = unwrapLists(resources)
  const documents = given.filter((document) => !isTrial(document))
  const trial = trialOf([...given, ...set.documents])
  const reviewed = (document: unknown, operation: string) =>
    admissionRequest(asReview(document, operation), context, trial.userInfo)
  const anyJson = set.rules.some((rule) => rule.anyJson)
  const context = clusterContext([...documents, ...set.documents, ...trial.objects], nowMs)
  return documents.flatMap((document) => {
    const request = admissionRequest(document, context, trial.userInfo) ?? (anyJson ? jsonRequest(document) : undefined)
    return request === undefined
      ? []
      : set.rules.map((rule) => {
          const operation = trial.operationOf(rule.policy, request.name)
          const asked = operation === undefined ? request : (reviewed(document, operation) ?? request)
          return { ...resultOf(rule, asked, context, set.exceptions), document }
        })
  })
}

function resultOf(
  rule: Rule,
  request: AdmissionRequest,
  context: ClusterContext,
  exceptions: readonly PolicyException[],
): PolicyResult {
  const { judgement, actions } = judgeAll(rule, request, context, exceptions)
  return {
    policy: rule.policy,
    rule: rule.rule,
    resource: request.title,
    kind: request.kind.kind,
    namespace: request.namespace === '' ? null : request.namespace,
    name: request.name,
    verdict: judgement.verdict,
    message: judgement.message,
    actions,
    auditAnnotations: judgement.auditAnnotations ?? {},
  }
}

function judgeAll(
  rule: Rule,
  request: AdmissionRequest,
  context: ClusterContext,
  exceptions: readonly PolicyException[],
): { judgement: Judgement; actions: readonly string[] } {
  if (request.kind.kind === '' && !rule.anyJson) return leftAside('it is no object of Kubernetes')
  const outside = rule.outside(request)
  if (outside !== undefined) return leftAside(outside)
  if (rule.problem) return { judgement: rule.problem, actions: [] }
  const exception = exceptions.find((one) => one.isFor(rule.policy, rule.rule) && one.covers(request, context))
  if (exception) return leftAside(`the exception ${exception.name} covers it`)
  const variant = rule.variants?.(request)
  const own = variant ? { ...rule, expressions: variant } : rule
  const reasons = rule.passes.map((pass) => pass.outside(request))
  const passes = rule.passes.filter((_, index) => reasons[index] === undefined)
  if (passes.length === 0) return leftAside(`no binding is for it: ${reasons[0]}`)
  return {
    judgement: worst(passes.map((pass) => judge(own, request, pass.parameters(request, context), context))),
    actions: [...new Set(passes.flatMap((pass) => pass.actions))],
  }
}

function leftAside(message: string): { judgement: Judgement; actions: readonly string[] } {
  return { judgement: { verdict: 'not-applicable', message }, actions: [] }
}
