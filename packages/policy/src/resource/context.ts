// The files as a cluster: what namespaces have for labels, where parameters are, what resource.Get finds.
import { type CelHost, type CelValue, celFromJson } from '@yagura/lang/cel'
import { at, type Fields, isFields, textAt } from '../document.ts'
import { type CustomKinds, customKinds, isOfResource } from './kinds.ts'

export interface ClusterContext {
  readonly documents: readonly Fields[]
  readonly custom: CustomKinds
  readonly namespaces: ReadonlyMap<string, Fields>
  readonly host: CelHost
}

/** `documents`: all there are, of resources and of policies. */
export function clusterContext(
  documents: readonly unknown[],
  nowMs: () => number,
  images: ReadonlyMap<string, Fields> = new Map(),
): ClusterContext {
  const objects = documents.filter(isFields)
  const custom = customKinds(objects)
  const namespaces = new Map<string, Fields>()
  for (const object of objects) {
    const name = textAt(object, 'metadata', 'name')
    if (object.kind === 'Namespace' && object.apiVersion === 'v1' && name !== undefined) namespaces.set(name, object)
  }
  return { documents: objects, custom, namespaces, host: host(objects, custom, nowMs, images) }
}

/** The namespace's object: that of the files, or what every namespace has at least. */
export function namespaceObject(context: ClusterContext, name: string): Fields {
  const known = context.namespaces.get(name)
  const labels = { 'kubernetes.io/metadata.name': name }
  if (!known) return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  const metadata = at(known, 'metadata')
  const given = at(metadata, 'labels')
  return {
    ...known,
    metadata: { ...(isFields(metadata) ? metadata : {}), labels: { ...labels, ...(isFields(given) ? given : {}) } },
  }
}

function host(
  objects: readonly Fields[],
  custom: CustomKinds,
  nowMs: () => number,
  images: ReadonlyMap<string, Fields>,
): CelHost {
  const converted = new Map<Fields, CelValue>()
  function value(object: Fields): CelValue {
    let known = converted.get(object)
    if (known === undefined) {
      known = celFromJson(object)
      converted.set(object, known)
    }
    return known
  }
  return {
    nowMs,
    imageMetadata(reference) {
      const known = images.get(reference)
      return known && value(known)
    },
    resource(apiVersion, resource, namespace, name) {
      const found = objects.filter(
        (object) =>
          isOfResource(object, apiVersion, resource, custom) &&
          (namespace === '' || (textAt(object, 'metadata', 'namespace') ?? 'default') === namespace) &&
          (name === null || textAt(object, 'metadata', 'name') === name),
      )
      if (name === null) return new Map([['items', found.map(value)]])
      const [first] = found
      return first === undefined ? undefined : value(first)
    },
  }
}
