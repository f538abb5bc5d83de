// One-time sign-in links: <console>/signin#<token>. The token stands behind #, so that it reaches no log on the way.
import { saveSignInToken, type Tx } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { newSecret, SIGN_IN_PREFIX } from './secrets.ts'

const VALID_MS = 15 * 60_000

export interface SignInLink {
  readonly url: string
  readonly expiresAt: string
}

export async function createLink(context: Context, tx: Tx, tenantId: string, userId: string): Promise<SignInLink> {
  const secret = newSecret(SIGN_IN_PREFIX, tenantId)
  const expiresAt = new Date(nowOf(context).getTime() + VALID_MS)
  await saveSignInToken(tx, { hash: secret.hash, userId, expiresAt })
  return { url: `${context.settings.publicUrl}/signin#${secret.text}`, expiresAt: expiresAt.toISOString() }
}
