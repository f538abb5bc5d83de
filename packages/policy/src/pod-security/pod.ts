// What the controls look at: the containers of a pod, of all three kinds, and fields that are null as if they were absent.
import { at, type Fields, fields, isFields, labelsAt, listAt, textAt } from '../document.ts'

export interface CheckedPod {
  readonly spec: Fields
  readonly annotations: Readonly<Record<string, string>>
  readonly containers: readonly NamedContainer[]
}

export interface NamedContainer {
  readonly name: string
  /** In the pod's spec: containers[0]. */
  readonly path: string
  readonly fields: Fields
}

export function checkedPod(metadata: unknown, spec: Fields): CheckedPod {
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    listAt(spec, field).map((container, index) => ({
      name: textAt(container, 'name') ?? String(index),
      path: `${field}[${index}]`,
      fields: fields(container),
    })),
  )
  return { spec, annotations: labelsAt(metadata, 'annotations'), containers }
}

/** Values at this path of the pod's and of every container's security context, where they are set. */
export function everywhere(pod: CheckedPod, ...path: readonly string[]): { place: string; value: unknown }[] {
  const own = at(pod.spec, 'securityContext', ...path)
  const pods =
    own === undefined || own === null ? [] : [{ place: `spec.${place('securityContext', path)}`, value: own }]
  return [...pods, ...inContainers(pod, 'securityContext', ...path)]
}

/** Types of a profile where one is set; what names no type has the empty one. */
export function profileTypes(pod: CheckedPod, profile: string): { place: string; value: unknown }[] {
  return everywhere(pod, profile).map(({ place, value }) => ({
    place: `${place}.type`,
    value: textAt(value, 'type') ?? '',
  }))
}

export function inContainers(pod: CheckedPod, ...path: readonly string[]): { place: string; value: unknown }[] {
  return pod.containers.flatMap((container) => {
    const value = at(container.fields, ...path)
    return value === undefined || value === null ? [] : [{ place: `spec.${place(container.path, path)}`, value }]
  })
}

function place(start: string, path: readonly string[]): string {
  return [start, ...path].join('.')
}

export function isWindows(pod: CheckedPod): boolean {
  return textAt(pod.spec, 'os', 'name') === 'windows'
}

/** Users of the pod are not those of the node. */
export function hasOwnUsers(pod: CheckedPod): boolean {
  return pod.spec.hostUsers === false
}

export function volumesOf(pod: CheckedPod): { name: string; fields: Fields }[] {
  return listAt(pod.spec, 'volumes')
    .filter(isFields)
    .map((volume, index) => ({ name: textAt(volume, 'name') ?? String(index), fields: volume }))
}
