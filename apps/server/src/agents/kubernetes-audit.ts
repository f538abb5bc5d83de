// POST /kubernetes/v1/audit: the audit webhook of a Kubernetes API server (an EventList of audit.k8s.io/v1). What could tell of an
// attack goes on to the agent of the node where the pod runs; nothing is kept here but what waits for that agent.
// Source: Kubernetes documentation, "Auditing", webhook backend.

import { isTelling, readAuditLine, subjectOf } from '@yagura/detect'
import { YaguraError } from '@yagura/kernel'
import { type AuditEvent, auditEvent } from '@yagura/schema'
import { routeAudit } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import type { Caller } from '../sign-in/authenticate.ts'

/** An API server sends 400 by default. */
const EVENTS_MAX = 10_000
/** An object as large as this is no pod; what was done with it still counts. */
const OBJECT_CHARS_MAX = 64 * 1024

export async function receiveAudit(context: Context, caller: Caller, body: unknown): Promise<{ unread: number }> {
  const items = (body as { items?: unknown } | null)?.items
  if (!Array.isArray(items)) throw new YaguraError('INPUT_INVALID', 'The body is no EventList of audit.k8s.io/v1.')
  if (items.length > EVENTS_MAX) throw new YaguraError('LIMIT_EXCEEDED', `More than ${EVENTS_MAX} events at once.`)
  const events: AuditEvent[] = []
  let unread = 0
  for (const item of items) {
    const event = readAuditLine(item)
    // what is told again at a later stage is no event, and not unread
    if (event === undefined) unread += isEvent(item) ? 0 : 1
    else if (isTelling(event)) events.push(auditEvent.parse(withSmallObject(event)))
  }
  if (events.length > 0) {
    const requests = events.map((event) => ({ event, subject: subjectOf(event) }))
    const { unplaced } = await context.database.store.inTenant(caller.tenantId, (tx) =>
      routeAudit(tx, requests, nowOf(context)),
    )
    context.metrics.auditEvents.inc({ result: 'routed' }, events.length - unplaced)
    context.metrics.auditEvents.inc({ result: 'unplaced' }, unplaced)
    if (unplaced > 0)
      context.logger.warn({ unplaced }, 'No agent sees pods: requests to the Kubernetes API were judged by nobody.')
  }
  context.metrics.auditEvents.inc({ result: 'ordinary' }, items.length - unread - events.length)
  context.metrics.auditEvents.inc({ result: 'unread' }, unread)
  return { unread }
}

function isEvent(item: unknown): boolean {
  return typeof item === 'object' && item !== null && typeof (item as { auditID?: unknown }).auditID === 'string'
}

function withSmallObject(event: AuditEvent): AuditEvent {
  if (event.requestObject === null || JSON.stringify(event.requestObject).length <= OBJECT_CHARS_MAX) return event
  return { ...event, requestObject: null }
}
