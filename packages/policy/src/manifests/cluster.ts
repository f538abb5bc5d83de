// The other objects of the files, for checks that look at more than one: `cluster.Service` is the list of all services, and so on.
// Namespaces are filled in, so that what belongs together is found.
import { type CelValue, celFromJson } from '@yagura/lang/cel'
import { at, type Fields, isFields, textAt } from '../document.ts'
import type { CustomKinds } from '../resource/kinds.ts'
import { resourceKind } from '../resource/kinds.ts'

/** Kinds that a check may ask for, there even where the files hold none. */
const KINDS = [
  'NetworkPolicy',
  'Service',
  'ServiceAccount',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'ResourceQuota',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
] as const

export function clusterValue(objects: readonly Fields[]): CelValue {
  const byKind = new Map<string, CelValue[]>(KINDS.map((kind) => [kind, []]))
  for (const object of objects) byKind.get(String(object.kind))?.push(celFromJson(object))
  return byKind
}

/** The object as it would be in a cluster: fields that are null are not there, and `default` is where what names no namespace goes. */
export function placed(given: Fields, custom: CustomKinds): Fields {
  const object = withoutNulls(given) as Fields
  const { namespaced } = resourceKind(String(object.apiVersion), String(object.kind), custom)
  const metadata = at(object, 'metadata')
  if (namespaced !== true || textAt(metadata, 'namespace') !== undefined) return object
  return { ...object, metadata: { ...(isFields(metadata) ? metadata : {}), namespace: 'default' } }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => [key, withoutNulls(one)]),
  )
}
