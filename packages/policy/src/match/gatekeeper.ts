// spec.match of Gatekeeper's constraints (open-policy-agent.github.io/gatekeeper/website/docs/howto, "The match field").
import { at, isFields, listAt, textAt, textsAt } from '../document.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import { matchesSelector } from './selector.ts'

export function outsideConstraint(match: unknown, request: AdmissionRequest): string | undefined {
  const { kind } = request
  const kinds = listAt(match, 'kinds')
  if (kinds.length > 0 && !kinds.some((one) => matchesKind(one, kind.group, kind.kind)))
    return 'its kind is not matched'
  const scope = textAt(match, 'scope') ?? '*'
  const isNamespaced = request.namespace !== ''
  if ((scope === 'Cluster' && isNamespaced) || (scope === 'Namespaced' && !isNamespaced))
    return 'its scope is not matched'
  const namespace = kind.kind === 'Namespace' && kind.group === '' ? request.name : request.namespace
  const namespaces = textsAt(match, 'namespaces')
  if (namespace !== '' && namespaces.length > 0 && !namespaces.some((one) => matchesName(one, namespace)))
    return 'its namespace is not matched'
  if (namespace !== '' && textsAt(match, 'excludedNamespaces').some((one) => matchesName(one, namespace)))
    return 'its namespace is excluded'
  const name = textAt(match, 'name')
  if (name && !matchesName(name, request.name)) return 'its name is not matched'
  if (isFields(at(match, 'labelSelector')) && !matchesSelector(at(match, 'labelSelector'), request.labels))
    return 'its labels are not selected'
  const selector = at(match, 'namespaceSelector')
  if (isFields(selector) && request.namespaceLabels && !matchesSelector(selector, request.namespaceLabels))
    return 'its namespace is not selected'
  return textAt(match, 'source') === 'Generated' ? 'only what is generated is matched' : undefined
}

function matchesKind(wanted: unknown, group: string, kind: string): boolean {
  const groups = textsAt(wanted, 'apiGroups')
  const kinds = textsAt(wanted, 'kinds')
  return (
    (groups.length === 0 || groups.includes('*') || groups.includes(group)) &&
    (kinds.length === 0 || kinds.includes('*') || kinds.includes(kind))
  )
}

/** A star may stand at either end only. */
function matchesName(pattern: string, name: string): boolean {
  const open = pattern.startsWith('*')
  const ending = pattern.length > 1 && pattern.endsWith('*')
  const core = pattern.slice(open ? 1 : 0, ending ? -1 : undefined)
  if (open && ending) return name.includes(core)
  return open ? name.endsWith(core) : ending ? name.startsWith(core) : name === core
}
