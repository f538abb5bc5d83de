// What a Kubernetes API server needs to send its audit log here: the address, our authority, and a token that may do nothing else.
import type { Context } from '../context.ts'
import { issueApiToken } from '../sign-in/api-token.ts'

export const AUDIT_PATH = '/kubernetes/v1/audit'
const VALID_DAYS = 366

export interface AuditWebhook {
  readonly url: string
  /** PEM of the authority that the address is certified by. */
  readonly ca: string
  /** May send audit events, and nothing else. */
  readonly token: string
  readonly expiresAt: string
}

export async function createAuditWebhook(context: Context, name: string, actor: string): Promise<AuditWebhook> {
  const { secret, expiresAt } = await issueApiToken(context, {
    tenantId: context.tenantId,
    name,
    role: 'audit-sender',
    validDays: VALID_DAYS,
    entry: { actor, action: 'createAuditWebhook' },
  })
  const url = `${context.settings.agentUrl}${AUDIT_PATH}`
  return { url, ca: context.authority.caPem, token: secret, expiresAt }
}
