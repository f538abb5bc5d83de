// What a policy says of a resource.
export const POLICY_VERDICTS = ['pass', 'fail', 'error', 'not-applicable'] as const
export type PolicyVerdict = (typeof POLICY_VERDICTS)[number]

export interface PolicyResult {
  readonly policy: string
  /** Of a policy with several; null otherwise. */
  readonly rule: string | null
  /** Kind/namespace/name; the file where it could not be read. */
  readonly resource: string
  readonly kind: string
  /** null where it belongs to none. */
  readonly namespace: string | null
  readonly name: string
  readonly verdict: PolicyVerdict
  readonly message: string
  /** What the policy would do: Deny, Warn, Audit. */
  readonly actions: readonly string[]
  readonly auditAnnotations: Readonly<Record<string, string>>
}

export interface Judgement {
  readonly verdict: PolicyVerdict
  readonly message: string
  readonly auditAnnotations?: Readonly<Record<string, string>>
}

/** Of several judgements of one rule: the worst counts. */
export function worst(judgements: readonly Judgement[]): Judgement {
  for (const verdict of ['fail', 'error', 'pass', 'not-applicable'] as const) {
    const found = judgements.find((one) => one.verdict === verdict)
    if (found) return found
  }
  return { verdict: 'not-applicable', message: 'nothing was judged' }
}
