// The other objects of the files, for checks that look at more than one: `cluster.Service` is the list of all services, and so on.
// Namespaces are filled in, so that what belongs together is found.
import { type CelValue, celFromJson } from '@yagura/lang/cel'
import { at, type Fields, fields, isFields, labelsAt, listAt, textAt } from '../document.ts'
import { matchesSelector } from '../match/selector.ts'
import type { CustomKinds } from '../resource/kinds.ts'
import { resourceKind } from '../resource/kinds.ts'
import type { PodTemplate } from '../resource/pod.ts'

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
  'DeploymentConfig',
  'Rollout',
  'Job',
  'CronJob',
  'Pod',
  'ClusterRole',
] as const

export function clusterValue(objects: readonly Fields[]): CelValue {
  const byKind = new Map<string, CelValue[]>(KINDS.map((kind) => [kind, []]))
  for (const object of objects) byKind.get(String(object.kind))?.push(celFromJson(object))
  return byKind
}

/** What selects pods by their labels, and where it says so. */
const SELECTING: readonly (readonly [kind: string, field: string])[] = [
  ['NetworkPolicy', 'podSelector'],
  ['PodDisruptionBudget', 'selector'],
]

export interface Selectors {
  /** `selectedBy`: what selects this pod, by kind: objects of its namespace, and terms of its own that keep its replicas apart. */
  readonly of: (namespace: string, pod: PodTemplate) => CelValue
}

export function selectorsOf(objects: readonly Fields[]): Selectors {
  const known = SELECTING.map(([kind, field]) => ({
    kind,
    objects: objects
      .filter((object) => object.kind === kind)
      .map((object) => ({
        namespace: textAt(object, 'metadata', 'namespace') ?? '',
        selector: at(object, 'spec', field),
        value: celFromJson(object),
      })),
  }))
  return {
    of(namespace, pod) {
      const labels = labelsAt(pod.metadata, 'labels')
      const selecting = known.map(({ kind, objects: some }): [string, CelValue] => [
        kind,
        some
          // an empty selector takes all, one that is absent takes none
          .filter(
            (one) => one.namespace === namespace && isFields(one.selector) && matchesSelector(one.selector, labels),
          )
          .map(({ value }) => value),
      ])
      return new Map([...selecting, ...ownTerms(pod.spec, labels)])
    },
  }
}

/** Terms that name the pod itself. A spread constraint without a selector is taken for one that does. */
function ownTerms(spec: Fields, labels: Readonly<Record<string, string>>): [string, CelValue][] {
  const affinity = at(spec, 'affinity', 'podAntiAffinity')
  const terms = [
    ...listAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...listAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((one) => at(one, 'podAffinityTerm')),
  ]
  const apart = terms.filter((term) => {
    const selector = at(term, 'labelSelector')
    return isFields(selector) && matchesSelector(selector, labels)
  })
  const spread = listAt(spec, 'topologySpreadConstraints').filter((term) =>
    matchesSelector(at(term, 'labelSelector'), labels),
  )
  return [
    ['podAntiAffinity', celFromJson(apart)],
    ['topologySpreadConstraints', celFromJson(spread)],
  ]
}

/**
 * The object as it would be in a cluster: fields that are null are not there, `metadata` is, and `default` is where what names no namespace
 * goes.
 */
export function placed(given: Fields, custom: CustomKinds): Fields {
  const object = withoutNulls(given) as Fields
  const { namespaced } = resourceKind(String(object.apiVersion), String(object.kind), custom)
  const metadata = fields(at(object, 'metadata'))
  const isPlaced = namespaced !== true || textAt(metadata, 'namespace') !== undefined
  return { ...object, metadata: isPlaced ? metadata : { ...metadata, namespace: 'default' } }
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
