// An object as the API server shows it to admission policies: what a manifest leaves out is filled in before they are asked. First the
// defaults of the versions (kubernetes: pkg/apis/{core,apps,batch,networking,rbac,autoscaling,storage}/v1/defaults.go), then what admission
// plugins that are on by default write into pods (plugin/pkg/admission/{serviceaccount,defaulttolerationseconds,priority}). Policies that are
// tried on files by other engines (Kyverno, Gatekeeper) see the files as they are.
import { at, type Fields, fields, isFields, listAt, textAt } from '../document.ts'
import { podOf } from './pod.ts'

/** A member that is missing gets a value; one that is there is seen with its own defaults. */
type Default = (value: unknown, owner: Fields) => unknown
type Shape = Readonly<Record<string, Default>>

const unset = (value: unknown): boolean => value === undefined || value === ''
const plain =
  (usual: unknown): Default =>
  (value) =>
    unset(value) ? usual : value
/** Of a number that is no pointer: none and nought are the same. */
const counted =
  (usual: number): Default =>
  (value) =>
    unset(value) || value === 0 ? usual : value
const made =
  (make: (owner: Fields) => unknown): Default =>
  (value, owner) =>
    unset(value) ? make(owner) : value
/** An object that is there whether it is written or not: a struct of Go without a pointer. */
const always =
  (shape: Shape): Default =>
  (value) =>
    unset(value) ? filled({}, shape) : isFields(value) ? filled(value, shape) : value
const within =
  (shape: Shape): Default =>
  (value) =>
    isFields(value) ? filled(value, shape) : value
const each =
  (shape: Shape): Default =>
  (value) =>
    Array.isArray(value) ? value.map((one) => (isFields(one) ? filled(one, shape) : one)) : value

function filled(object: Fields, shape: Shape): Fields {
  const result: Record<string, unknown> = { ...object }
  for (const [name, fill] of Object.entries(shape)) {
    const value = fill(Object.hasOwn(object, name) ? object[name] : undefined, result)
    if (value !== undefined) result[name] = value
  }
  return result
}

/** Members that are left out where they are empty, since they are no pointers (`omitempty` of k8s.io/api). */
const EMPTY_MAPS = new Set(['labels', 'annotations', 'nodeSelector', 'matchLabels', 'limits', 'requests'])
const KEPT_LISTS = new Set(['containers', 'rules'])
const FALSE_FLAGS = new Set([
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'stdin',
  'stdinOnce',
  'tty',
  'readOnly',
  'paused',
  'publishNotReadyAddresses',
])
/** Maps of free names: nothing in them is a member. */
const FREE_MAPS = new Set([...EMPTY_MAPS, 'data', 'binaryData', 'stringData', 'parameters'])

function isOmitted(name: string, value: unknown): boolean {
  if (value === null) return true
  if (value === false) return FALSE_FLAGS.has(name)
  if (Array.isArray(value)) return value.length === 0 && !KEPT_LISTS.has(name)
  return isFields(value) && EMPTY_MAPS.has(name) && Object.keys(value).length === 0
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned)
  return isFields(value) ? prunedObject(value) : value
}

function prunedObject(object: Fields): Fields {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) =>
      isOmitted(name, value) ? [] : [[name, FREE_MAPS.has(name) ? value : pruned(value)]],
    ),
  )
}

/** Numbers are quantities too; they are served as text (apimachinery: resource.Quantity). */
const quantities: Default = (value) =>
  isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, quantity(one)])) : value

function quantity(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'number') return value
  return Number.isInteger(value) ? String(value) : `${Math.ceil(value * 1000)}m`
}

const RESOURCES = always({ limits: quantities, requests: quantities })
const HTTP_GET = within({ path: plain('/'), scheme: plain('HTTP') })
const PROBE = within({
  ...{
    timeoutSeconds: counted(1),
    periodSeconds: counted(10),
    successThreshold: counted(1),
    failureThreshold: counted(3),
  },
  httpGet: HTTP_GET,
  grpc: within({ service: plain('') }),
})
const HANDLER = within({ httpGet: HTTP_GET })
const FIELD = within({ apiVersion: plain('v1') })
const FIELD_ITEMS = each({ fieldRef: FIELD })

