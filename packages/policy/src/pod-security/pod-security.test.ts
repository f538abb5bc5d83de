import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkPodSecurity, LATEST_MINOR, minorVersion } from './evaluate.ts'

/** Controls that fail, of a pod given by the inside of its spec and its annotations. */
function failing(level: 'baseline' | 'restricted', minor: number, spec: string, annotations = '{}'): string[] {
  const object = parse(`{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: ${annotations}}, spec: ${spec}}`)
  return (checkPodSecurity(object, level, minor) ?? [])
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ control }) => control)
}

const KINDS = ['containers', 'initContainers', 'ephemeralContainers'] as const
const inEach = (fields: string) => KINDS.map((kind) => `{${kind}: [{name: ok}, {name: bad, ${fields}}]}`)
const context = (fields: string) => [`{securityContext: {${fields}}}`, ...inEach(`securityContext: {${fields}}`)]
const only = (fields: string) => inEach(`securityContext: {${fields}}`)

/** control, minor version, specs that break it (or annotations), specs that do not. */
const baseline: readonly (readonly [string, number, readonly string[], readonly string[]])[] = [
  [
    'windowsHostProcess',
    0,
    context('windowsOptions: {hostProcess: true}'),
    context('windowsOptions: {hostProcess: false}'),
  ],
  [
    'hostNamespaces',
    0,
    ['{hostNetwork: true}', '{hostPID: true}', '{hostIPC: true}'],
    ['{hostNetwork: false, hostPID: false, hostIPC: null}', '{}'],
  ],
  ['privileged', 0, only('privileged: true'), [...only('privileged: false'), ...only('privileged: null')]],
  [
    'capabilities_baseline',
    0,
    [
      ...only('capabilities: {add: [NET_RAW]}'),
      ...only('capabilities: {add: [CHOWN, SYS_ADMIN]}'),
      ...only('capabilities: {add: [ALL]}'),
      ...only('capabilities: {add: [chown]}'),
      ...only('capabilities: {add: [CAP_CHOWN]}'),
    ],
    only(
      'capabilities: {add: [AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT], drop: [X]}',
    ),
  ],
  [
    'hostPathVolumes',
    0,
    ['{volumes: [{name: a, emptyDir: {}}, {name: b, hostPath: {path: /}}]}', '{volumes: [{name: b, hostPath: {}}]}'],
    ['{volumes: [{name: a, emptyDir: {}}]}', '{volumes: [{name: a, hostPath: null, emptyDir: {}}]}', '{volumes: null}'],
  ],
  [
    'hostPorts',
    0,
    inEach('ports: [{containerPort: 80}, {containerPort: 81, hostPort: 81}]'),
    inEach('ports: [{containerPort: 80, hostPort: 0}, {containerPort: 81}]'),
  ],
  [
    'appArmorProfile',
    0,
    context('appArmorProfile: {type: Unconfined}'),
    [
      ...context('appArmorProfile: {type: RuntimeDefault}'),
      ...context('appArmorProfile: {type: Localhost, localhostProfile: x}'),
    ],
  ],
  [
    'seLinuxOptions',
    0,
    [
      ...context('seLinuxOptions: {type: spc_t}'),
      ...context('seLinuxOptions: {type: container_engine_t}'),
      ...context('seLinuxOptions: {user: u}'),
      ...context('seLinuxOptions: {role: r}'),
    ],
    [
      ...context('seLinuxOptions: {type: container_t, level: s0}'),
      ...context('seLinuxOptions: {type: container_init_t}'),
      ...context('seLinuxOptions: {type: container_kvm_t}'),
      ...context('seLinuxOptions: {type: "", user: "", role: ""}'),
    ],
  ],
  ['seLinuxOptions', 30, context('seLinuxOptions: {type: container_engine_t}'), []],
  [
    'seLinuxOptions',
    31,
    context('seLinuxOptions: {type: spc_t}'),
    context('seLinuxOptions: {type: container_engine_t}'),
  ],
  ['procMount', 0, only('procMount: Unmasked'), only('procMount: Default')],
  ['procMount', 34, ['{hostUsers: false, containers: [{name: a, securityContext: {procMount: Unmasked}}]}'], []],
  [
    'procMount',
    35,
    only('procMount: Unmasked'),
    ['{hostUsers: false, containers: [{name: a, securityContext: {procMount: Unmasked}}]}'],
  ],
  [
    'seccompProfile_baseline',
    19,
    [...context('seccompProfile: {type: Unconfined}'), ...context('seccompProfile: {}')],
    [...context('seccompProfile: {type: RuntimeDefault}'), ...context('seccompProfile: {type: Localhost}'), '{}'],
  ],
  ['seccompProfile_baseline', 18, [], context('seccompProfile: {type: Unconfined}')],
  [
    'sysctls',
    0,
    [
      '{securityContext: {sysctls: [{name: kernel.msgmax, value: "1"}]}}',
      '{securityContext: {sysctls: [{name: kernel.shm_rmid_forced}, {name: net.core.somaxconn}]}}',
    ],
    [
      '{securityContext: {sysctls: [{name: kernel.shm_rmid_forced}, {name: net.ipv4.ip_local_port_range}, {name: net.ipv4.tcp_syncookies}, {name: net.ipv4.ping_group_range}, {name: net.ipv4.ip_unprivileged_port_start}]}}',
    ],
  ],
  [
    'hostProbesAndHostLifecycle',
    34,
    ['livenessProbe', 'readinessProbe', 'startupProbe']
      .flatMap((probe) => [
        ...inEach(`${probe}: {httpGet: {host: example.com, port: 80}}`),
        ...inEach(`${probe}: {tcpSocket: {host: 127.0.0.1, port: 80}}`),
      ])
      .concat(
        ['postStart', 'preStop'].flatMap((hook) => [
          ...inEach(`lifecycle: {${hook}: {httpGet: {host: a}}}`),
          ...inEach(`lifecycle: {${hook}: {tcpSocket: {host: a}}}`),
        ]),
      ),
    [
      ...inEach('livenessProbe: {httpGet: {host: "", port: 80}}'),
      ...inEach('readinessProbe: {exec: {command: [x]}}, lifecycle: {preStop: {exec: {command: [x]}}}'),
      ...inEach('startupProbe: {grpc: {port: 1}}'),
    ],
  ],
  ['hostProbesAndHostLifecycle', 33, [], inEach('livenessProbe: {httpGet: {host: example.com}}')],
]

