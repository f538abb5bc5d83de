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

export function podOf(object: unknown): PodTemplate | undefined {
  if (!isFields(object) || typeof object.kind !== 'string') return undefined
  const { kind, apiVersion } = object
  const kinds = GROUPS.test(String(apiVersion))
    ? TEMPLATES
    : FOREIGN.find(([group]) => group.test(String(apiVersion)))?.[1]
  const path = kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (path === undefined) return undefined
  const template = at(object, ...path)
  const spec = at(template, 'spec')
  return isFields(spec) ? { metadata: fields(at(template, 'metadata')), spec, path } : undefined
}
