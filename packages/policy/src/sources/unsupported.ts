// Policies that change, make, delete or verify signatures: they are named in the results, so that nobody takes silence for a pass.
import { at, type Fields, textAt } from '../document.ts'
import { NO_PARAMETERS } from '../engine/parameters.ts'
import { NO_EXPRESSIONS, type Rule } from '../engine/rule.ts'
import { outsideConstraints } from '../match/constraints.ts'

const KINDS: Readonly<Record<string, string>> = {
  ImageValidatingPolicy: 'signatures of images are not verified here',
  NamespacedImageValidatingPolicy: 'signatures of images are not verified here',
  MutatingPolicy: 'it changes resources and judges none',
  NamespacedMutatingPolicy: 'it changes resources and judges none',
  GeneratingPolicy: 'it makes resources and judges none',
  DeletingPolicy: 'it deletes resources and judges none',
  MutatingAdmissionPolicy: 'it changes resources and judges none',
}

export function unsupportedPolicies(documents: readonly Fields[]): Rule[] {
  return documents
    .filter(({ apiVersion }) => /^(?:policies\.kyverno\.io|admissionregistration\.k8s\.io)\//.test(String(apiVersion)))
    .filter(({ kind }) => Object.hasOwn(KINDS, String(kind)))
    .map((policy) => ({
      policy: textAt(policy, 'metadata', 'name') ?? '',
      rule: null,
      outside: (request) => outsideConstraints(at(policy, 'spec', 'matchConstraints'), request),
      passes: [{ outside: () => undefined, parameters: () => NO_PARAMETERS, actions: [] }],
      expressions: NO_EXPRESSIONS,
      problem: { verdict: 'not-applicable', message: KINDS[String(policy.kind)] ?? '' },
      failurePolicy: 'Fail',
      onFailure: 'error',
    }))
}
