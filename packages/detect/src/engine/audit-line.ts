// One line of the Kubernetes audit log → AuditEvent; undefined for what is no event of it, or a stage that is told again later.
// Source: Kubernetes API reference, audit.k8s.io/v1 Event.
import type { AuditEvent } from '@yagura/schema'

/** A request is told when it is received, and again when it is answered: the answer is what counts; a panic has none. */
const STAGES = new Set(['ResponseComplete', 'ResponseStarted', 'Panic'])
const TEXT_MAX = 512
const LIST_MAX = 32

type Fields = Readonly<Record<string, unknown>>

export function readAuditLine(value: unknown): AuditEvent | undefined {
  const line = fieldsOf(value)
  const stage = textOf(line.stage)
  const auditId = textOf(line.auditID)
  const atMs = Date.parse(textOf(line.stageTimestamp) || textOf(line.requestReceivedTimestamp))
  if (auditId === '' || Number.isNaN(atMs) || !STAGES.has(stage)) return undefined
  const object = fieldsOf(line.objectRef)
  const user = fieldsOf(line.user)
  const subresource = textOf(object.subresource)
  const isSession = subresource === 'exec' || subresource === 'attach' || subresource === 'portforward'
  // a session is complete when it ends, an hour later perhaps: its beginning counts; one that was refused never began
  const code = fieldsOf(line.responseStatus).code
  const isRefused = typeof code === 'number' && code >= 400
  if (isSession ? stage === 'ResponseComplete' && !isRefused : stage === 'ResponseStarted') return undefined
  return {
    auditId,
    atMs,
    stage,
    verb: textOf(line.verb),
    user: textOf(user.username),
    groups: textsOf(user.groups),
    sourceAddresses: textsOf(line.sourceIPs),
    userAgent: textOf(line.userAgent),
    resource: subresource === '' ? textOf(object.resource) : `${textOf(object.resource)}/${subresource}`,
    namespace: textOf(object.namespace) || null,
    name: textOf(object.name) || null,
    responseCode: typeof code === 'number' ? code : 0,
    podUid: textsOf(fieldsOf(user.extra)['authentication.kubernetes.io/pod-uid'])[0] ?? null,
    requestObject:
      typeof line.requestObject === 'object' && line.requestObject !== null ? fieldsOf(line.requestObject) : null,
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, TEXT_MAX) : ''
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, LIST_MAX).map(textOf) : []
}