const CONTAINER: Shape = {
  resources: RESOURCES,
  ports: each({ protocol: plain('TCP') }),
  env: each({ valueFrom: within({ fieldRef: FIELD }) }),
  ...{ livenessProbe: PROBE, readinessProbe: PROBE, startupProbe: PROBE },
  lifecycle: within({ postStart: HANDLER, preStop: HANDLER }),
  terminationMessagePath: plain('/dev/termination-log'),
  terminationMessagePolicy: plain('File'),
  imagePullPolicy: made(({ image }) => (isLatest(image) ? 'Always' : 'IfNotPresent')),
}

/** No tag and no digest is the tag latest (pkg/util/parsers). */
function isLatest(image: unknown): boolean {
  const [name = '', digest] = String(image ?? '').split('@')
  const tag = /:([^/:]+)$/.exec(name)?.[1]
  return tag === undefined ? digest === undefined : tag === 'latest'
}

const MODE = { defaultMode: plain(0o644) }
const VOLUME: Shape = {
  ...{ secret: within(MODE), configMap: within(MODE) },
  downwardAPI: within({ ...MODE, items: FIELD_ITEMS }),
  projected: within({
    ...MODE,
    sources: each({
      serviceAccountToken: within({ expirationSeconds: plain(3600) }),
      downwardAPI: within({ items: FIELD_ITEMS }),
    }),
  }),
  hostPath: within({ type: plain('') }),
  emptyDir: (value, owner) =>
    isFields(value)
      ? { ...value, ...(Object.hasOwn(value, 'sizeLimit') && { sizeLimit: quantity(value.sizeLimit) }) }
      : Object.keys(owner).every((name) => name === 'name' || unset(owner[name]))
        ? {}
        : value,
  ephemeral: within({ volumeClaimTemplate: within({ spec: within({ volumeMode: plain('Filesystem') }) }) }),
}

const POD_SPEC: Shape = {
  volumes: each(VOLUME),
  ...{ initContainers: each(CONTAINER), containers: each(CONTAINER), ephemeralContainers: each(CONTAINER) },
  restartPolicy: plain('Always'),
  dnsPolicy: plain('ClusterFirst'),
  terminationGracePeriodSeconds: plain(30),
  schedulerName: plain('default-scheduler'),
  securityContext: always({}),
  // the old name of the field is served beside the new one
  serviceAccountName: made(({ serviceAccount }) => serviceAccount || undefined),
  serviceAccount: made(({ serviceAccountName }) => serviceAccountName || undefined),
}
const TEMPLATE = within({ metadata: always({}), spec: within(POD_SPEC) })

const rolling = (surge: unknown, unavailable: unknown): Default =>
  always({
    type: plain('RollingUpdate'),
    rollingUpdate: made(({ type }) =>
      type === 'RollingUpdate' ? { maxUnavailable: unavailable, maxSurge: surge } : undefined,
    ),
  })
const ROLLING_PARTS = (surge: unknown, unavailable: unknown): Default => {
  const parts = within({ maxUnavailable: plain(unavailable), maxSurge: plain(surge) })
  const whole = rolling(surge, unavailable)
  return (value, owner) => filled(fields(whole(value, owner)), { rollingUpdate: parts })
}

const CLAIM_SPEC = within({ volumeMode: plain('Filesystem'), resources: RESOURCES })
const JOB: Shape = {
  completions: made(({ parallelism }) => (unset(parallelism) ? 1 : undefined)),
  parallelism: plain(1),
  backoffLimit: plain(6),
  completionMode: plain('NonIndexed'),
  suspend: plain(false),
  podReplacementPolicy: made(({ podFailurePolicy }) => (unset(podFailurePolicy) ? 'TerminatingOrFailed' : 'Failed')),
  template: TEMPLATE,
}
const RBAC_GROUP = 'rbac.authorization.k8s.io'
const ROLE_BINDING: Shape = {
  roleRef: within({ apiGroup: plain(RBAC_GROUP) }),
  subjects: each({ apiGroup: made(({ kind }) => (kind === 'User' || kind === 'Group' ? RBAC_GROUP : undefined)) }),
}
const NETWORK_PORTS = each({ ports: each({ protocol: plain('TCP') }) })
const WEBHOOKS: Shape = {
  webhooks: each({
    ...{ failurePolicy: plain('Fail'), matchPolicy: plain('Equivalent'), timeoutSeconds: plain(10) },
    ...{ namespaceSelector: plain({}), objectSelector: plain({}) },
    rules: each({ scope: plain('*') }),
  }),
}

