// Sign in with a one-time token, see who is signed in, sign out.
import { YaguraError } from '@yagura/kernel'
import type { Session } from '@yagura/schema'
import {
  endSession,
  findSession,
  redeemSignInToken,
  type StoredSession,
  saveSession,
  tenantExists,
} from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { audit } from '../sign-in/audit.ts'
import { type Authenticator, SESSION_COOKIE } from '../sign-in/authenticate.ts'
import { csrfTokenOf, newSecret, readSecret, SESSION_PREFIX, type Secret, SIGN_IN_PREFIX } from '../sign-in/secrets.ts'
import type { Handlers } from './handler.ts'

const SESSION_MS = 12 * 3_600_000

export function sessionHandlers(authenticator: Authenticator): Pick<Handlers, 'signIn' | 'getSession' | 'signOut'> {
  return {
    signIn: async ({ context, body, request, reply }) => {
      authenticator.refuseFlood(request)
      refuseOtherSites(request.headers['sec-fetch-site'])
      const token = readSecret(SIGN_IN_PREFIX, body.token)
      const before = readSecret(SESSION_PREFIX, request.cookies?.[SESSION_COOKIE] ?? '')
      const session = token && (await startSession(context, token, before, request.ip))
      if (!session) {
        authenticator.failed(request)
        if (token) await noteFailure(context, token, request.ip)
        throw new YaguraError('UNAUTHENTICATED', 'This sign-in link was used already or is too old.', {
          hint: 'Run `yagura signin` on the server for a new one.',
        })
      }
      reply.setCookie(SESSION_COOKIE, session.secret.text, {
        ...cookieOptions(context),
        expires: session.stored.expiresAt,
      })
      return toSession(session)
    },
    getSession: async ({ caller }) => {
      if (!caller.session)
        throw new YaguraError('NOT_FOUND', 'An API token has no session.', { hint: 'Sign in with a link instead.' })
      return toSession(caller.session)
    },
    signOut: async ({ context, caller, request, reply }) => {
      const { session } = caller
      if (session)
        await context.database.store.inTenant(caller.tenantId, async (tx) => {
          await endSession(tx, session.secret.hash)
          await audit(context, tx, {
            actor: caller.actor,
            action: 'signOut',
            target: caller.actor,
            outcome: 'allowed',
            address: request.ip,
          })
        })
      reply.clearCookie(SESSION_COOKIE, cookieOptions(context))
      return null
    },
  }
}

interface OpenSession {
  readonly secret: Secret
  readonly stored: StoredSession
}

/** A new secret every time; a session that this browser had before ends. */
async function startSession(
  context: Context,
  token: Secret,
  before: Secret | undefined,
  address: string,
): Promise<OpenSession | undefined> {
  const now = nowOf(context)
  const secret = newSecret(SESSION_PREFIX, token.tenantId)
  const stored = await context.database.store.inTenant(token.tenantId, async (tx) => {
    const user = await redeemSignInToken(tx, token.hash, now)
    if (!user) return undefined
    const expiresAt = new Date(now.getTime() + SESSION_MS)
    await saveSession(tx, { hash: secret.hash, userId: user.id, createdAt: now, expiresAt })
    await audit(context, tx, { actor: user.name, action: 'signIn', target: user.name, outcome: 'allowed', address })
    if (before?.tenantId === token.tenantId) await endSession(tx, before.hash)
    return findSession(tx, secret.hash, now)
  })
  return stored && { secret, stored }
}

/** Only where the token names a tenant that is there: strangers do not fill logs of tenants they made up. */
async function noteFailure(context: Context, token: Secret, address: string): Promise<void> {
  await context.database.store.inTenant(token.tenantId, async (tx) => {
    if (await tenantExists(tx))
      await audit(context, tx, { actor: 'unknown', action: 'signIn', target: 'session', outcome: 'failed', address })
  })
}

function toSession({ secret, stored }: OpenSession): Session {
  return {
    user: { id: stored.userId, name: stored.userName, role: stored.role },
    tenant: { id: stored.tenantId, name: stored.tenantName },
    csrfToken: csrfTokenOf(secret),
    expiresAt: stored.expiresAt.toISOString(),
  }
}

function cookieOptions(context: Context) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: context.settings.publicUrl.startsWith('https:'),
  } as const
}

/** Another site must not sign a person in as somebody else (login CSRF). */
function refuseOtherSites(site: string | string[] | undefined): void {
  if (site === 'cross-site' || site === 'same-site')
    throw new YaguraError('FORBIDDEN', 'Sign-in works from the console itself only.')
}
