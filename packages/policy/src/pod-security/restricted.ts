// Controls that the restricted level adds (kubernetes.io/docs/concepts/security/pod-security-standards).
import { at, isFields, listAt } from '../document.ts'
import { isKnownProfile, procMount } from './baseline.ts'
import type { Control } from './control.ts'
import { type CheckedPod, hasOwnUsers, isWindows, type NamedContainer, volumesOf } from './pod.ts'

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

type Check = (pod: CheckedPod) => string[]

/** Pods of Windows have no such settings. */
function unlessWindows(check: Check): Check {
  return (pod) => (isWindows(pod) ? [] : check(pod))
}

function unlessOwnUsers(check: Check): Check {
  return (pod) => (hasOwnUsers(pod) ? [] : check(pod))
}

function volumes(pod: CheckedPod): string[] {
  return volumesOf(pod)
    .filter(({ fields }) => !VOLUMES.some((type) => isFields(fields[type])))
    .map(
      ({ name, fields }) =>
        `volume ${name} is of the type ${Object.keys(fields).find((key) => key !== 'name') ?? 'unknown'}`,
    )
}

function setting(container: NamedContainer, ...path: readonly string[]): unknown {
  return at(container.fields, 'securityContext', ...path) ?? undefined
}

function privilegeEscalation(pod: CheckedPod): string[] {
  return pod.containers
    .filter((container) => setting(container, 'allowPrivilegeEscalation') !== false)
    .map(({ path }) => `spec.${path}.securityContext.allowPrivilegeEscalation is not false`)
}

/** What the pod says holds for containers that say nothing; what it says wrongly is wrong even if no container follows. */
function inherited(
  pod: CheckedPod,
  path: readonly string[],
  isGood: (value: unknown) => boolean,
  wanted: string,
): string[] {
  const own = at(pod.spec, 'securityContext', ...path) ?? undefined
  const name = path.join('.')
  const wrong = own !== undefined && !isGood(own) ? [`spec.securityContext.${name} is ${JSON.stringify(own)}`] : []
  const containers = pod.containers.flatMap((container) => {
    const value = setting(container, ...path)
    if (value === undefined)
      return own === undefined
        ? [`neither spec nor spec.${container.path} sets securityContext.${name} to ${wanted}`]
        : []
    return isGood(value) ? [] : [`spec.${container.path}.securityContext.${name} is ${JSON.stringify(value)}`]
  })
  return [...wrong, ...containers]
}

function runAsNonRoot(pod: CheckedPod): string[] {
  return inherited(pod, ['runAsNonRoot'], (value) => value === true, 'true')
}

function runAsUser(pod: CheckedPod): string[] {
  const own = at(pod.spec, 'securityContext', 'runAsUser') === 0 ? ['spec.securityContext.runAsUser is 0'] : []
  const containers = pod.containers
    .filter((container) => setting(container, 'runAsUser') === 0)
    .map(({ path }) => `spec.${path}.securityContext.runAsUser is 0`)
  return [...own, ...containers]
}

function seccomp(pod: CheckedPod): string[] {
  return inherited(pod, ['seccompProfile', 'type'], isKnownProfile, 'RuntimeDefault or Localhost')
}

function capabilities(pod: CheckedPod): string[] {
  return pod.containers.flatMap(({ path, fields }) => {
    const dropped = listAt(fields, 'securityContext', 'capabilities', 'drop').includes('ALL')
    const added = listAt(fields, 'securityContext', 'capabilities', 'add').filter((one) => one !== 'NET_BIND_SERVICE')
    return [
      ...(dropped ? [] : [`spec.${path}.securityContext.capabilities.drop does not hold ALL`]),
      ...added.map((one) => `spec.${path}.securityContext.capabilities.add holds ${String(one)}`),
    ]
  })
}

export const RESTRICTED: readonly Control[] = [
  { id: 'restrictedVolumes', level: 'restricted', overrides: ['hostPathVolumes'], versions: [[0, volumes]] },
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    versions: [
      [8, privilegeEscalation],
      [25, unlessWindows(privilegeEscalation)],
    ],
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    versions: [
      [0, runAsNonRoot],
      [35, unlessOwnUsers(runAsNonRoot)],
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    versions: [
      [23, runAsUser],
      [35, unlessOwnUsers(runAsUser)],
    ],
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    overrides: ['seccompProfile_baseline'],
    versions: [
      [19, seccomp],
      [25, unlessWindows(seccomp)],
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    overrides: ['capabilities_baseline'],
    versions: [
      [22, capabilities],
      [25, unlessWindows(capabilities)],
    ],
  },
  { id: 'procMount_restricted', level: 'restricted', overrides: ['procMount'], versions: [[35, procMount]] },
]
