// Controls of the baseline level (kubernetes.io/docs/concepts/security/pod-security-standards; what counts from which version on is as in
// k8s.io/pod-security-admission/policy). Each answers with what breaks it, by place.
import { at, isFields, listAt, textAt } from '../document.ts'
import type { Control } from './control.ts'
import { type CheckedPod, everywhere, hasOwnUsers, inContainers, profileTypes, volumesOf } from './pod.ts'

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
)
const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'
const SECCOMP_POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/'
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t']
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
]
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports']
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']
const SYSCTLS_37 = [...SYSCTLS_32, 'net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat']

interface Found {
  readonly place: string
  readonly value: unknown
}

function bad(found: readonly Found[], isGood: (value: unknown) => boolean): string[] {
  return found.filter(({ value }) => !isGood(value)).map(({ place, value }) => `${place} is ${shown(value)}`)
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? 'undefined'
}

function mustBeFalse(value: unknown): boolean {
  return value === false
}

function hostNamespaces({ spec }: CheckedPod): string[] {
  return ['hostNetwork', 'hostPID', 'hostIPC'].flatMap((field) => {
    const value = at(spec, field)
    return value === undefined || value === null || value === false ? [] : [`spec.${field} is ${shown(value)}`]
  })
}

function capabilities(pod: CheckedPod): string[] {
  return inContainers(pod, 'securityContext', 'capabilities', 'add').flatMap(({ place, value }) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => !CAPABILITIES.has(String(one)))
      .map((one) => `${place} holds ${String(one)}`),
  )
}

function hostPath(pod: CheckedPod): string[] {
  return volumesOf(pod)
    .filter(({ fields }) => isFields(fields.hostPath))
    .map(({ name, fields }) => `volume ${name} is the path ${textAt(fields, 'hostPath', 'path') ?? ''} of the node`)
}

function hostPorts(pod: CheckedPod): string[] {
  return inContainers(pod, 'ports').flatMap(({ place, value }) =>
    (Array.isArray(value) ? value : []).flatMap((port, index) => {
      const hostPort = at(port, 'hostPort')
      return hostPort === undefined || hostPort === null || hostPort === 0
        ? []
        : [`${place}[${index}].hostPort is ${shown(hostPort)}`]
    }),
  )
}

function appArmor(pod: CheckedPod): string[] {
  const types = profileTypes(pod, 'appArmorProfile')
  const annotations = Object.entries(pod.annotations)
    .filter(([key, value]) => key.startsWith(APPARMOR_ANNOTATION) && !isAppArmorName(value))
    .map(([key, value]) => `annotation ${key} is ${shown(value)}`)
  return [...bad(types, isKnownProfile), ...annotations]
}

function isAppArmorName(value: string): boolean {
  return value === '' || value === 'runtime/default' || value.startsWith('localhost/')
}

export function isKnownProfile(type: unknown): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost'
}

function seLinux(types: readonly string[]) {
  return (pod: CheckedPod) => [
    ...bad(everywhere(pod, 'seLinuxOptions', 'type'), (value) => types.includes(String(value))),
    ...bad(everywhere(pod, 'seLinuxOptions', 'user'), (value) => value === ''),
    ...bad(everywhere(pod, 'seLinuxOptions', 'role'), (value) => value === ''),
  ]
}

export function procMount(pod: CheckedPod): string[] {
  return bad(inContainers(pod, 'securityContext', 'procMount'), (value) => value === 'Default')
}

/** Of the pod and of its containers; what is annotated for a container that is not there is for nobody. */
function seccompAnnotations({ annotations, containers }: CheckedPod): string[] {
  const names = [SECCOMP_POD_ANNOTATION, ...containers.map(({ name }) => SECCOMP_CONTAINER_ANNOTATION + name)]
  return Object.entries(annotations)
    .filter(([key]) => names.includes(key))
    .filter(([, value]) => !/^(?:runtime\/default|docker\/default|localhost\/.*)$/s.test(value))
    .map(([key, value]) => `annotation ${key} is ${shown(value)}`)
}

function sysctls(safe: readonly string[]) {
  return ({ spec }: CheckedPod) =>
    listAt(spec, 'securityContext', 'sysctls').flatMap((one) => {
      const name = textAt(one, 'name') ?? ''
      return safe.includes(name) ? [] : [`the sysctl ${name} is set`]
    })
}

const HANDLERS = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const

function probeHosts(pod: CheckedPod): string[] {
  return HANDLERS.flatMap((handler) =>
    ['httpGet', 'tcpSocket'].flatMap((action) =>
      bad(inContainers(pod, ...handler, action, 'host'), (value) => value === ''),
    ),
  )
}

export const BASELINE: readonly Control[] = [
  {
    id: 'windowsHostProcess',
    level: 'baseline',
    versions: [[0, (pod) => bad(everywhere(pod, 'windowsOptions', 'hostProcess'), mustBeFalse)]],
  },
  { id: 'hostNamespaces', level: 'baseline', versions: [[0, hostNamespaces]] },
  {
    id: 'privileged',
    level: 'baseline',
    versions: [[0, (pod) => bad(inContainers(pod, 'securityContext', 'privileged'), mustBeFalse)]],
  },
  { id: 'capabilities_baseline', level: 'baseline', versions: [[0, capabilities]] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [[0, hostPath]] },
  { id: 'hostPorts', level: 'baseline', versions: [[0, hostPorts]] },
  { id: 'appArmorProfile', level: 'baseline', versions: [[0, appArmor]] },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    versions: [
      [0, seLinux(SELINUX_TYPES)],
      [31, seLinux([...SELINUX_TYPES, 'container_engine_t'])],
    ],
  },
  {
    id: 'procMount',
    level: 'baseline',
    versions: [
      [0, procMount],
      [35, (pod) => (hasOwnUsers(pod) ? [] : procMount(pod))],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    versions: [
      [0, seccompAnnotations],
      [19, (pod) => bad(profileTypes(pod, 'seccompProfile'), isKnownProfile)],
    ],
  },
  {
    id: 'sysctls',
    level: 'baseline',
    versions: [
      [0, sysctls(SYSCTLS)],
      [27, sysctls(SYSCTLS_27)],
      [29, sysctls(SYSCTLS_29)],
      [32, sysctls(SYSCTLS_32)],
      [37, sysctls(SYSCTLS_37)],
    ],
  },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [[34, probeHosts]] },
]
