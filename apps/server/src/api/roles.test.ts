// Who may call what: every route of the table by every kind of caller, so that a route added tomorrow is covered tomorrow.
import { newId } from '@yagura/kernel'
import { type OperationId, type Route, routes, TOKEN_ROLES, type TokenRole } from '@yagura/schema'
import { createApiToken } from '@yagura/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_TOKEN_PREFIX, newSecret } from '../sign-in/secrets.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

type Headers = Readonly<Record<string, string>>

const CALLERS = [
  ...(['viewer', 'analyst', 'admin'] as const).map((role) => ({ who: `${role} signed in`, role })),
  ...TOKEN_ROLES.map((role) => ({ who: `token of ${role}`, role })),
] as const

let server: TestServer
const headersOf = new Map<string, Headers>()

beforeAll(async () => {
  server = await startTestServer()
  for (const { who, role } of CALLERS)
    headersOf.set(who, who.startsWith('token') ? await tokenOf(role) : await server.signedIn(role as 'viewer'))
}, 60_000)
afterAll(() => server?.stop())

async function tokenOf(role: TokenRole): Promise<Headers> {
  const secret = newSecret(API_TOKEN_PREFIX, server.context.tenantId)
  const now = new Date()
  const expiresAt = new Date(now.getTime() + 3_600_000)
  await server.context.database.store.inTenant(server.context.tenantId, (tx) =>
    createApiToken(tx, { id: newId(), hash: secret.hash, name: role, role, createdAt: now, createdBy: 't', expiresAt }),
  )
  return { authorization: `Bearer ${secret.text}` }
}

/** With an id of nothing and a body of nothing: whoever may call it is told that, and nothing changes. */
async function statusOf(route: Route, headers: Headers): Promise<number> {
  const ended = new AbortController()
  const response = await fetch(server.url + route.path.replace('{id}', newId()), {
    method: route.method,
    headers: { ...headers, ...(route.body ? { 'content-type': 'application/json' } : {}) },
    signal: ended.signal,
    ...(route.body ? { body: '{"nothing":true}' } : {}),
  })
  if (route.kind === 'stream') ended.abort()
  else await response.arrayBuffer()
  return response.status
}

const guarded = (Object.entries(routes) as [OperationId, Route][]).filter(([, { role }]) => role !== 'public')

describe.each(CALLERS)('$who', ({ who, role }) => {
  const mayCall = (route: Route) => TOKEN_ROLES.indexOf(role) >= TOKEN_ROLES.indexOf(route.role as TokenRole)
  // The last: it ends the session that the others use.
  const ordered = [...guarded].sort(([a], [b]) => Number(a === 'signOut') - Number(b === 'signOut'))

  test.each(ordered)('%s', async (_, route) => {
    const status = await statusOf(route, headersOf.get(who) ?? {})
    if (mayCall(route)) expect([401, 403, 500]).not.toContain(status)
    else expect(status).toBe(403)
  })
})

test('only signing in needs no role', () => {
  const open = (Object.entries(routes) as [OperationId, Route][]).filter(([, { role }]) => role === 'public')
  expect(open.map(([id]) => id)).toEqual(['signIn'])
})

test('writes need more than a viewer, but for the end of the own session', () => {
  const writes = guarded.filter(([, { method, role }]) => method !== 'GET' && role === 'viewer')
  expect(writes.map(([id]) => id)).toEqual(['signOut'])
})
