// What a Kubernetes API server needs to send its audit log here: the address, our authority, and a token that may do nothing else.
import { newId } from '@yagura/kernel'
import type { CreatedAuditWebhook } from '@yagura/schema'
import { createApiToken } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import { API_TOKEN_PREFIX, newSecret } from '../sign-in/secrets.ts'

export const AUDIT_PATH = '/kubernetes/v1/audit'
const VALID_MS = 366 * 86_400_000

export async function createAuditWebhook(context: Context, name: string, actor: string): Promise<CreatedAuditWebhook> {
  const now = nowOf(context)
  const expiresAt = new Date(now.getTime() + VALID_MS)
  const secret = newSecret(API_TOKEN_PREFIX, context.tenantId)
  await context.database.store.inTenant(context.tenantId, async (tx) => {
    await audit(context, tx, { actor, action: 'createAuditWebhook', target: name, outcome: 'allowed' })
    await createApiToken(tx, {
      id: newId(now.getTime()),
      hash: secret.hash,
      name,
      role: 'audit-sender',
      createdAt: now,
      createdBy: actor,
      expiresAt,
    })
  })
  return {
    url: `${context.settings.agentUrl}${AUDIT_PATH}`,
    ca: context.authority.caPem,
    token: secret.text,
    expiresAt: expiresAt.toISOString(),
  }
}
