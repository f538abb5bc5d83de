// Who is calling: a session cookie of a person, or an API token of a program. Looked up inside the tenant that the secret names.
import { YaguraError } from '@yagura/kernel'
import { type Role, TOKEN_ROLES, type TokenRole } from '@yagura/schema'
import { findApiToken, findSession, type StoredSession } from '@yagura/store'
import type { FastifyRequest } from 'fastify'
import { type Context, nowOf } from '../context.ts'
import { createFailureLimit } from './failures.ts'
import {
  API_TOKEN_PREFIX,
  csrfTokenOf,
  readSecret,
  SESSION_PREFIX,
  type Secret,
  sameHash,
  sameText,
} from './secrets.ts'

export const SESSION_COOKIE = 'yagura_session'
const CSRF_HEADER = 'x-yagura-csrf'

export interface Caller {
  readonly tenantId: string
  readonly role: TokenRole
  /** For the audit log: the user's name, or `token:NAME`. */
  readonly actor: string
  /** Of a person; a program has none. */
  readonly session: { readonly secret: Secret; readonly stored: StoredSession } | null
}

export interface Authenticator {
  /** The caller, or throws UNAUTHENTICATED or RATE_LIMITED. */
  authenticate(request: FastifyRequest): Promise<Caller>
  /** Counts a failed sign-in and refuses when there were too many. */
  refuseFlood(request: FastifyRequest): void
  failed(request: FastifyRequest): void
}

const ALLOWED_FAILURES = 30
/** Secrets found good lately: their owners are not locked out by a flood from the same address. */
const KNOWN_GOOD = 10_000

export function createAuthenticator(context: Context): Authenticator {
  const failures = createFailureLimit(ALLOWED_FAILURES, () => context.clock.monotonicMs())
  const good = new Set<string>()

  function refuseFlood(request: FastifyRequest): void {
    const seconds = failures.retryAfterSeconds(request.ip)
    if (seconds > 0)
      throw new YaguraError('RATE_LIMITED', 'Too many failed attempts to sign in from this address.', {
        hint: `Try again in ${seconds} seconds.`,
      })
  }

  function remember(secret: Secret): void {
    const key = secret.hash.toString('base64')
    good.add(key)
    if (good.size > KNOWN_GOOD) good.delete(good.values().next().value ?? '')
  }

  async function lookUp(request: FastifyRequest): Promise<Caller | undefined> {
    const { authorization } = request.headers
    const bearer = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined
    const cookie = request.cookies?.[SESSION_COOKIE]
    if (authorization === undefined && cookie === undefined) return undefined
    const secret =
      authorization === undefined
        ? readSecret(SESSION_PREFIX, cookie ?? '')
        : readSecret(API_TOKEN_PREFIX, bearer ?? '')
    if (!secret || !good.has(secret.hash.toString('base64'))) refuseFlood(request)
    const caller = secret && (authorization === undefined ? await personOf(secret) : await programOf(secret))
    if (caller && secret) remember(secret)
    else failures.failed(request.ip)
    return caller
  }

  async function personOf(secret: Secret): Promise<Caller | undefined> {
    const stored = await context.database.store.inTenant(secret.tenantId, (tx) =>
      findSession(tx, secret.hash, nowOf(context)),
    )
    if (!stored || !sameHash(stored.hash, secret.hash)) return undefined
    return { tenantId: secret.tenantId, role: stored.role, actor: stored.userName, session: { secret, stored } }
  }

  async function programOf(secret: Secret): Promise<Caller | undefined> {
    const stored = await context.database.store.inTenant(secret.tenantId, (tx) =>
      findApiToken(tx, secret.hash, nowOf(context)),
    )
    if (!stored || !sameHash(stored.hash, secret.hash)) return undefined
    return { tenantId: secret.tenantId, role: stored.role, actor: `token:${stored.name}`, session: null }
  }

  return {
    refuseFlood,
    failed: (request) => failures.failed(request.ip),
    async authenticate(request) {
      const caller = await lookUp(request)
      if (caller) return caller
      throw new YaguraError('UNAUTHENTICATED', 'Sign in first.', {
        hint: 'Use `yagura signin` on the server for a new link, or an API token.',
      })
    },
  }
}

export function hasRole(caller: Caller, needed: Role): boolean {
  return TOKEN_ROLES.indexOf(caller.role) >= TOKEN_ROLES.indexOf(needed)
}

/** Writes of a session must carry its CSRF token: another site can make the browser send the cookie, not this header. */
export function hasCsrfToken(caller: Caller, request: FastifyRequest): boolean {
  if (!caller.session || request.method === 'GET' || request.method === 'HEAD') return true
  const sent = request.headers[CSRF_HEADER]
  return typeof sent === 'string' && sameText(sent, csrfTokenOf(caller.session.secret))
}
