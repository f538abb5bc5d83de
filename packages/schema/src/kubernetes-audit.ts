// One request to a Kubernetes API server as its audit log tells it (audit.k8s.io/v1), as far as detection reads it.
import { z } from 'zod'

const text = z.string().max(512)

export const auditEvent = z.object({
  auditId: text.min(1),
  atMs: z.number().nonnegative(),
  stage: text,
  verb: text,
  user: text,
  groups: z.array(text).max(32),
  sourceAddresses: z.array(text).max(32),
  userAgent: text,
  resource: z.string().max(1100).meta({ description: 'resource with subresource: `pods/exec`' }),
  namespace: text.nullable(),
  name: text.nullable(),
  responseCode: z.int(),
  podUid: text.nullable().meta({
    description: 'pod whose service account asked (authentication.kubernetes.io/pod-uid), where it is known',
  }),
  requestObject: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'the object asked for, as far as the audit policy records it' }),
})

/** What of an audit log goes from the server to the agent of the node where the pod runs. */
export const auditEvents = z.array(auditEvent).max(200)

export type AuditEvent = z.infer<typeof auditEvent>
/** The pod of a session, or the one whose service account asked; null where a person or a program outside acted on the cluster. */
export type AuditSubject = { readonly uid: string } | { readonly namespace: string; readonly name: string } | null
