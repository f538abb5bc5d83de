// The console's listener as somebody who means it ill meets it.
import { request } from 'node:http'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { createLogger } from '@yagura/kernel'
import { createUser } from '@yagura/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import { createLink } from '../sign-in/links.ts'
import { newSecret, SESSION_PREFIX } from '../sign-in/secrets.ts'
import { enrolTestAgent } from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

let server: TestServer
const logged: string[] = []
const log = createLogger('test', {
  level: 'trace',
  destination: new Writable({
    write(chunk, _, done) {
      logged.push(String(chunk))
      done()
    },
  }),
})
beforeAll(async () => {
  server = await startTestServer({}, log)
}, 60_000)
afterAll(() => server?.stop())

type Headers = Record<string, string>
const api = (path: string) => `${server.url}/api/v1/${path}`
const asJson = { 'content-type': 'application/json' }

async function linkFor(name: string, role: 'viewer' | 'admin' = 'viewer'): Promise<{ id: string; token: string }> {
  const { context } = server
  const id = `01ARZ3NDEKTSV4RRFF${Math.random()
    .toString(36)
    .slice(2, 10)
    .toUpperCase()
    .replace(/[ILOU]/g, '7')
    .padEnd(8, '0')}`
  const url = await context.database.store.inTenant(context.tenantId, async (tx) => {
    const user = await createUser(tx, { id, name, role, createdAt: new Date() })
    return (await createLink(context, tx, context.tenantId, user?.id ?? '')).url
  })
  return { id, token: new URL(url).hash.slice(1) }
}

async function signIn(token: string, headers: Headers = {}): Promise<{ cookie: string; csrf: string }> {
  const response = await fetch(api('session'), {
    method: 'POST',
    headers: { ...asJson, ...headers },
    body: JSON.stringify({ token }),
  })
  expect(response.status).toBe(200)
  const { csrfToken } = (await response.json()) as { csrfToken: string }
  return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '', csrf: csrfToken }
}

describe('sessions', () => {
  test('a session planted in the browser is not the one that signs in, and the one before ends', async () => {
    const planted = `yagura_session=${newSecret(SESSION_PREFIX, server.context.tenantId).text}`
    const first = await signIn((await linkFor('fixed')).token, { cookie: planted })
    expect(first.cookie).not.toBe(planted)
    expect((await fetch(api('session'), { headers: { cookie: planted } })).status).toBe(401)
    const second = await signIn((await linkFor('fixed again')).token, { cookie: first.cookie })
    expect((await fetch(api('session'), { headers: { cookie: first.cookie } })).status).toBe(401)
    expect((await fetch(api('session'), { headers: { cookie: second.cookie } })).status).toBe(200)
  })

  test('whoever is taken out is out at once; the last administrator and oneself stay', async () => {
    const admin = await signIn((await linkFor('chief', 'admin')).token)
    const headers = { cookie: admin.cookie, 'x-yagura-csrf': admin.csrf }
    const gone = await linkFor('leaver')
    const session = await signIn(gone.token)
    const remove = (id: string, by: Headers = headers) => fetch(api(`users/${id}`), { method: 'DELETE', headers: by })
    expect((await remove(gone.id)).status).toBe(204)
    expect((await fetch(api('session'), { headers: { cookie: session.cookie } })).status).toBe(401)
    expect((await remove(gone.id)).status).toBe(404)
    const me = (await (await fetch(api('session'), { headers })).json()) as { user: { id: string } }
    expect((await remove(me.user.id)).status).toBe(409)
    const program = await server.program('admin')
    const people = (await (await fetch(api('users'), { headers })).json()) as { items: { id: string; role: string }[] }
    const admins = people.items.filter(({ role }) => role === 'admin')
    const statuses: number[] = []
    for (const { id } of admins) statuses.push((await remove(id, program)).status)
    expect(statuses).toEqual([...admins.slice(1).map(() => 204), 409])
  })

  test('nobody is named like a program, nor invisibly', async () => {
    const program = await server.program('admin')
    for (const name of ['token:ci', 'agent:n1', 'a\u202eb', 'a\nb', '  ', ''])
      for (const [path, more] of [
        ['users', { role: 'viewer' }],
        ['api-tokens', { role: 'viewer' }],
      ] as const) {
        const body = JSON.stringify({ name, ...more })
        const response = await fetch(api(path), { method: 'POST', headers: { ...program, ...asJson }, body })
        expect([path, name, response.status]).toEqual([path, name, 400])
      }
  })
})