describe('baseline', () => {
  const cases = baseline.flatMap(([control, minor, bad, good]) => [
    ...bad.map((spec) => [control, minor, spec, true] as const),
    ...good.map((spec) => [control, minor, spec, false] as const),
  ])
  it.each(cases)('%s of 1.%i: %s', (control, minor, spec, breaks) => {
    expect(failing('baseline', minor, spec)).toEqual(breaks ? [control] : [])
  })

  const sysctls: readonly (readonly [string, number])[] = [
    ['net.ipv4.ip_local_reserved_ports', 27],
    ['net.ipv4.tcp_keepalive_time', 29],
    ['net.ipv4.tcp_fin_timeout', 29],
    ['net.ipv4.tcp_keepalive_intvl', 29],
    ['net.ipv4.tcp_keepalive_probes', 29],
    ['net.ipv4.tcp_rmem', 32],
    ['net.ipv4.tcp_wmem', 32],
    ['net.ipv4.tcp_slow_start_after_idle', 37],
    ['net.ipv4.tcp_notsent_lowat', 37],
  ]
  it.each(sysctls)('the sysctl %s is safe from 1.%i on', (name, minor) => {
    const spec = `{securityContext: {sysctls: [{name: ${name}}]}}`
    expect(failing('baseline', minor - 1, spec)).toEqual(['sysctls'])
    expect(failing('baseline', minor, spec)).toEqual([])
  })

  it.each([
    ['container.apparmor.security.beta.kubernetes.io/a', 'unconfined', 36, true],
    ['container.apparmor.security.beta.kubernetes.io/a', 'runtime/default', 36, false],
    ['container.apparmor.security.beta.kubernetes.io/a', 'localhost/x', 36, false],
    ['container.apparmor.security.beta.kubernetes.io/a', '', 36, false],
    ['seccomp.security.alpha.kubernetes.io/pod', 'unconfined', 18, true],
    ['seccomp.security.alpha.kubernetes.io/pod', 'unconfined', 19, false],
    ['container.seccomp.security.alpha.kubernetes.io/a', 'unconfined', 18, true],
    ['container.seccomp.security.alpha.kubernetes.io/a', 'docker/default', 18, false],
    ['container.seccomp.security.alpha.kubernetes.io/not-there', 'unconfined', 18, false],
    ['seccomp.security.alpha.kubernetes.io/pod', 'localhost/x', 18, false],
    ['seccomp.security.alpha.kubernetes.io/pod', 'runtime/default', 18, false],
  ])('annotation %s: %s in 1.%i', (key, value, minor, breaks) => {
    const spec = '{containers: [{name: a}]}'
    expect(failing('baseline', minor, spec, JSON.stringify({ [key]: value })).length > 0).toBe(breaks)
  })
})

