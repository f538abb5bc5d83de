// The pod in an object: itself, or the template of what makes pods.
import { at, type Fields, fields, isFields } from '../document.ts'

export interface PodTemplate {
  readonly metadata: Fields
  readonly spec: Fields
  /** Where it stands in the object. */
  readonly path: readonly string[]
}

const TEMPLATE = ['spec', 'template']
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: TEMPLATE,
  DaemonSet: TEMPLATE,
  StatefulSet: TEMPLATE,
  ReplicaSet: TEMPLATE,
  ReplicationController: TEMPLATE,
  Job: TEMPLATE,
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
}
/** What makes pods in other groups: OpenShift, Argo Rollouts, Knative, OpenKruise. */
const FOREIGN: readonly (readonly [group: RegExp, kinds: Readonly<Record<string, readonly string[]>>])[] = [
  [/^apps\.openshift\.io\//, { DeploymentConfig: TEMPLATE }],
  [/^argoproj\.io\//, { Rollout: TEMPLATE }],
  [/^serving\.knative\.dev\//, { Service: TEMPLATE, Configuration: TEMPLATE, Revision: [] }],
  [/^apps\.kruise\.io\//, { CloneSet: TEMPLATE, DaemonSet: TEMPLATE, StatefulSet: TEMPLATE }],
]
/** Groups of Kubernetes' own kinds; a Job of somebody else is no Job. */
const GROUPS = /^(?:v1|(?:apps|batch|extensions)\/.*)$/

export const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'] as const

export function podOf(object: unknown): PodTemplate | undefined {
  const path = pathOf(object)
  if (path === undefined) return undefined
  const template = at(object, ...path)
  const spec = at(template, 'spec')
  return isFields(spec) ? { metadata: fields(at(template, 'metadata')), spec, path } : undefined
}

/** Where the pod of an object is not shaped as a pod is: the API server takes no such manifest, and nothing can be said of it. */
export function malformedPod(object: unknown): string | undefined {
  const path = pathOf(object)
  if (path === undefined) return undefined
  const spec = at(object, ...path, 'spec')
  if (spec === undefined || spec === null) return undefined
  if (!isFields(spec)) return [...path, 'spec'].join('.')
  const field = CONTAINERS.find((one) => {
    const value = spec[one]
    return value !== undefined && value !== null && !(Array.isArray(value) && value.every(isFields))
  })
  return field && [...path, 'spec', field].join('.')
}

/** From the object to its template; undefined for what makes no pods. */
function pathOf(object: unknown): readonly string[] | undefined {
  if (!isFields(object) || typeof object.kind !== 'string') return undefined
  const { kind, apiVersion } = object
  const kinds = GROUPS.test(String(apiVersion))
    ? TEMPLATES
    : FOREIGN.find(([group]) => group.test(String(apiVersion)))?.[1]
  return kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
}
