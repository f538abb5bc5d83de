// A new API token of a program: its secret is shown once, its making stands in the audit log.
import { newId } from '@yagura/kernel'
import type { ApiToken, TokenRole } from '@yagura/schema'
import { createApiToken } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { type Audited, audit } from './audit.ts'
import { API_TOKEN_PREFIX, newSecret } from './secrets.ts'

export interface NewToken {
  readonly tenantId: string
  readonly name: string
  readonly role: TokenRole
  readonly validDays: number
  readonly entry: Pick<Audited, 'actor' | 'action' | 'address' | 'detail'>
}

const DAY_MS = 86_400_000

export async function issueApiToken(
  context: Context,
  { tenantId, name, role, validDays, entry }: NewToken,
): Promise<ApiToken & { readonly secret: string }> {
  const now = nowOf(context)
  const secret = newSecret(API_TOKEN_PREFIX, tenantId)
  const token = await context.database.store.inTenant(tenantId, async (tx) => {
    await audit(context, tx, { ...entry, target: name, outcome: 'allowed' })
    return createApiToken(tx, {
      id: newId(now.getTime()),
      hash: secret.hash,
      name,
      role,
      createdAt: now,
      createdBy: entry.actor,
      expiresAt: new Date(now.getTime() + validDays * DAY_MS),
    })
  })
  return { ...token, secret: secret.text }
}