const GOOD =
  'allowPrivilegeEscalation: false, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}'
/** A pod that is restricted but for what is said; a container's settings replace those of the same name. */
function restricted(fields: string, pod = '', kind = 'containers'): string {
  const other = kind === 'containers' ? '' : `containers: [{name: ok, securityContext: {${GOOD}}}],`
  return `{${other} ${pod} ${kind}: [{name: a, securityContext: {${fields}}}]}`
}
const without = (name: string) =>
  GOOD.split(/, (?=[a-z])/)
    .filter((one) => !one.startsWith(name))
    .join(', ')

describe('restricted', () => {
  it.each(KINDS)('all good in %s', (kind) => {
    for (const minor of [0, 8, 19, 22, 23, 25, 30, 34, 35, LATEST_MINOR])
      expect(failing('restricted', minor, restricted(GOOD, '', kind))).toEqual([])
  })

  const cases: readonly (readonly [string, number, string, boolean])[] = KINDS.flatMap((kind) => [
    ['allowPrivilegeEscalation', 8, restricted(without('allow'), '', kind), true],
    ['allowPrivilegeEscalation', 8, restricted(GOOD.replace('Escalation: false', 'Escalation: true'), '', kind), true],
    ['allowPrivilegeEscalation', 7, restricted(without('allow'), '', kind), false],
    ['runAsNonRoot', 0, restricted(without('runAsNonRoot'), '', kind), true],
    ['runAsNonRoot', 0, restricted(GOOD.replace('NonRoot: true', 'NonRoot: false'), '', kind), true],
    [
      'runAsNonRoot',
      0,
      restricted(GOOD.replace('NonRoot: true', 'NonRoot: false'), 'securityContext: {runAsNonRoot: true},', kind),
      true,
    ],
    ['runAsNonRoot', 0, restricted(without('runAsNonRoot'), 'securityContext: {runAsNonRoot: true},', kind), false],
    ['runAsNonRoot', 0, restricted(GOOD, 'securityContext: {runAsNonRoot: false},', kind), true],
    ['runAsNonRoot', 34, restricted(without('runAsNonRoot'), 'hostUsers: false,', kind), true],
    ['runAsNonRoot', 35, restricted(without('runAsNonRoot'), 'hostUsers: false,', kind), false],
    ['runAsNonRoot', 35, restricted(without('runAsNonRoot'), 'hostUsers: true,', kind), true],
    ['runAsUser', 23, restricted(`${GOOD}, runAsUser: 0`, '', kind), true],
    ['runAsUser', 23, restricted(GOOD, 'securityContext: {runAsUser: 0},', kind), true],
    ['runAsUser', 23, restricted(`${GOOD}, runAsUser: 1000`, 'securityContext: {runAsUser: 1},', kind), false],
    ['runAsUser', 22, restricted(`${GOOD}, runAsUser: 0`, '', kind), false],
    ['runAsUser', 35, restricted(`${GOOD}, runAsUser: 0`, 'hostUsers: false,', kind), false],
    ['seccompProfile_restricted', 19, restricted(without('seccomp'), '', kind), true],
    [
      'seccompProfile_restricted',
      19,
      restricted(without('seccomp'), 'securityContext: {seccompProfile: {type: Localhost}},', kind),
      false,
    ],
    [
      'seccompProfile_restricted',
      19,
      restricted(GOOD, 'securityContext: {seccompProfile: {type: Unconfined}},', kind),
      true,
    ],
    ['seccompProfile_restricted', 19, restricted(GOOD.replace('RuntimeDefault', 'Unconfined'), '', kind), true],
    ['seccompProfile_restricted', 18, restricted(without('seccomp'), '', kind), false],
    ['capabilities_restricted', 22, restricted(without('capabilities'), '', kind), true],
    ['capabilities_restricted', 22, restricted(GOOD.replace('drop: [ALL]', 'drop: [NET_RAW, CHOWN]'), '', kind), true],
    ['capabilities_restricted', 22, restricted(GOOD.replace('drop: [ALL]', 'drop: [all]'), '', kind), true],
    [
      'capabilities_restricted',
      22,
      restricted(GOOD.replace('drop: [ALL]', 'drop: [ALL], add: [CHOWN]'), '', kind),
      true,
    ],
    [
      'capabilities_restricted',
      22,
      restricted(GOOD.replace('drop: [ALL]', 'drop: [X, ALL], add: [NET_BIND_SERVICE]'), '', kind),
      false,
    ],
    ['capabilities_restricted', 21, restricted(without('capabilities'), '', kind), false],
    ['capabilities_baseline', 21, restricted(GOOD.replace('drop: [ALL]', 'add: [SYS_ADMIN]'), '', kind), true],
    ['procMount', 34, restricted(`${GOOD}, procMount: Unmasked`, '', kind), true],
    ['procMount_restricted', 35, restricted(`${GOOD}, procMount: Unmasked`, 'hostUsers: false,', kind), true],
    ['privileged', 30, restricted(`${GOOD}, privileged: true`, '', kind), true],
  ])
  it.each(cases)('%s of 1.%i: %s', (control, minor, spec, breaks) => {
    const found = failing('restricted', minor, spec)
    expect(found).toEqual(breaks ? [control] : [])
  })

  it.each([
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ])('volumes of the type %s are allowed', (type) => {
    expect(failing('restricted', 30, restricted(GOOD, `volumes: [{name: v, ${type}: {}}],`))).toEqual([])
  })

  it.each(
    'hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile vsphereVolume quobyte azureDisk portworxVolume scaleIO storageos photonPersistentDisk'.split(
      ' ',
    ),
  )('volumes of the type %s are not', (type) => {
    expect(failing('restricted', 30, restricted(GOOD, `volumes: [{name: v, ${type}: {}}],`))).toEqual([
      'restrictedVolumes',
    ])
    expect(failing('restricted', 0, restricted(GOOD, `volumes: [{name: v, ${type}: {}}],`))).toEqual([
      'restrictedVolumes',
    ])
  })

  it('pods of Windows have no seccomp, capabilities and escalation from 1.25 on', () => {
    const spec = '{os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: a}]}'
    expect(failing('restricted', 24, spec)).toEqual([
      'allowPrivilegeEscalation',
      'seccompProfile_restricted',
      'capabilities_restricted',
    ])
    expect(failing('restricted', 25, spec)).toEqual([])
    expect(failing('restricted', 25, spec.replace('windows', 'linux'))).toHaveLength(3)
  })
})

