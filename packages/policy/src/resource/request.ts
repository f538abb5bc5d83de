// A document as an admission request: a manifest is taken as it is when it is created; an AdmissionReview says itself what happens.
import { type CelValue, celFromJson } from '@yagura/lang/cel'
import { at, type Fields, fields, isFields, labelsAt, textAt } from '../document.ts'
import type { ClusterContext } from './context.ts'
import { namespaceObject } from './context.ts'
import { type ResourceKind, resourceKind } from './kinds.ts'
import { served } from './served.ts'

export interface AdmissionRequest {
  /** Kind/namespace/name, or Kind/name. */
  readonly title: string
  readonly kind: ResourceKind
  readonly subresource: string
  readonly name: string
  /** Empty where there is none. */
  readonly namespace: string
  readonly operation: string
  readonly object: Fields | null
  readonly oldObject: Fields | null
  readonly labels: Readonly<Record<string, string>>
  /** Of the namespace it is in; a Namespace is asked for its own. undefined: it has none. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined
  /** The same as CEL values, made once for all policies. */
  readonly values: {
    readonly object: CelValue
    readonly oldObject: CelValue
    readonly request: CelValue
    readonly namespaceObject: CelValue
  }
  /** Both with what the API server fills in before it asks its own policies. */
  readonly served: () => Served
}

export interface Served {
  readonly object: CelValue
  readonly oldObject: CelValue
}

/** undefined where the document is no object of Kubernetes. */
export function admissionRequest(
  document: unknown,
  context: ClusterContext,
  userInfo: Fields = {},
): AdmissionRequest | undefined {
  if (!isFields(document)) return undefined
  const isReview = document.kind === 'AdmissionReview' && isFields(document.request)
  const given: Fields = isReview ? fields(document.request) : {}
  const object = isReview ? orNull(given.object) : document
  const oldObject = isReview ? orNull(given.oldObject) : null
  const subject = object ?? oldObject
  const apiVersion = textAt(subject, 'apiVersion') ?? apiVersionOf(given.kind)
  const kindName = textAt(subject, 'kind') ?? textAt(given, 'kind', 'kind')
  if (apiVersion === undefined || kindName === undefined) return undefined
  const known = resourceKind(apiVersion, kindName, context.custom)
  const kind = { ...known, resource: textAt(given, 'resource', 'resource') ?? known.resource }
  // what gets its name when it is made is asked for without one, and has one when it is judged
  const name = textAt(given, 'name') ?? textAt(subject, 'metadata', 'name') ?? ''
  const shownName = name || (textAt(subject, 'metadata', 'generateName') ?? '')
  const own = textAt(given, 'namespace') ?? textAt(subject, 'metadata', 'namespace')
  const namespace = own ?? (kind.namespaced === false ? '' : 'default')
  const operation = textAt(given, 'operation') || (object === null && oldObject !== null ? 'DELETE' : 'CREATE')
  const subresource = textAt(given, 'subResource') ?? ''
  // the API server writes the namespace into what is created in it
  const placed = object === null ? null : complete(object, namespace)
  const isNamespace = kindName === 'Namespace' && apiVersion === 'v1'
  const around = namespace === '' || isNamespace ? null : namespaceObject(context, namespace)
  const request = {
    kind: { group: kind.group, version: kind.version, kind: kind.kind },
    resource: { group: kind.group, version: kind.version, resource: kind.resource },
    requestKind: { group: kind.group, version: kind.version, kind: kind.kind },
    requestResource: { group: kind.group, version: kind.version, resource: kind.resource },
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    ...(subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource }),
    operation,
    userInfo: isFields(given.userInfo) ? given.userInfo : userInfo,
    dryRun: given.dryRun === true,
    ...(isFields(given.options) ? { options: given.options } : {}),
  }
  const objectValue = celFromJson(placed)
  const oldValue = celFromJson(oldObject)
  return {
    title: [kindName, ...(namespace === '' || isNamespace ? [] : [namespace]), shownName].join('/'),
    kind,
    subresource,
    name,
    namespace: isNamespace ? '' : namespace,
    operation,
    object: placed,
    oldObject,
    labels: labelsAt(subject, 'metadata', 'labels'),
    namespaceLabels: isNamespace
      ? { 'kubernetes.io/metadata.name': name, ...labelsAt(subject, 'metadata', 'labels') }
      : around === null
        ? undefined
        : labelsAt(around, 'metadata', 'labels'),
    values: {
      object: objectValue,
      oldObject: oldValue,
      request: celFromJson(request),
      namespaceObject: celFromJson(around),
    },
    served: once(() => ({ object: servedValue(placed), oldObject: servedValue(oldObject) })),
  }
}

function servedValue(object: Fields | null): CelValue {
  return object === null ? null : celFromJson(served(object))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The review of this operation: what is deleted is there before only, what is updated before and after. */
export function asReview(document: unknown, operation: string, before: unknown = document): unknown {
  if (!isFields(document) || document.kind === 'AdmissionReview') return document
  const object = operation === 'DELETE' ? null : document
  const oldObject = operation === 'UPDATE' || operation === 'DELETE' ? before : null
  return { kind: 'AdmissionReview', request: { operation, object, oldObject } }
}

/** JSON that is no object of Kubernetes, for policies that judge any: nothing but `object` is known of it. */
export function jsonRequest(document: unknown): AdmissionRequest | undefined {
  if (!isFields(document)) return undefined
  const title = textAt(document, 'metadata', 'name') ?? textAt(document, 'name') ?? 'JSON'
  return {
    title,
    kind: { group: '', version: '', kind: '', resource: '', namespaced: undefined },
    subresource: '',
    name: title,
    namespace: '',
    operation: 'CREATE',
    object: document,
    oldObject: null,
    labels: {},
    namespaceLabels: undefined,
    values: { object: celFromJson(document), oldObject: null, request: null, namespaceObject: null },
    served: () => ({ object: celFromJson(document), oldObject: null }),
  }
}

function orNull(value: unknown): Fields | null {
  return isFields(value) ? value : null
}

function apiVersionOf(kind: unknown): string | undefined {
  const version = textAt(kind, 'version')
  const group = textAt(kind, 'group')
  return version === undefined ? undefined : group ? `${group}/${version}` : version
}

/** What the API server puts after generateName; its letters are others each time. */
const SUFFIX = 'x7k2m'

/** With what the API server writes before it asks policies: the namespace, and the name where it makes one. */
function complete(object: Fields, namespace: string): Fields {
  const metadata = at(object, 'metadata')
  const base = textAt(metadata, 'generateName')
  const made = {
    ...(namespace === '' ? {} : { namespace }),
    ...(base === undefined ? {} : { name: base + SUFFIX }),
  }
  const missing = Object.entries(made).filter(([key]) => textAt(metadata, key) === undefined)
  if (missing.length === 0) return object
  return { ...object, metadata: { ...(isFields(metadata) ? metadata : {}), ...Object.fromEntries(missing) } }
}
