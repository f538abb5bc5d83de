// Whom a request to the Kubernetes API is about, so that it reaches the node where that can be joined with what the kernel sees;
// and which requests nobody needs to look at: most of an audit log is the control plane reading its own state.
import type { AuditEvent, AuditSubject } from '@yagura/schema'

const SESSIONS = new Set(['pods/exec', 'pods/attach', 'pods/portforward', 'pods/ephemeralcontainers'])
const READS = new Set(['get', 'list', 'watch', 'head', 'options'])
/** Reading these is an act; reading anything else is everybody's daily work. */
const TELLING_READS = new Set(['secrets', 'nodes/proxy', 'pods/proxy', 'services/proxy'])
/** Written all day by everything that is alive. */
const HEARTBEATS = new Set(['leases', 'endpoints', 'endpointslices', 'tokenreviews', 'subjectaccessreviews'])
const CONTROL_PLANE = /^system:(?:apiserver$|node:|kube-|serviceaccount:kube-system:[a-z-]+-controller$)/

export function subjectOf(event: AuditEvent): AuditSubject {
  if (SESSIONS.has(event.resource) && event.namespace !== null && event.name !== null)
    return { namespace: event.namespace, name: event.name }
  return event.podUid === null ? null : { uid: event.podUid }
}

/** Whether a rule could say anything of the request; a session always counts, as what is done in it joins whoever asked. */
export function isTelling(event: AuditEvent): boolean {
  if (SESSIONS.has(event.resource)) return true
  if (CONTROL_PLANE.test(event.user) || HEARTBEATS.has(event.resource)) return false
  if (event.responseCode === 401 || event.responseCode === 403 || event.user === 'system:anonymous') return true
  if (event.resource === 'events') return event.verb.startsWith('delete')
  if (!READS.has(event.verb)) return true
  return TELLING_READS.has(event.resource) || event.podUid !== null
}
