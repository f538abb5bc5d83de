// match and exclude of Kyverno's policies (kyverno.io/docs/writing-policies/match-exclude). Who asks is not known from files: subjects and
// roles are left aside, as Kyverno's own command line does.
import { at, isFields, labelsAt, listAt, textAt, textsAt } from '../document.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import { matchesPattern, matchesSelector } from './selector.ts'

export function outsideKyverno(rule: unknown, request: AdmissionRequest): string | undefined {
  const match = at(rule, 'match')
  if (!matchesBlock(match, request)) return 'the rule does not match it'
  const exclude = at(rule, 'exclude')
  return isFields(exclude) && matchesBlock(exclude, request) ? 'the rule excludes it' : undefined
}

export function matchesBlock(block: unknown, request: AdmissionRequest): boolean {
  const any = listAt(block, 'any')
  if (any.length > 0) return any.some((one) => matchesFilter(at(one, 'resources'), request))
  const all = listAt(block, 'all')
  if (all.length > 0) return all.every((one) => matchesFilter(at(one, 'resources'), request))
  return matchesFilter(at(block, 'resources'), request)
}

function matchesFilter(filter: unknown, request: AdmissionRequest): boolean {
  if (!isFields(filter) || Object.keys(filter).length === 0) return false
  const kinds = textsAt(filter, 'kinds')
  if (kinds.length > 0 && !kinds.some((one) => matchesKind(one, request))) return false
  const names = [...textsAt(filter, 'names'), ...(textAt(filter, 'name') ? [textAt(filter, 'name') ?? ''] : [])]
  if (names.length > 0 && !names.some((one) => matchesPattern(one, request.name))) return false
  const namespaces = textsAt(filter, 'namespaces')
  const namespace = request.kind.kind === 'Namespace' ? request.name : request.namespace
  if (namespaces.length > 0 && !namespaces.some((one) => matchesPattern(one, namespace))) return false
  const operations = textsAt(filter, 'operations')
  if (operations.length > 0 && !operations.includes(request.operation)) return false
  const annotations = at(filter, 'annotations')
  const own = labelsAt(request.object ?? request.oldObject, 'metadata', 'annotations')
  if (isFields(annotations) && !matchesSelector({ matchLabels: annotations }, own, true)) return false
  if (isFields(at(filter, 'selector')) && !matchesSelector(at(filter, 'selector'), request.labels, true)) return false
  const namespaceSelector = at(filter, 'namespaceSelector')
  return !isFields(namespaceSelector) || matchesSelector(namespaceSelector, request.namespaceLabels ?? {}, true)
}

interface KindSelector {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly subresource: string
}

function matchesKind(wanted: string, { kind, subresource }: AdmissionRequest): boolean {
  const selector = kindSelector(wanted)
  return (
    matchesPattern(selector.kind, kind.kind) &&
    matchesPattern(selector.subresource, subresource) &&
    matchesPattern(selector.version, kind.version) &&
    matchesPattern(selector.group, kind.group)
  )
}

function isVersion(text: string): boolean {
  return text === '*' || /^v\d+(?:(?:alpha|beta)\d+)?$/.test(text)
}

/** Kind, Kind/subresource, version/Kind, group/version/Kind, group/version/Kind/subresource. */
function kindSelector(text: string): KindSelector {
  const [a = '*', b = '*', c = '*', d = ''] = text.split('/')
  const parts = text.split('/').length
  const any = { group: '*', version: '*', kind: '*', subresource: '' }
  if (parts === 1) return { ...any, kind: a }
  if (text === '*/*') return { ...any, subresource: '*' }
  if (parts === 2) return isVersion(a) ? { ...any, version: a, kind: b } : { ...any, kind: a, subresource: b }
  if (parts === 3 && isVersion(a) && !isVersion(b)) return { ...any, version: a, kind: b, subresource: c }
  return { group: a, version: b, kind: c, subresource: d }
}
