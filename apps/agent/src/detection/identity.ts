// A container as detection knows it, from what the inventory reports.
import type { ContainerIdentity } from '@yagura/detect'
import type { AssetReport } from '@yagura/schema'

export function identityOf(asset: AssetReport): ContainerIdentity | undefined {
  const { facts } = asset
  if (facts.kind !== 'container') return undefined
  return {
    containerId: facts.containerId,
    assetKey: asset.key,
    name: facts.name,
    imageName: facts.imageName,
    imageDigest: facts.imageDigest,
    repository: facts.imageName === null ? null : repositoryOf(facts.imageName),
    labels: facts.labels,
    pod: facts.pod,
    workload: workloadOf(facts.pod, facts.labels),
    privileged: facts.privileged,
    hostNamespaces: facts.hostNamespaces,
    commandLine: facts.commandLine,
    initPid: facts.pid,
    startedAtMs: facts.startedAt === null ? null : Date.parse(facts.startedAt),
  }
}

/** `registry:5000/name:tag@digest` → `registry:5000/name`. A digest alone is no name. */
export function repositoryOf(imageName: string): string | null {
  const [name = ''] = imageName.split('@')
  const colon = name.lastIndexOf(':')
  const repository = colon > name.lastIndexOf('/') ? name.slice(0, colon) : name
  return repository === '' || repository === 'sha256' ? null : repository
}

type Pod = ContainerIdentity['pod']

/** Replicas share it: a pod of a ReplicaSet is named `<deployment>-<hash>-<five letters>`, one of a StatefulSet `<name>-<number>`. */
function workloadOf(pod: Pod, labels: Readonly<Record<string, string>>): string | null {
  const service = labels['com.docker.compose.service']
  if (service !== undefined) return `compose:${labels['com.docker.compose.project'] ?? ''}/${service}`
  if (pod === null) return null
  const controller = pod.name.replace(
    /-[bcdf-hj-np-tv-xz2-9]{6,10}-[bcdf-hj-np-tv-xz2-9]{5}$|-[bcdf-hj-np-tv-xz2-9]{5}$|-\d+$/,
    '',
  )
  return `${pod.namespace}/${controller}/${pod.container}`
}
