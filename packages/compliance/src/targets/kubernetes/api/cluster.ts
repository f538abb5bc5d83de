// The objects of a cluster that checks look at, read through its API; Secrets and ConfigMaps are not asked for. What may not be listed
// is a problem by name, and the rest goes on.
import { Agent, request } from 'node:https'
import { YaguraError } from '@yagura/kernel'
import type { ClusterAccess } from './kubeconfig.ts'

export interface ClusterObjects {
  readonly objects: readonly object[]
  /** `v1.20.2`; null when the server did not say. */
  readonly version: string | null
  /** Of kube-system, which a cluster keeps for its life; null where namespaces may not be listed. */
  readonly uid: string | null
  readonly problems: readonly string[]
}

interface Kind {
  readonly path: string
  readonly apiVersion: string
  readonly kind: string
}

const KINDS: readonly Kind[] = [
  ...kinds('/api/v1', 'v1', {
    pods: 'Pod',
    services: 'Service',
    serviceaccounts: 'ServiceAccount',
    namespaces: 'Namespace',
    nodes: 'Node',
    replicationcontrollers: 'ReplicationController',
  }),
  ...kinds('/apis/apps/v1', 'apps/v1', {
    deployments: 'Deployment',
    daemonsets: 'DaemonSet',
    statefulsets: 'StatefulSet',
    replicasets: 'ReplicaSet',
  }),
  ...kinds('/apis/batch/v1', 'batch/v1', { jobs: 'Job', cronjobs: 'CronJob' }),
  ...kinds('/apis/networking.k8s.io/v1', 'networking.k8s.io/v1', {
    networkpolicies: 'NetworkPolicy',
    ingresses: 'Ingress',
  }),
  ...kinds('/apis/rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1', {
    roles: 'Role',
    clusterroles: 'ClusterRole',
    rolebindings: 'RoleBinding',
    clusterrolebindings: 'ClusterRoleBinding',
  }),
]
/** Where an old server has it, when it has not the newer one. */
const OLDER: Readonly<Record<string, Kind>> = {
  '/apis/batch/v1/cronjobs': { path: '/apis/batch/v1beta1/cronjobs', apiVersion: 'batch/v1beta1', kind: 'CronJob' },
}
const PAGE = 500
const OBJECTS_MAX = 100_000
const ANSWER_BYTES_MAX = 64 * 1024 * 1024
const TIMEOUT_MS = 15_000

function kinds(base: string, apiVersion: string, names: Readonly<Record<string, string>>): Kind[] {
  return Object.entries(names).map(([name, kind]) => ({ path: `${base}/${name}`, apiVersion, kind }))
}

/** Throws only when the server cannot be reached at all. Objects that a controller made are left out: its own template stands for them. */
export async function readCluster(access: ClusterAccess): Promise<ClusterObjects> {
  return await asking(access, async (get) => {
    const version = await get('/version')
    const objects: object[] = []
    const problems: string[] = access.insecure
      ? ['The kubeconfig says not to check the certificate of the API server.']
      : []
    for (const kind of KINDS) {
      const problem = await list(get, kind, objects)
      if (problem) problems.push(problem)
    }
    return { objects, version: textAt(version.body, 'gitVersion'), uid: uidOf(objects), problems }
  })
}

/** All pods of a namespace, also those that a controller made; none where they may not be listed. */
export async function readPods(access: ClusterAccess, namespace: string): Promise<readonly object[]> {
  return await asking(access, async (get) => {
    const { body } = await get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?limit=${OBJECTS_MAX}`)
    const { items } = body as { items?: unknown }
    return Array.isArray(items) ? items.map((item) => ({ kind: 'Pod', ...(item as object) })) : []
  })
}

async function asking<T>(access: ClusterAccess, work: (get: Get) => Promise<T>): Promise<T> {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 4,
    ca: access.ca,
    cert: access.certificate,
    key: access.key,
    servername: access.serverName,
    rejectUnauthorized: !access.insecure,
  })
  try {
    return await work((path) => ask(agent, access, path))
  } finally {
    agent.destroy()
  }
}

function uidOf(objects: readonly object[]): string | null {
  for (const one of objects as readonly { kind?: string; metadata?: { name?: string } }[])
    if (one.kind === 'Namespace' && one.metadata?.name === 'kube-system') return textAt(one.metadata, 'uid')
  return null
}

type Get = (path: string) => Promise<{ status: number; body: unknown }>

async function list(get: Get, kind: Kind, into: object[]): Promise<string | undefined> {
  let next = ''
  do {
    const { status, body } = await get(`${kind.path}?limit=${PAGE}${next && `&continue=${encodeURIComponent(next)}`}`)
    const older = OLDER[kind.path]
    if (status === 404) return older ? list(get, older, into) : undefined
    if (status !== 200) return `${kind.kind} cannot be listed: the API server answered ${status}.`
    const items = (body as { items?: unknown }).items
    for (const item of Array.isArray(items) ? items : []) {
      if (into.length >= OBJECTS_MAX) return `Only the first ${OBJECTS_MAX} objects were looked at.`
      if (!hasController(item)) into.push({ apiVersion: kind.apiVersion, kind: kind.kind, ...(item as object) })
    }
    next = textAt((body as { metadata?: unknown }).metadata, 'continue') ?? ''
  } while (next !== '')
  return undefined
}

function hasController(item: unknown): boolean {
  const owners = (item as { metadata?: { ownerReferences?: unknown } }).metadata?.ownerReferences
  return Array.isArray(owners) && owners.some((owner) => (owner as { controller?: unknown }).controller === true)
}

function ask(agent: Agent, { server, token }: ClusterAccess, path: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
    const fail = (why: string, cause?: unknown) =>
      reject(new YaguraError('SERVER_UNREACHABLE', `The API server ${server} cannot be asked: ${why}.`, { cause }))
    const asked = request(`${server}${path}`, { agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes > ANSWER_BYTES_MAX) asked.destroy(new Error('its answer is too large'))
      })
      answer.on('error', (error) => fail(error.message, error))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) }),
      )
    })
    asked.setTimeout(TIMEOUT_MS, () => asked.destroy(new Error('it did not answer in time')))
    asked.on('error', (error) => fail(error.message, error))
    asked.end()
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function textAt(value: unknown, key: string): string | null {
  const found = (value as Record<string, unknown> | null | undefined)?.[key]
  return typeof found === 'string' && found !== '' ? found : null
}
