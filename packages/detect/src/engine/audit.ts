// The Kubernetes audit log beside the kernel's events: who asked for a session joins the session, what a pod's service account did
// joins what its containers do. Keys are the pod's uid, its name, and the time.
import type { AuditEvent } from '@yagura/schema'
import type { ContainerIdentity } from '../contract/identity.ts'
import type { Process } from './actor.ts'
import type { ProcessTable } from './process-table.ts'

export interface AuditActors {
  /** The process that stands for the request: of the session, of the pod's container, else of the user. */
  of(event: AuditEvent): Process
  /** A session was put into a container: the one who asked for it, if that was just now. */
  askedFor(containerId: string, nowMs: number): Process | undefined
}

const SESSION_MS = 10_000
const USERS_MAX = 512
const ASKED_MAX = 256

export function createAuditActors(
  table: ProcessTable,
  identities: () => Iterable<ContainerIdentity | null>,
): AuditActors {
  const users = new Map<string, Process>()
  const asked = new Map<string, { readonly actor: Process; readonly atMs: number }>()

  function userOf(event: AuditEvent): Process {
    const known = users.get(event.user)
    if (known !== undefined) return known
    if (users.size >= USERS_MAX) users.clear()
    const made = table.ghost(event.user, null, event.atMs)
    users.set(event.user, made)
    return made
  }

  function containersOf(test: (pod: NonNullable<ContainerIdentity['pod']>) => boolean): string[] {
    const found: string[] = []
    for (const identity of identities()) if (identity?.pod && test(identity.pod)) found.push(identity.containerId)
    return found
  }

  /** The process of a container that says most: one whose lineage has a chain, a fresh session, else the first. */
  function busiest(containerIds: readonly string[], atMs: number): Process | undefined {
    let chosen: Process | undefined
    let best = -1
    for (const actor of table.all()) {
      if (actor.containerId === null || !containerIds.includes(actor.containerId)) continue
      const { lineage } = actor
      if (lineage.root !== actor && !actor.isContainerInit) continue
      const isFresh = lineage.kind === 'injected' && Math.abs(atMs - lineage.startedAtMs) < SESSION_MS
      const worth = (lineage.chain === 0 ? 0 : 4) + (isFresh ? 2 : 0) + (actor.isContainerInit ? 1 : 0)
      if (worth > best) {
        best = worth
        chosen = actor
      }
    }
    return chosen
  }

  function sessionOf(containerIds: readonly string[], atMs: number): Process | undefined {
    for (const actor of table.all()) {
      const { lineage } = actor
      if (lineage.root !== actor || lineage.kind !== 'injected' || actor.containerId === null) continue
      if (containerIds.includes(actor.containerId) && Math.abs(atMs - lineage.startedAtMs) < SESSION_MS) return actor
    }
    return undefined
  }

  return {
    of(event) {
      const isSession = event.resource === 'pods/exec' || event.resource === 'pods/attach'
      if (isSession && event.name !== null) {
        const containers = containersOf((pod) => pod.namespace === event.namespace && pod.name === event.name)
        const session = sessionOf(containers, event.atMs)
        if (session !== undefined) return session
        const user = userOf(event)
        for (const id of containers) {
          if (asked.size >= ASKED_MAX) asked.clear()
          asked.set(id, { actor: user, atMs: event.atMs })
        }
        return user
      }
      if (event.podUid !== null) {
        const found = busiest(
          containersOf((pod) => pod.uid === event.podUid),
          event.atMs,
        )
        if (found !== undefined) return found
      }
      return userOf(event)
    },
    askedFor(containerId, nowMs) {
      const found = asked.get(containerId)
      if (found === undefined || Math.abs(nowMs - found.atMs) > SESSION_MS) return undefined
      asked.delete(containerId)
      return found.actor
    },
  }
}
