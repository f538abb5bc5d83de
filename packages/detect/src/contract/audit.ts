// One line of the Kubernetes audit log (audit.k8s.io/v1), as far as detection reads it.
export interface AuditEvent {
  readonly auditId: string
  readonly atMs: number
  readonly stage: string
  readonly verb: string
  readonly user: string
  readonly groups: readonly string[]
  readonly sourceAddresses: readonly string[]
  readonly userAgent: string
  /** Namespaced resource with subresource: `pods/exec`. */
  readonly resource: string
  readonly namespace: string | null
  readonly name: string | null
  readonly responseCode: number
  /** uid of the pod whose service account asked (authentication.kubernetes.io/pod-uid), where it is known. */
  readonly podUid: string | null
  /** The object asked for, as far as the policy records it. */
  readonly requestObject: Readonly<Record<string, unknown>> | null
}
