import { routes } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { createFailureLimit } from './failures.ts'
import { API_TOKEN_PREFIX, newSecret, readSecret, SIGN_IN_PREFIX } from './secrets.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
}, 60_000)
afterAll(() => server?.stop())

const signIn = (token: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  })

describe('sign-in', () => {
  test('the first link works once, sets a strict cookie, and is not offered again', async () => {
    const token = server.firstSignInUrl?.split('#')[1] ?? ''
    expect(server.firstSignInUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/signin#ygl_/)
    const foreign = await signIn(token, { 'sec-fetch-site': 'cross-site' })
    expect(foreign.status).toBe(403)
    const response = await signIn(token)
    expect(response.status).toBe(200)
    const session = routes.signIn.response.parse(await response.json())
    expect(session.user).toMatchObject({ name: 'admin', role: 'admin' })
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Strict/)
    expect(cookie).not.toContain(session.csrfToken)
    expect((await signIn(token)).status).toBe(401)
    const audit = await fetch(`${server.url}/api/v1/audit-log`, { headers: await server.signedIn('admin') })
    const { items } = (await audit.json()) as { items: { action: string; outcome: string }[] }
    expect(items.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(['signIn failed', 'signIn allowed'])

    const headers = { cookie: cookie.split(';')[0] ?? '', 'x-yagura-csrf': session.csrfToken }
    const url = `${server.url}/api/v1/session`
    expect(await (await fetch(url, { headers })).json()).toEqual(session)
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204)
    expect((await fetch(url, { headers })).status).toBe(401)
  })

  test('a refused write is in the audit log, with who and why', async () => {
    const viewer = await server.signedIn('viewer')
    const url = `${server.url}/api/v1/enrolment-tokens`
    const empty = { 'content-type': 'application/json' }
    expect((await fetch(url, { method: 'POST', headers: { ...viewer, ...empty } })).status).toBe(403)
    const admin = await server.signedIn('admin')
    expect((await fetch(url, { method: 'POST', headers: { ...admin, ...empty } })).status).toBe(201)
    const audit = await fetch(`${server.url}/api/v1/audit-log?filter=action%20%3D%20createEnrolmentToken`, {
      headers: admin,
    })
    const { items } = (await audit.json()) as { items: object[] }
    expect(items).toMatchObject([
      { outcome: 'allowed' },
      { outcome: 'denied', actor: expect.stringContaining('viewer'), detail: expect.stringContaining('role admin') },
    ])
  })

  test('no secret stands in the database', async () => {
    const { store } = server.context.database
    const program = await server.program('viewer')
    const { rows } = await store.withClient(async (client) => {
      await client.query('begin')
      await client.query(`select set_config('yagura.tenant', $1, true)`, [server.context.tenantId])
      const found = await client.query('select t::text as row from api_tokens t')
      await client.query('rollback')
      return found
    })
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(program.authorization.slice(-20))
  })

  test('a flood of wrong tokens is answered without the database, and does not lock out who is known', async () => {
    const known = await server.program('viewer')
    const url = `${server.url}/api/v1/overview`
    expect((await fetch(url, { headers: known })).status).toBe(200)
    const { store } = server.context.database
    const original = store.inTenant
    let queries = 0
    Object.assign(store, {
      inTenant: (...args: Parameters<typeof original>) => {
        queries += 1
        return original(...args)
      },
    })
    try {
      const wrong = () => ({ authorization: `Bearer ${newSecret(API_TOKEN_PREFIX, server.context.tenantId).text}` })
      const statuses: number[] = []
      for (let sent = 0; sent < 60; sent++) statuses.push((await fetch(url, { headers: wrong() })).status)
      expect(new Set(statuses.slice(0, 10))).toEqual(new Set([401]))
      expect(statuses.slice(-20).every((status) => status === 429)).toBe(true)
      expect(queries).toBeLessThanOrEqual(30)
      queries = 0
      const limited = await fetch(url, { headers: { authorization: 'Bearer of nothing' } })
      expect(limited.status).toBe(429)
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(queries).toBe(0)
      expect((await fetch(url, { headers: known })).status).toBe(200)
    } finally {
      Object.assign(store, { inTenant: original })
    }
  })
})

test('failures are counted by address, forgotten after a minute, and never more than so many addresses', () => {
  let now = 0
  const limit = createFailureLimit(3, () => now)
  for (let n = 0; n < 3; n++) {
    expect(limit.retryAfterSeconds('a')).toBe(0)
    limit.failed('a')
  }
  now = 30_000
  expect(limit.retryAfterSeconds('a')).toBe(30)
  expect(limit.retryAfterSeconds('b')).toBe(0)
  now = 60_000
  expect(limit.retryAfterSeconds('a')).toBe(0)
  for (let n = 0; n < 3; n++) limit.failed('a')
  for (let n = 0; n < 20_000; n++) limit.failed(`address ${n}`)
  expect(limit.retryAfterSeconds('a')).toBe(0)
})

test('a secret is read back only in its own form', () => {
  const secret = newSecret(SIGN_IN_PREFIX, '01ARZ3NDEKTSV4RRFFQ69G5FAV')
  expect(readSecret(SIGN_IN_PREFIX, secret.text)).toEqual(secret)
  expect(readSecret(API_TOKEN_PREFIX, secret.text)).toBeUndefined()
  expect(readSecret(SIGN_IN_PREFIX, `${secret.text} `)).toBeUndefined()
  expect(readSecret(SIGN_IN_PREFIX, secret.text.toLowerCase())).toBeUndefined()
})