describe('connections', () => {
  test('one viewer cannot take all live views, and a view ends with the session that opened it', async () => {
    const { cookie, csrf } = await signIn((await linkFor('watcher')).token)
    const ended: Promise<void>[] = []
    const open = () =>
      new Promise<number>((resolve, reject) => {
        const sent = request(api('events/stream'), { agent: false, headers: { cookie } }, (response) => {
          ended.push(new Promise((end) => response.once('close', end).resume()))
          resolve(response.statusCode ?? 0)
        })
        sent.once('error', reject).end()
      })
    const statuses = await Promise.all(Array.from({ length: 24 }, open))
    expect(statuses.filter((status) => status === 200)).toHaveLength(20)
    expect(statuses.filter((status) => status === 503)).toHaveLength(4)
    const other = await server.program('viewer')
    const another = new AbortController()
    expect((await fetch(api('events/stream'), { headers: other, signal: another.signal })).status).toBe(200)
    another.abort()
    const out = { cookie, 'x-yagura-csrf': csrf }
    expect((await fetch(api('session'), { method: 'DELETE', headers: out })).status).toBe(204)
    await Promise.all(ended)
  }, 30_000)

  test('a request that never ends is ended, and so many connections are enough', () => {
    const { requestTimeout, headersTimeout, maxConnections } = server.consoleServer
    expect(requestTimeout).toBeLessThanOrEqual(30_000)
    expect(requestTimeout).toBeGreaterThan(0)
    expect(headersTimeout).toBeLessThanOrEqual(30_000)
    expect(maxConnections).toBeLessThanOrEqual(5_000)
  })

  test.each([
    ['two lengths', 'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 20\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a line break in a header', 'GET / HTTP/1.1\r\nhost: x\r\nx: a\nb: c\r\r\n\r\n'],
    ['a header without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(70_000)}\r\n\r\n`],
    ['a NUL in the path', 'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('%s is refused and ends the connection', async (_, text) => {
    const { hostname, port } = new URL(server.url)
    const answer = await new Promise<string>((resolve) => {
      let got = ''
      const socket = connect(Number(port), hostname, () => socket.write(text))
      socket
        .on('data', (chunk) => (got += chunk))
        .on('error', () => resolve(got))
        .on('close', () => resolve(got))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
  })

  test.each([
    '/assets/../../package.json',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/..%5c..%5cpackage.json',
    '//etc/passwd.txt',
  ])('%s does not leave the console', async (path) => {
    const { hostname, port } = new URL(server.url)
    const status = await new Promise<number>((resolve, reject) => {
      request({ hostname, port, path }, (response) => resolve(response.resume().statusCode ?? 0))
        .once('error', reject)
        .end()
    })
    expect(status).toBe(404)
  })
})

test('what a caller sends cannot write a line of the log, and no secret stands in it', async () => {
  const { token } = await linkFor('logged')
  const { cookie, csrf } = await signIn(token)
  const program = await server.program('admin')
  const enrolment = await createEnrolmentToken(server.context, server.context.tenantId, 'test', null)
  await enrolTestAgent(enrolment.token, 'm-log')
  const forged = encodeURIComponent('x"}\n{"level":30,"msg":"forged"}')
  await fetch(api(`assets/${forged}?filter=${forged}`), { headers: { ...program, 'user-agent': forged } })
  await fetch(api('overview'), { headers: { authorization: 'Bearer ygt_of-nobody-at-all' } })
  const made = await fetch(api('api-tokens'), {
    method: 'POST',
    headers: { ...program, ...asJson },
    body: JSON.stringify({ name: 'new', role: 'viewer' }),
  })
  const { secret } = (await made.json()) as { secret: string }
  const text = logged.join('')
  expect(text.split('\n').filter((line) => line !== '').length).toBeGreaterThan(0)
  for (const line of text.split('\n')) if (line !== '') expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' })
  for (const value of [token, cookie.split('=')[1], csrf, program.authorization.slice(7), enrolment.token, secret])
    expect(text).not.toContain(value?.slice(-30))
})
