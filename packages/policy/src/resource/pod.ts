// The pod in an object: itself, or the template of what makes pods.
import { at, type Fields, fields, isFields } from '../document.ts'

export interface PodTemplate {
  readonly metadata: Fields
  readonly spec: Fields
  /** Where it stands in the object. */
  readonly path: readonly string[]
}

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
}
/** Groups of those kinds; a Job of somebody else is no Job. */
const GROUPS = /^(?:v1|apps\/.*|batch\/.*|extensions\/.*)$/

export function podOf(object: unknown): PodTemplate | undefined {
  if (!isFields(object) || typeof object.kind !== 'string' || !GROUPS.test(String(object.apiVersion))) return undefined
  const path = Object.hasOwn(TEMPLATES, object.kind) ? TEMPLATES[object.kind] : undefined
  if (path === undefined) return undefined
  const template = at(object, ...path)
  const spec = at(template, 'spec')
  return isFields(spec) ? { metadata: fields(at(template, 'metadata')), spec, path } : undefined
}
