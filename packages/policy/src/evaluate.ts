// Policies on resources: every rule for every resource, with a verdict each. Pure: files are read by the caller, and the clock is his.
import { type Fields, isFields, unwrapLists } from './document.ts'
import { judge } from './engine/judge.ts'
import type { Rule } from './engine/rule.ts'
import { type ClusterContext, clusterContext } from './resource/context.ts'
import { type AdmissionRequest, admissionRequest, asReview, jsonRequest } from './resource/request.ts'
import { type Judgement, type PolicyResult, worst } from './result.ts'
import { isEmptyPolicy, toolOf } from './set-aside.ts'
import { admissionPolicies, unboundBindings } from './sources/admission-policy.ts'
import { clusterPolicies } from './sources/cluster-policy.ts'
import { except, type PolicyException, policyExceptions } from './sources/exceptions.ts'
import { gatekeeperConstraints } from './sources/gatekeeper.ts'
import { isTrial, trialOf } from './sources/trial.ts'
import { unsupportedPolicies } from './sources/unsupported.ts'
import { validatingPolicies } from './sources/validating-policy.ts'

export interface EvaluateOptions {
  readonly nowMs: () => number
  /** What happens to the resources, where the files do not say it; CREATE where it is left out. */
  readonly operation?: Operation
  /** Who asks: `username`, `groups`, where the files do not say it. */
  readonly userInfo?: Fields
  /** The resources as they were before. One that is not among them was the same. */
  readonly before?: readonly unknown[]
  /** No policy sees what the API server would fill in. */
  readonly asWritten?: boolean
}

export const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const
export type Operation = (typeof OPERATIONS)[number]

export interface PolicySet {
  readonly rules: readonly Rule[]
  readonly exceptions: readonly PolicyException[]
  readonly documents: readonly unknown[]
  /** Documents that are policies by their name and were not judged by, and why. */
  readonly gaps: readonly { readonly document: unknown; readonly message: string }[]
}

/** Compiles the policies once. Documents of other kinds are kept: they may be parameters. */
export function loadPolicies(documents: readonly unknown[]): PolicySet {
  const unwrapped = unwrapLists(documents)
  const empty = unwrapped.filter(isFields).filter(isEmptyPolicy)
  const objects = unwrapped.filter(isFields).filter((one) => !isEmptyPolicy(one))
  const rules = [
    ...admissionPolicies(objects),
    ...clusterPolicies(objects),
    ...validatingPolicies(objects),
    ...gatekeeperConstraints(objects),
    ...unsupportedPolicies(objects),
  ]
  return {
    rules,
    exceptions: policyExceptions(objects),
    documents: unwrapped,
    gaps: [
      ...empty.map((document) => ({ document, message: 'a policy without a spec: it says nothing' })),
      ...unboundBindings(objects),
    ],
  }
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
  { nowMs, operation: usual, userInfo = {}, before = [], asWritten = false }: EvaluateOptions,
): DocumentResult[] {
  const given = unwrapLists(resources)
  const documents = given.filter((document) => !isTrial(document) && toolOf(document) === undefined)
  const trial = trialOf([...given, ...set.documents])
  const user = { ...userInfo, ...trial.userInfo }
  const context = clusterContext([...documents, ...set.documents, ...trial.objects], nowMs, trial.imageMetadata)
  const known = new Map(unwrapLists(before).map((one) => [admissionRequest(one, context)?.title, one]))
  const reviewed = (document: unknown, operation: string, title: string) =>
    admissionRequest(asReview(document, operation, known.get(title)), context, user)
  const rules = asWritten ? set.rules.map((rule) => ({ ...rule, asServed: false })) : set.rules
  const anyJson = rules.some((rule) => rule.anyJson)
  return documents.flatMap((document) => {
    const created = admissionRequest(document, context, user) ?? (anyJson ? jsonRequest(document) : undefined)
    if (created === undefined) return []
    const request = usual === undefined ? created : (reviewed(document, usual, created.title) ?? created)
    return rules.map((rule) => {
      const operation = trial.operationOf(rule.policy, created.name)
      const asked = operation === undefined ? request : (reviewed(document, operation, created.title) ?? request)
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
  const excepted = except(exceptions, rule, request, context)
  if (excepted.judgement) return { judgement: excepted.judgement, actions: [] }
  const { allowed, action, refused } = excepted
  const variant = rule.variants?.(request)
  const own = variant ? { ...rule, expressions: variant } : rule
  const reasons = rule.passes.map((pass) => pass.outside(request))
  const passes = rule.passes.filter((_, index) => reasons[index] === undefined)
  if (passes.length === 0) return leftAside(`no binding is for it: ${reasons[0]}`)
  const judgement = worst(
    passes.map((pass) => judge(own, request, pass.parameters(request, context), { ...context, allowed })),
  )
  return {
    judgement: judgement.verdict === 'fail' && refused !== undefined ? { ...judgement, message: refused } : judgement,
    actions: action === undefined ? [...new Set(passes.flatMap((pass) => pass.actions))] : [action],
  }
}

function leftAside(message: string): { judgement: Judgement; actions: readonly string[] } {
  return { judgement: { verdict: 'not-applicable', message }, actions: [] }
}
