// matchConstraints and matchResources of admission policies (k8s.io/api/admissionregistration/v1, MatchResources).
import { at, listAt, textAt, textsAt } from '../document.ts'
import { equivalentGroups } from '../resource/kinds.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import { matchesSelector } from './selector.ts'

/** Why these constraints leave the request aside; undefined where it is theirs. */
export function outsideConstraints(constraints: unknown, request: AdmissionRequest): string | undefined {
  const { namespaceLabels } = request
  // what lives in no namespace is not asked for one; a Namespace is asked for its own labels
  if (namespaceLabels && !matchesSelector(at(constraints, 'namespaceSelector'), namespaceLabels))
    return 'its namespace is not selected'
  if (!matchesSelector(at(constraints, 'objectSelector'), request.labels)) return 'its labels are not selected'
  const equivalent = textAt(constraints, 'matchPolicy') !== 'Exact'
  if (listAt(constraints, 'excludeResourceRules').some((rule) => matchesRule(rule, request, equivalent)))
    return 'an exclusion names it'
  const rules = at(constraints, 'resourceRules')
  if (!Array.isArray(rules) || rules.length === 0) return undefined
  return rules.some((rule) => matchesRule(rule, request, equivalent))
    ? undefined
    : `no rule is for ${request.operation} of ${request.kind.resource}${silence(rules)}`
}

/** A rule without operations is for none: the API server takes no such policy. */
function silence(rules: readonly unknown[]): string {
  return rules.some((rule) => listAt(rule, 'operations').length === 0) ? ' (a rule names no operations)' : ''
}

function matchesRule(rule: unknown, request: AdmissionRequest, equivalent: boolean): boolean {
  const { kind } = request
  const names = textsAt(rule, 'resourceNames')
  const scope = textAt(rule, 'scope') ?? '*'
  if (names.length > 0 && !names.includes(request.name)) return false
  if (scope === 'Cluster' && request.namespace !== '') return false
  if (scope === 'Namespaced' && request.namespace === '') return false
  if (!includes(textsAt(rule, 'operations'), request.operation)) return false
  if (!textsAt(rule, 'resources').some((one) => matchesResource(one, kind.resource, request.subresource))) return false
  const groups = equivalent ? equivalentGroups(kind.group, kind.resource) : [kind.group]
  if (!groups.some((group) => includes(textsAt(rule, 'apiGroups'), group))) return false
  return equivalent || includes(textsAt(rule, 'apiVersions'), kind.version)
}

function includes(wanted: readonly string[], value: string): boolean {
  return wanted.includes('*') || wanted.includes(value)
}

function matchesResource(wanted: string, resource: string, subresource: string): boolean {
  const [first = '', second] = wanted.split('/')
  if (first !== '*' && first !== resource) return false
  if (second === undefined) return subresource === ''
  return second === '*' || second === subresource
}