const isOutside = ({ type }: Fields): boolean => type === 'NodePort' || type === 'LoadBalancer'

const SHAPES: Readonly<Record<string, Shape>> = {
  'v1/Pod': { spec: within({ ...POD_SPEC, enableServiceLinks: plain(true) }) },
  'v1/PodTemplate': { template: TEMPLATE },
  'v1/ReplicationController': { spec: within({ replicas: plain(1), template: TEMPLATE }) },
  'v1/Service': {
    spec: within({
      ...{ sessionAffinity: plain('None'), type: plain('ClusterIP') },
      ports: each({ protocol: plain('TCP'), targetPort: made(({ port }) => port) }),
      externalTrafficPolicy: made((owner) => (isOutside(owner) ? 'Cluster' : undefined)),
      internalTrafficPolicy: made(({ type }) => (type === 'ExternalName' ? undefined : 'Cluster')),
      allocateLoadBalancerNodePorts: made(({ type }) => (type === 'LoadBalancer' ? true : undefined)),
    }),
  },
  'v1/ConfigMap': {},
  'v1/ServiceAccount': {},
  'v1/Secret': { type: plain('Opaque') },
  'v1/PersistentVolumeClaim': { spec: CLAIM_SPEC },
  'v1/PersistentVolume': {
    spec: within({
      ...{ persistentVolumeReclaimPolicy: plain('Retain'), volumeMode: plain('Filesystem'), capacity: quantities },
      hostPath: within({ type: plain('') }),
    }),
  },
  'v1/Namespace': {
    metadata: (value) => {
      const metadata = fields(value)
      const name = { 'kubernetes.io/metadata.name': textAt(metadata, 'name') ?? '' }
      return { ...metadata, labels: { ...fields(metadata.labels), ...name } }
    },
    spec: always({ finalizers: plain(['kubernetes']) }),
  },
  'v1/ResourceQuota': { spec: within({ hard: quantities }) },
  'apps/v1/Deployment': {
    spec: within({
      ...{ replicas: plain(1), revisionHistoryLimit: plain(10), progressDeadlineSeconds: plain(600) },
      strategy: ROLLING_PARTS('25%', '25%'),
      template: TEMPLATE,
    }),
  },
  'apps/v1/DaemonSet': {
    spec: within({ revisionHistoryLimit: plain(10), updateStrategy: ROLLING_PARTS(0, 1), template: TEMPLATE }),
  },
  'apps/v1/ReplicaSet': { spec: within({ replicas: plain(1), template: TEMPLATE }) },
  'apps/v1/StatefulSet': {
    spec: within({
      ...{ replicas: plain(1), revisionHistoryLimit: plain(10), podManagementPolicy: plain('OrderedReady') },
      updateStrategy: always({
        type: plain('RollingUpdate'),
        rollingUpdate: made(({ type }) => (type === 'RollingUpdate' ? { partition: 0 } : undefined)),
      }),
      persistentVolumeClaimRetentionPolicy: always({ whenDeleted: plain('Retain'), whenScaled: plain('Retain') }),
      volumeClaimTemplates: each({ spec: CLAIM_SPEC }),
      template: TEMPLATE,
    }),
  },
  'batch/v1/Job': { spec: within(JOB) },
  'batch/v1/CronJob': {
    spec: within({
      ...{ concurrencyPolicy: plain('Allow'), suspend: plain(false) },
      ...{ successfulJobsHistoryLimit: plain(3), failedJobsHistoryLimit: plain(1) },
      // a template of jobs gets the defaults of its pods, and none of a job's own
      jobTemplate: within({ metadata: always({}), spec: within({ template: TEMPLATE }) }),
    }),
  },
  'networking.k8s.io/v1/NetworkPolicy': {
    spec: within({
      podSelector: always({}),
      ...{ ingress: NETWORK_PORTS, egress: NETWORK_PORTS },
      policyTypes: made(({ egress }) => ['Ingress', ...(Array.isArray(egress) && egress.length > 0 ? ['Egress'] : [])]),
    }),
  },
  'rbac.authorization.k8s.io/v1/RoleBinding': ROLE_BINDING,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ROLE_BINDING,
  'autoscaling/v2/HorizontalPodAutoscaler': { spec: within({ minReplicas: plain(1) }) },
  'autoscaling/v1/HorizontalPodAutoscaler': { spec: within({ minReplicas: plain(1) }) },
  'storage.k8s.io/v1/StorageClass': { reclaimPolicy: plain('Delete'), volumeBindingMode: plain('Immediate') },
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': WEBHOOKS,
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': {
    webhooks: (value, owner) => each({ reinvocationPolicy: plain('Never') })(WEBHOOKS.webhooks?.(value, owner), owner),
  },
}

