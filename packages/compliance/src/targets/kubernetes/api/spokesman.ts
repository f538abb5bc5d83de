// Which of the pods of a DaemonSet speaks for the cluster, so that it is checked once and not once for each node: of those that run and
// have the same owner, the one whose name comes first. Everybody comes to the same answer without writing anything.
import type { PodIdentity } from './service-account.ts'

interface Pod {
  readonly metadata?: {
    readonly name?: string
    readonly namespace?: string
    readonly deletionTimestamp?: string
    readonly ownerReferences?: readonly { readonly uid?: string }[]
  }
  readonly spec?: { readonly nodeName?: string }
  readonly status?: { readonly phase?: string }
}

/** A pod that is not in the list speaks: who cannot be told apart must not keep silent together. */
export function speaksForCluster(objects: readonly object[], own: PodIdentity): boolean {
  const pods = objects.filter((one) => (one as { kind?: string }).kind === 'Pod') as Pod[]
  const inNamespace = pods.filter(({ metadata }) => metadata?.namespace === own.namespace)
  // on the network of the node the host name is the node's
  const self = inNamespace.find(({ metadata }) => metadata?.name === own.name)
  const owner = self?.metadata?.ownerReferences?.[0]?.uid
  if (self === undefined || owner === undefined) return true
  const names = inNamespace
    .filter(({ metadata, status }) => {
      const isRunning = status?.phase === 'Running' && metadata?.deletionTimestamp === undefined
      return isRunning && metadata?.ownerReferences?.some(({ uid }) => uid === owner) === true
    })
    .map(({ metadata }) => metadata?.name ?? '')
    .sort()
  return names.length === 0 || names[0] === self.metadata?.name
}
