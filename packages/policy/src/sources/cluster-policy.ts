// Kyverno's ClusterPolicy and Policy with rules in CEL (kyverno.io/docs/policy-types/cluster-policy/validate, "CEL").
import { at, type Fields, isFields, listAt, textAt, textsAt } from '../document.ts'
import { parametersOf } from '../engine/parameters.ts'
import { compileExpressions, NO_EXPRESSIONS, type Rule } from '../engine/rule.ts'
import { outsideKyverno } from '../match/kyverno.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import { intoTemplate, POD_CONTROLLERS } from './autogen.ts'

const ANNOTATION = 'pod-policies.kyverno.io/autogen-controllers'

export function clusterPolicies(documents: readonly Fields[]): Rule[] {
  return documents
    .filter(
      ({ apiVersion, kind }) =>
        String(apiVersion).startsWith('kyverno.io/') && (kind === 'ClusterPolicy' || kind === 'Policy'),
    )
    .flatMap((policy) => {
      const rules = listAt(policy, 'spec', 'rules').filter(isFields)
      const controllers = generated(policy, rules)
      return rules.map((rule) => kyvernoRule(policy, rule, controllers))
    })
}

function kyvernoRule(policy: Fields, rule: Fields, controllers: readonly string[]): Rule {
  const name = textAt(rule, 'name') ?? null
  const cel = at(rule, 'validate', 'cel')
  const namespace = policy.kind === 'Policy' ? (textAt(policy, 'metadata', 'namespace') ?? 'default') : undefined
  const base = compiled(rule, cel, undefined)
  const templates = new Map(
    [...new Set(POD_CONTROLLERS.filter((one) => controllers.includes(one.kind)).map((one) => one.template))].map(
      (template) => [template, compiled(rule, cel, intoTemplate(template, false))] as const,
    ),
  )
  /** As a pod, where the rule is not for the kind itself. */
  const forPods = (request: AdmissionRequest) =>
    outsideKyverno(rule, request) === undefined ? undefined : generatedFor(request, controllers)
  return {
    policy: textAt(policy, 'metadata', 'name') ?? '',
    rule: name,
    kind: String(policy.kind),
    ruleName(request) {
      const controller = forPods(request)?.kind
      if (controller === undefined) return name ?? ''
      return `autogen-${controller === 'CronJob' ? 'cronjob-' : ''}${name}`
    },
    outside(request) {
      if (namespace !== undefined && request.namespace !== namespace) return 'it is in another namespace'
      const controller = forPods(request)
      return outsideKyverno(rule, controller ? asPod(request) : request)
    },
    passes: [
      {
        outside: () => undefined,
        parameters: (request, context) => parametersOf(at(cel, 'paramKind'), at(cel, 'paramRef'), request, context),
        actions: [
          textAt(rule, 'validate', 'failureAction') ?? textAt(policy, 'spec', 'validationFailureAction') ?? 'Audit',
        ],
      },
    ],
    expressions: base.expressions,
    variants: (request) => templates.get(forPods(request)?.template ?? '')?.expressions,
    problem: isFields(cel) ? base.problem : { verdict: 'not-applicable', message: 'the rule is not written in CEL' },
    failurePolicy: 'Fail',
    onFailure: 'fail',
  }
}

function compiled(rule: Fields, cel: unknown, rewrite: ((expression: string) => string) | undefined) {
  if (!isFields(cel)) return { expressions: NO_EXPRESSIONS, problem: undefined }
  const message = textAt(rule, 'validate', 'message')
  const validations = listAt(cel, 'expressions').map((one) =>
    isFields(one) && message !== undefined ? { message, ...one } : one,
  )
  const { expressions, problem } = compileExpressions({
    matchConditions: listAt(rule, 'celPreconditions'),
    variables: listAt(cel, 'variables'),
    validations,
    auditAnnotations: listAt(cel, 'auditAnnotations'),
    names: isFields(at(cel, 'paramKind')) ? ['params'] : [],
    ...(rewrite ? { rewrite } : {}),
  })
  return { expressions, problem: problem === undefined ? undefined : ({ verdict: 'error', message: problem } as const) }
}

function asPod(request: AdmissionRequest): AdmissionRequest {
  return { ...request, kind: { ...request.kind, group: '', version: 'v1', kind: 'Pod', resource: 'pods' } }
}

function generatedFor({ kind, subresource }: AdmissionRequest, controllers: readonly string[]) {
  if (subresource !== '' || !controllers.includes(kind.kind)) return undefined
  return POD_CONTROLLERS.find((one) => one.kind === kind.kind && one.group === kind.group)
}

/** The kinds that the policy is generated for: all, those of its annotation, or none where its filters would make no sense there. */
function generated(policy: Fields, rules: readonly Fields[]): readonly string[] {
  const filters = rules.flatMap((rule) => ['match', 'exclude'].flatMap((side) => filtersOf(at(rule, side))))
  const simple = filters.every(
    (one) =>
      at(one, 'name') === undefined &&
      listAt(one, 'names').length === 0 &&
      at(one, 'selector') === undefined &&
      at(one, 'annotations') === undefined &&
      !(listAt(one, 'kinds').length > 1 && textsAt(one, 'kinds').some(isPodKind)),
  )
  if (!simple || !filters.some((one) => textsAt(one, 'kinds').some(isPodKind))) return []
  const wanted = textAt(policy, 'metadata', 'annotations', ANNOTATION)
  const all = POD_CONTROLLERS.map((one) => one.kind)
  if (wanted === undefined || wanted === '' || wanted === 'all') return all
  return all.filter((kind) => wanted.split(',').some((one) => one.trim() === kind))
}

function isPodKind(kind: string): boolean {
  return kind === 'Pod' || kind === 'v1/Pod' || kind === '*/Pod'
}

function filtersOf(block: unknown): unknown[] {
  return [...listAt(block, 'any'), ...listAt(block, 'all'), block]
    .map((one) => at(one, 'resources'))
    .filter((one) => one !== undefined)
}