/** The object with what the API server fills in; itself where nothing is known of its kind. */
export function served(object: Fields): Fields {
  const key = `${object.apiVersion}/${object.kind}`
  const shape = Object.hasOwn(SHAPES, key) ? SHAPES[key] : undefined
  if (!shape) return object
  const full = filled(prunedObject(object), shape)
  return key === 'v1/Pod' ? servedPod(full) : full
}

/** What is done to pods only, and not to the templates that they are made from. */
function servedPod(pod: Fields): Fields {
  const spec = podOf(pod)?.spec
  if (!spec) return pod
  const hostNetwork = spec.hostNetwork === true
  const containers = (name: string) =>
    Array.isArray(spec[name])
      ? { [name]: spec[name].map((one) => (isFields(one) ? servedContainer(one, hostNetwork) : one)) }
      : {}
  const defaulted = { ...spec, ...containers('initContainers'), ...containers('containers') }
  return {
    ...pod,
    spec: {
      // pods of the kubelet's own files are left alone by the plugin
      ...(isMirror(pod) ? defaulted : withAccount(defaulted)),
      ...(spec.priorityClassName === undefined && { priority: spec.priority ?? 0 }),
      preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
      tolerations: tolerations(spec.tolerations),
    },
  }
}

function servedContainer(container: Fields, hostNetwork: boolean): Fields {
  const { limits, requests } = fields(container.resources)
  const wanted = { ...fields(limits), ...fields(requests) }
  const resources = { ...fields(container.resources), ...(isFields(limits) && { requests: wanted }) }
  const ports = container.ports
  return {
    ...container,
    resources,
    ...(hostNetwork &&
      Array.isArray(ports) && {
        ports: ports.map((port) => ({ ...port, hostPort: port?.hostPort || port?.containerPort })),
      }),
  }
}

function isMirror(pod: Fields): boolean {
  return at(pod, 'metadata', 'annotations', 'kubernetes.io/config.mirror') !== undefined
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Its last letters are others each time. */
const TOKEN_VOLUME = 'kube-api-access-x7k2m'

/** The account of the pod, and its token where nothing forbids it. */
function withAccount(spec: Fields): Fields {
  const serviceAccountName = textAt(spec, 'serviceAccountName') || 'default'
  const named = { ...spec, serviceAccountName, serviceAccount: serviceAccountName }
  if (spec.automountServiceAccountToken === false) return named
  let isUsed = false
  const mounted = (name: string) => {
    if (!Array.isArray(spec[name])) return {}
    const containers = spec[name].map((container) => {
      const mounts = listAt(container, 'volumeMounts')
      if (mounts.some((one) => textAt(one, 'mountPath') === TOKEN)) return container
      isUsed = true
      return { ...container, volumeMounts: [...mounts, { name: TOKEN_VOLUME, mountPath: TOKEN, readOnly: true }] }
    })
    return { [name]: containers }
  }
  const containers = { ...mounted('initContainers'), ...mounted('containers') }
  return isUsed ? { ...named, ...containers, volumes: [...listAt(spec, 'volumes'), tokenVolume()] } : named
}

function tokenVolume(): Fields {
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [namespace] } },
  ]
  return { name: TOKEN_VOLUME, projected: { sources, defaultMode: 0o644 } }
}

const LATER = ['not-ready', 'unreachable'].map((what) => `node.kubernetes.io/${what}`)

/** For five minutes a pod stays on a node that is gone, unless it says otherwise. */
function tolerations(given: unknown): unknown {
  const own: readonly unknown[] = Array.isArray(given) ? given : []
  const said = (key: string) =>
    own.some((one) => {
      const effect = textAt(one, 'effect')
      const named = textAt(one, 'key')
      return (named === key || named === undefined) && (effect === 'NoExecute' || effect === undefined || effect === '')
    })
  const missing = LATER.filter((key) => !said(key))
  return [...own, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))]
}