describe('objects', () => {
  const spec = '{hostNetwork: true, containers: [{name: a}]}'
  const template = `{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}, spec: ${spec}}`
  it.each([
    ['apps/v1', 'Deployment', `spec: {template: ${template}}`],
    ['apps/v1', 'DaemonSet', `spec: {template: ${template}}`],
    ['apps/v1', 'StatefulSet', `spec: {template: ${template}}`],
    ['apps/v1', 'ReplicaSet', `spec: {template: ${template}}`],
    ['v1', 'ReplicationController', `spec: {template: ${template}}`],
    ['batch/v1', 'Job', `spec: {template: ${template}}`],
    ['batch/v1', 'CronJob', `spec: {jobTemplate: {spec: {template: ${template}}}}`],
    ['v1', 'PodTemplate', `template: ${template}`],
  ])('%s %s are looked into', (apiVersion, kind, rest) => {
    const object = parse(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: x}, ${rest}}`)
    const found = checkPodSecurity(object, 'baseline')?.filter(({ verdict }) => verdict === 'fail')
    expect(found?.map(({ control }) => control)).toEqual(['hostNamespaces', 'appArmorProfile'])
  })

  it('others make no pods', () => {
    for (const object of [
      null,
      1,
      {},
      { kind: 'Pod' },
      { apiVersion: 'v1', kind: 'Pod', spec: [] },
      { apiVersion: 'x.io/v1', kind: 'Job', spec: { template: { spec: {} } } },
      { apiVersion: 'v1', kind: 'Service', spec: {} },
    ])
      expect(checkPodSecurity(object, 'baseline')).toBeUndefined()
  })

  it('say what breaks them and where', () => {
    const object = parse(
      '{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}, {name: b, securityContext: {privileged: true}}]}}',
    )
    expect(checkPodSecurity(object, 'baseline')?.find(({ control }) => control === 'privileged')).toEqual({
      control: 'privileged',
      level: 'baseline',
      verdict: 'fail',
      violations: ['spec.containers[1].securityContext.privileged is true'],
    })
  })
})

it('reads versions', () => {
  expect(['1.29', 'v1.29', 'v1.29.3', '1.29.3-eks', 'latest', '2.0', '', 'x'].map(minorVersion)).toEqual([
    29,
    29,
    29,
    29,
    LATEST_MINOR,
    undefined,
    undefined,
    undefined,
  ])
})
