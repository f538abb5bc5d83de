// One-time enrolment tokens: where the server is, the fingerprint of its authority, and a secret.
import { encodeEnrolmentToken } from '@yagura/schema'
import { saveEnrolmentToken } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import { ENROLMENT_PREFIX, newSecret } from '../sign-in/secrets.ts'

const VALID_MS = 60 * 60_000

export async function createEnrolmentToken(
  context: Context,
  tenantId: string,
  actor: string,
  address: string | null,
): Promise<{ token: string; expiresAt: string }> {
  const now = nowOf(context)
  const expiresAt = new Date(now.getTime() + VALID_MS)
  const secret = newSecret(ENROLMENT_PREFIX, tenantId)
  await context.database.store.inTenant(tenantId, async (tx) => {
    await saveEnrolmentToken(tx, { hash: secret.hash, createdAt: now, createdBy: actor, expiresAt })
    await audit(context, tx, { actor, action: 'createEnrolmentToken', target: 'agent', outcome: 'allowed', address })
  })
  const token = encodeEnrolmentToken({
    url: context.settings.agentUrl,
    caFingerprint: context.authority.caFingerprint,
    secret: secret.text,
  })
  return { token, expiresAt: expiresAt.toISOString() }
}
