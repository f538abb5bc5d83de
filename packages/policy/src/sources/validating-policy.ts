// Kyverno's ValidatingPolicy, in its namespaced form too (kyverno.io/docs/policy-types/validating-policy).
import type { CelValue } from '@yagura/lang/cel'
import { at, type Fields, isFields, listAt, textAt, textsAt } from '../document.ts'
import { images } from '../engine/images.ts'
import { NO_PARAMETERS } from '../engine/parameters.ts'
import { compileExpressions, failurePolicyOf, type Pass, type Rule, sourceOf } from '../engine/rule.ts'
import { outsideConstraints } from '../match/constraints.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import { intoTemplate, POD_CONTROLLERS, type PodController } from './autogen.ts'

const NAMES = ['images', 'exceptions', 'params']
const PASS: Omit<Pass, 'actions'> = { outside: () => undefined, parameters: () => NO_PARAMETERS }

export function validatingPolicies(documents: readonly Fields[]): Rule[] {
  return documents
    .filter(
      ({ apiVersion, kind }) =>
        String(apiVersion).startsWith('policies.kyverno.io/') &&
        (kind === 'ValidatingPolicy' || kind === 'NamespacedValidatingPolicy'),
    )
    .map(validatingRule)
}

function validatingRule(policy: Fields): Rule {
  const spec = at(policy, 'spec')
  const constraints = at(spec, 'matchConstraints')
  const own = policy.kind === 'NamespacedValidatingPolicy' ? textAt(policy, 'metadata', 'namespace') : undefined
  const base = compileExpressions(sourceOf(spec, NAMES))
  const mode = textAt(spec, 'evaluation', 'mode') ?? 'Kubernetes'
  const controllers = generated(spec, constraints)
  const templates = new Map(
    [...new Set(controllers.map((one) => one.template))].map((template) => [
      template,
      compileExpressions(sourceOf(spec, NAMES, intoTemplate(template, true))).expressions,
    ]),
  )
  const controller = ({ kind, subresource }: AdmissionRequest) =>
    subresource === ''
      ? controllers.find((one) => one.kind === kind.kind && one.group === kind.group && one.version === kind.version)
      : undefined
  return {
    policy: textAt(policy, 'metadata', 'name') ?? '',
    rule: null,
    kind: String(policy.kind),
    outside(request) {
      if (own !== undefined && request.namespace !== own) return 'it is in another namespace'
      if (mode !== 'Kubernetes') return undefined
      if (!isFields(constraints)) return 'the policy names nothing that it is for: it has no matchConstraints'
      return outsideConstraints(constraints, controller(request) ? asPod(request) : request)
    },
    passes: [{ ...PASS, actions: textsAt(spec, 'validationActions') }],
    anyJson: mode === 'JSON',
    expressions: base.expressions,
    extraVariables: (request, allowed): readonly (readonly [string, CelValue])[] => [
      ['images', images(request)],
      [
        'exceptions',
        new Map<string, CelValue>([
          ['allowedImages', allowed.images],
          ['allowedValues', allowed.values],
        ]),
      ],
    ],
    variants: (request) => templates.get(controller(request)?.template ?? ''),
    problem: problemOf(mode, base.problem),
    failurePolicy: failurePolicyOf(spec),
    onFailure: 'error',
  }
}

function problemOf(mode: string, wrong: string | undefined): Rule['problem'] {
  if (mode !== 'Kubernetes' && mode !== 'JSON')
    return { verdict: 'not-applicable', message: `it judges requests of ${mode}, not resources` }
  return wrong === undefined ? undefined : { verdict: 'error', message: wrong }
}

function asPod(request: AdmissionRequest): AdmissionRequest {
  return { ...request, kind: { ...request.kind, group: '', version: 'v1', kind: 'Pod', resource: 'pods' } }
}

function isEmptySelector(selector: unknown): boolean {
  return !isFields(at(selector, 'matchLabels')) && listAt(selector, 'matchExpressions').length === 0
}

const OF_PODS = ['pods', 'pods/ephemeralcontainers']

/** Only a policy for nothing but pods is generated for what makes pods (kyverno, pkg/cel/autogen: CanAutoGen). */
function generated(spec: unknown, constraints: unknown): readonly PodController[] {
  const rules = listAt(constraints, 'resourceRules')
  const [rule] = rules
  const simple =
    rules.length === 1 &&
    isEmptySelector(at(constraints, 'objectSelector')) &&
    listAt(constraints, 'excludeResourceRules').length === 0 &&
    listAt(rule, 'resourceNames').length === 0 &&
    sole(rule, 'apiGroups') === '' &&
    sole(rule, 'apiVersions') === 'v1' &&
    listAt(rule, 'resources').includes('pods') &&
    listAt(rule, 'resources').every((one) => OF_PODS.includes(String(one)))
  if (!simple) return []
  const wanted = at(spec, 'autogen', 'podControllers', 'controllers')
  const all = POD_CONTROLLERS.filter((one) => one.kind !== 'ReplicationController')
  return Array.isArray(wanted) ? all.filter((one) => wanted.includes(one.resource)) : all
}

function sole(rule: unknown, field: string): unknown {
  const values = listAt(rule, field)
  return values.length === 1 ? values[0] : undefined
}
