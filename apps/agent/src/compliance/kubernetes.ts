// Kubernetes as this node shows it: what runs of it here, the kubelet by asking it, and the objects of the cluster through its API where
// the agent may ask: with a kubeconfig, or as a pod of a DaemonSet, of which one speaks for all.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  askedComponents,
  type ClusterAccess,
  checkComponents,
  loadChecks,
  ownCluster,
  readCluster,
  readKubeconfig,
  readPods,
  readRecords,
  speaksForCluster,
} from '@yagura/compliance'
import { checkManifests, loadManifestChecks, minorVersion } from '@yagura/policy'
import type { AssetReport, CheckResult } from '@yagura/schema'

export interface KubernetesJob {
  /** content/checks */
  readonly content: string
  readonly nodeRoot: string
  readonly hostKey: string
  readonly node: string
  readonly kubeconfig: string | null
  readonly observedAt: string
}

export interface KubernetesAnswer {
  readonly resources: string[]
  readonly results: CheckResult[]
  /** The cluster itself, which its results are of. */
  readonly assets: AssetReport[]
  /** What could not be read, one sentence each. */
  readonly problems: string[]
}

/** Undefined: nothing of Kubernetes is here. */
export async function checkKubernetes(job: KubernetesJob): Promise<KubernetesAnswer | undefined> {
  const components = await askedComponents(join(job.nodeRoot || '/', 'proc'))
  try {
    const access = await clusterAccess(job)
    if (components.length === 0 && !access) return undefined
    const { checks } = loadChecks(readRecords(join(job.content, 'kubernetes-node')).records)
    const { node, hostKey: assetKey, observedAt } = job
    const results = await checkComponents({ components, checks, node, assetKey, observedAt })
    const resources = components.map(({ name }) => `${node}/${name}`)
    if (!access) return { resources, results, assets: [], problems: [] }
    if (typeof access === 'string') return { resources, results, assets: [], problems: [access] }
    const cluster = await ofCluster(access, job)
    return {
      resources: [...resources, ...cluster.resources],
      results: [...results, ...cluster.results],
      assets: cluster.assets,
      problems: cluster.problems,
    }
  } finally {
    for (const { root } of components) root.close()
  }
}

/** A sentence where the kubeconfig cannot be used; undefined where there is no access, or another pod speaks. */
async function clusterAccess({ kubeconfig }: KubernetesJob): Promise<ClusterAccess | string | undefined> {
  if (kubeconfig !== null) {
    const read = readKubeconfig(kubeconfig)
    return read.ok ? read.value : read.error.message
  }
  const own = ownCluster(process.env)
  if (!own) return undefined
  const pods = await readPods(own.access, own.pod.namespace).catch(() => [])
  return speaksForCluster(pods, own.pod) ? own.access : undefined
}

const ORDER: readonly CheckResult['verdict'][] = ['fail', 'error', 'manual', 'pass', 'not-applicable']
/** One run is one item of a batch. */
const RESULTS_MAX = 8000
const RESOURCES_MAX = 9000

async function ofCluster(access: ClusterAccess, { content, observedAt }: KubernetesJob): Promise<KubernetesAnswer> {
  let cluster: Awaited<ReturnType<typeof readCluster>>
  try {
    cluster = await readCluster(access)
  } catch (error) {
    return {
      resources: [],
      results: [],
      assets: [],
      problems: [error instanceof Error ? error.message : String(error)],
    }
  }
  const uid = cluster.uid ?? createHash('sha256').update(access.server).digest('hex').slice(0, 32)
  const key = `cluster:${uid}`
  const { checks } = loadManifestChecks(readRecords(join(content, 'kubernetes')).records)
  const minor = minorVersion(cluster.version ?? '')
  const results = checkManifests(cluster.objects, {
    checks,
    ...(minor === undefined ? {} : { minor }),
    observedAt,
    placeOf: () => access.server,
  }).map((result): CheckResult => ({ ...result, target: 'kubernetes', assetKey: key }))
  const told = results.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict)).slice(0, RESULTS_MAX)
  const cut =
    told.length < results.length
      ? [`Of ${results.length} results of the cluster ${told.length} are told, what fails first.`]
      : []
  const facts = { kind: 'cluster' as const, uid, labels: {} }
  return {
    resources: [...new Set(told.map(({ resource }) => resource))].slice(0, RESOURCES_MAX),
    results: told,
    assets: [{ key, name: access.name, parentKey: null, facts, state: 'running', observedAt }],
    problems: [...cluster.problems, ...cut],
  }
}
