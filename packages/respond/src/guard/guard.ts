// What no policy may do: touch what is protected, the agent, the cluster's own containers, or contain too often.
import type { ContainerIdentity } from '@yagura/detect'
import { CONTAINMENTS, type Decision } from '../policy/decide.ts'
import type { ResponsePolicy } from '../policy/policy.ts'
import { compileSelector } from '../policy/select.ts'

const HOUR_MS = 3_600_000
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease']
/** Set on the agent's own container by its manifests. */
const PROTECTED_LABEL = 'yagura.io/protected'

export interface Guard {
  /** Why not, in a sentence; null when it may be done. A containment that may be done is counted. */
  refuse(decision: Decision, container: ContainerIdentity | undefined, nowMs: number): string | null
}

export interface GuardOptions {
  readonly policy: ResponsePolicy
  readonly ownContainerId: string | null
  /** Containments of the last hour before the agent started, so that a restart does not give three more. */
  readonly earlierMs?: readonly number[]
}

export function createGuard({ policy, ownContainerId, earlierMs = [] }: GuardOptions): Guard {
  const isProtected = Object.keys(policy.protect).length === 0 ? () => false : compileSelector(policy.protect)
  let containments = [...earlierMs]
  return {
    refuse(decision, container, nowMs) {
      if (!container) return 'The container is not known any more.'
      if (container.containerId === ownContainerId) return 'This is the agent itself.'
      // whoever asks at the server is a person or a person's token
      const byHand = !decision.decidedBy.startsWith('policy:')
      if (container.pod && SYSTEM_NAMESPACES.includes(container.pod.namespace) && !byHand)
        return `Containers in ${container.pod.namespace} are never touched by a policy.`
      if (container.labels[PROTECTED_LABEL] === 'true') return 'The container says that it is protected.'
      if (isProtected(container)) return 'The policy protects this container.'
      if (decision.mode === 'dry-run' || byHand || !CONTAINMENTS.includes(decision.kind)) return null
      containments = containments.filter((at) => nowMs - at < HOUR_MS)
      if (containments.length >= policy.containmentsPerHour)
        return `There were ${containments.length} containments on this node within an hour already.`
      containments.push(nowMs)
      return null
    },
  }
}
