// ValidatingAdmissionPolicy and its bindings (kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy), of every version.
// A policy without a binding among the files is judged by itself, so that it can be tried before it is bound.
import { at, type Fields, isFields, textAt, textsAt } from '../document.ts'
import { NO_PARAMETERS, parametersOf } from '../engine/parameters.ts'
import { compileExpressions, failurePolicyOf, type Pass, type Rule, sourceOf } from '../engine/rule.ts'
import { outsideConstraints } from '../match/constraints.ts'
import type { AdmissionRequest } from '../resource/request.ts'

const GROUP = 'admissionregistration.k8s.io/'

function isOf(document: Fields, kind: string): boolean {
  return document.kind === kind && String(document.apiVersion).startsWith(GROUP)
}

export function admissionPolicies(documents: readonly Fields[]): Rule[] {
  const bindings = documents.filter((document) => isOf(document, 'ValidatingAdmissionPolicyBinding'))
  return documents
    .filter((document) => isOf(document, 'ValidatingAdmissionPolicy'))
    .map((policy) => {
      const name = textAt(policy, 'metadata', 'name') ?? ''
      return admissionRule(
        policy,
        name,
        bindings.filter((one) => textAt(one, 'spec', 'policyName') === name),
      )
    })
}

/** Bindings of policies that are not among the files: they bind nothing. */
export function unboundBindings(documents: readonly Fields[]): { document: Fields; message: string }[] {
  const names = new Set(
    documents
      .filter((document) => isOf(document, 'ValidatingAdmissionPolicy'))
      .map((policy) => textAt(policy, 'metadata', 'name')),
  )
  return documents
    .filter((document) => isOf(document, 'ValidatingAdmissionPolicyBinding'))
    .filter((binding) => !names.has(textAt(binding, 'spec', 'policyName')))
    .map((document) => ({
      document,
      message: `it binds the policy ${textAt(document, 'spec', 'policyName') ?? ''}, which is not among the files`,
    }))
}

function admissionRule(policy: Fields, name: string, bindings: readonly Fields[]): Rule {
  const spec = at(policy, 'spec')
  const paramKind = at(spec, 'paramKind')
  const { expressions, problem } = compileExpressions(sourceOf(spec, isFields(paramKind) ? ['params'] : []))
  return {
    policy: name,
    rule: null,
    outside: (request) => exempt(request) ?? outsideConstraints(at(spec, 'matchConstraints'), request),
    passes: bindings.length === 0 ? [unbound(paramKind)] : bindings.map((binding) => bound(binding, paramKind)),
    expressions,
    problem: problem === undefined ? undefined : { verdict: 'error', message: problem },
    failurePolicy: failurePolicyOf(spec),
    onFailure: 'fail',
    asServed: true,
  }
}

const EXEMPT =
  /^admissionregistration\.k8s\.io\/(?:validating|mutating)admissionpolic(?:ies|ybindings)$|^authentication\.k8s\.io\/(?:tokenreviews|selfsubjectreviews)$|^authorization\.k8s\.io\/(?:(?:local|self)?subjectaccessreviews|selfsubjectrulesreviews)$/

/** Nothing that policies are made of, and no question to the API server, is asked of any policy (apiserver: policy/generic/plugin.go). */
function exempt({ kind }: AdmissionRequest): string | undefined {
  return EXEMPT.test(`${kind.group}/${kind.resource}`) ? 'the API server asks no policy about it' : undefined
}

function unbound(paramKind: unknown): Pass {
  return {
    outside: () => undefined,
    parameters: (request, context) =>
      isFields(paramKind) ? parametersOf(paramKind, undefined, request, context) : NO_PARAMETERS,
    actions: [],
  }
}

function bound(binding: Fields, paramKind: unknown): Pass {
  const spec = at(binding, 'spec')
  return {
    outside: (request) => outsideConstraints(at(spec, 'matchResources'), request),
    // without a paramRef the API server judges with params that are null
    parameters: (request, context) =>
      isFields(at(spec, 'paramRef')) ? parametersOf(paramKind, at(spec, 'paramRef'), request, context) : NO_PARAMETERS,
    actions: textsAt(spec, 'validationActions'),
  }
}
