import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { AuditEntry } from '@yagura/schema'
import { item, sampleContainer, sampleEvent, sampleHost } from '@yagura/store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  batchOf,
  enrolTestAgent,
  enrolWith,
  newKey,
  post,
  sendBatch,
  sendRaw,
  type TestAgent,
} from '../testing/agent.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { createEnrolmentToken } from './enrolment-token.ts'

let server: TestServer
let admin: Record<string, string>
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.signedIn('admin')
}, 60_000)
afterAll(() => server?.stop())

async function newToken(tenantId = server.context.tenantId): Promise<string> {
  return (await createEnrolmentToken(server.context, tenantId, 'test', null)).token
}
const newAgent = async (machineId: string) => enrolTestAgent(await newToken(), machineId)

async function get<T>(path: string, headers = admin): Promise<T> {
  return (await fetch(`${server.url}/api/v1${path}`, { headers })).json() as Promise<T>
}
const eventIds = async (filter: string) =>
  (await get<{ items: { id: string }[] }>(`/events?filter=${encodeURIComponent(filter)}`)).items.map(({ id }) => id)

describe('enrolment', () => {
  test('a token works once, also when it is used twice at the same time', async () => {
    const token = await newToken()
    const answers = await Promise.all([1, 2, 3].map(async (n) => enrolWith(token, `twice-${n}`, await newKey())))
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401])
    expect((await enrolWith(token, 'again', await newKey())).body).toMatchObject({ code: 'UNAUTHENTICATED' })
    const audit = await get<{ items: AuditEntry[] }>('/audit-log?filter=action%20%3D%20enrolAgent')
    expect(audit.items).toHaveLength(1)
  })

  test('the names in the request are ignored: the certificate says what the server says', async () => {
    const agent = await newAgent('names')
    expect(agent.certificate).toContain('BEGIN CERTIFICATE')
    const answer = await sendBatch(agent, batchOf(agent, 1, []))
    expect(answer).toMatchObject({ status: 200, body: { seq: 1, duplicate: false, wantImages: [] } })
  })

  test('a machine that enrols again keeps its id, and its old certificate ends', async () => {
    const before = await newAgent('again')
    const after = await newAgent('again')
    expect(after.agentId).toBe(before.agentId)
    expect((await sendBatch(before, batchOf(before, 1, []))).status).toBe(403)
    expect((await sendBatch(after, batchOf(after, 1, []))).status).toBe(200)
  })

  test.each([
    ['no request at all', { csr: 'hello' }],
    ['another wire version', { wireVersion: 99 }],
    ['a secret of the wrong form', { secret: 'x'.repeat(64) }],
  ])('%s is refused with a sentence', async (_, change) => {
    const { csr } = await newKey()
    const secret = (await import('@yagura/schema')).decodeEnrolmentToken(await newToken())?.secret
    const body = { wireVersion: 1, secret, csr, machineId: 'm', hostname: 'h', agentVersion: '1', ...change }
    const answer = await post({ url: server.agentUrl, path: '/agent/v1/enrol', body: JSON.stringify(body) })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.body).toMatchObject({ detail: expect.stringMatching(/\.$/) })
  })
})

describe('certificates', () => {
  test('without one, with one of nobody, or with one of another authority: 401', async () => {
    const agent = await newAgent('stranger')
    const without = { ...agent, certificate: '', keyPem: '' }
    expect((await sendBatch(without, batchOf(agent, 1, []))).status).toBe(401)
    const x509 = await import('@peculiar/x509')
    const { webcrypto } = await import('node:crypto')
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    const forged = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${agent.agentId}`,
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: new x509.X509Certificate(agent.certificate).extensions.slice(0, 4),
    })
    const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    const keyPem = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----`
    expect(
      (await sendBatch({ ...agent, certificate: forged.toString('pem'), keyPem }, batchOf(agent, 1, []))).status,
    ).toBe(401)
  })

  test('one of another node opens nothing: not its agent, not its machine', async () => {
    const [one, two] = [await newAgent('node-1'), await newAgent('node-2')]
    expect(await sendBatch(one, batchOf(two, 1, []))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    for (const asset of [sampleHost('node-2'), sampleContainer('node-2', 'c')])
      expect((await sendBatch(one, batchOf(one, 1, [item.asset(asset)]))).status).toBe(403)
    expect((await get<{ total: number }>('/assets?filter=name%20contains%20node-2')).total).toBe(0)
  })

  test('a revoked one is refused for batches and renewal', async () => {
    const agent = await newAgent('revoked')
    const revoked = await fetch(`${server.url}/api/v1/agents/${agent.agentId}`, { method: 'DELETE', headers: admin })
    expect(revoked.status).toBe(204)
    expect((await sendBatch(agent, batchOf(agent, 1, []))).status).toBe(403)
    const { csr } = await newKey()
    expect((await sendRaw(agent, '/agent/v1/renew', JSON.stringify({ csr }))).status).toBe(403)
    const successor = await newAgent('revoked')
    expect(successor.agentId).not.toBe(agent.agentId)
  })

  test('after a renewal the old one works until the new one was used, and not longer', async () => {
    const old = await newAgent('renewed')
    const key = await newKey()
    const answer = await sendRaw(old, '/agent/v1/renew', JSON.stringify({ csr: key.csr }))
    expect(answer.status).toBe(200)
    const renewed: TestAgent = { ...old, ...answer.body, keyPem: key.keyPem }
    expect((await sendBatch(old, batchOf(old, 1, []))).status).toBe(200)
    expect((await sendBatch(renewed, batchOf(old, 2, []))).status).toBe(200)
    expect((await sendBatch(old, batchOf(old, 3, []))).status).toBe(403)
  })

  test('an agent of one tenant is not seen by another', async () => {
    const tenantId = await server.otherTenant()
    const agent = await enrolTestAgent(await newToken(tenantId), 'elsewhere')
    await sendBatch(agent, batchOf(agent, 1, [item.event(sampleEvent('elsewhere'))]))
    expect(await eventIds('type = exec')).not.toContain('elsewhere')
    const theirs = await get<{ items: { id: string }[] }>('/events', await server.signedIn('viewer', tenantId))
    expect(theirs.items.map(({ id }) => id)).toEqual(['elsewhere'])
  })
})

describe('batches', () => {
  test('the same batch again, packed in every way, is stored once and acknowledged each time', async () => {
    const agent = await newAgent('packed')
    const batch = JSON.stringify(batchOf(agent, 1, [item.event(sampleEvent('packed.1'))]))
    const answers = [
      await sendRaw(agent, '/agent/v1/batches', zstdCompressSync(batch), { 'content-encoding': 'zstd' }),
      await sendRaw(agent, '/agent/v1/batches', gzipSync(batch), { 'content-encoding': 'gzip' }),
      await sendRaw(agent, '/agent/v1/batches', batch),
    ]
    expect(answers.map(({ status, body }) => [status, body.duplicate])).toEqual([
      [200, false],
      [200, true],
      [200, true],
    ])
    expect(await eventIds('type = exec and command = sh')).toEqual(expect.arrayContaining(['packed.1']))
  })

  test('text that PostgreSQL cannot keep is replaced, not refused for ever', async () => {
    const agent = await newAgent('nul')
    const event = { ...sampleEvent('nul.1'), args: ['a\0b', '\ud800', '\u202e<img src=x>'], exe: '/bin/\0' }
    expect((await sendBatch(agent, batchOf(agent, 1, [item.event(event as never)]))).status).toBe(200)
    const page = await get<{ items: { id: string; args: string[] }[] }>(
      '/events?filter=exe%20startswith%20%22%2Fbin%2F%22',
    )
    const stored = page.items.find(({ id }) => id === 'nul.1')
    expect(stored?.args).toEqual(['a\ufffdb', '\ufffd', '\u202e<img src=x>'])
  })

  test('the clock of the agent is compared with ours', async () => {
    const agent = await newAgent('clock')
    const sent = new Date(Date.now() + 86_400_000).toUTCString()
    await sendBatch(agent, batchOf(agent, 1, []), { date: sent })
    const { clockSkewMs } = await get<{ clockSkewMs: number }>(`/agents/${agent.agentId}`)
    expect(clockSkewMs).toBeGreaterThan(86_300_000)
    expect(clockSkewMs).toBeLessThan(86_500_000)
  })

  test.each([
    ['not JSON', () => ['{', {}]],
    ['not a batch', () => ['{"items":[]}', {}]],
    ['a gzip bomb', () => [gzipSync(Buffer.alloc(80 * 1024 * 1024)), { 'content-encoding': 'gzip' }]],
    ['a zstd bomb', () => [zstdCompressSync(Buffer.alloc(80 * 1024 * 1024)), { 'content-encoding': 'zstd' }]],
    ['broken zstd', () => ['hello', { 'content-encoding': 'zstd' }]],
    ['an unknown encoding', () => ['hello', { 'content-encoding': 'lzma' }]],
    ['another media type', () => ['hello', { 'content-type': 'text/plain' }]],
    ['a deep JSON', () => ['['.repeat(200_000), {}]],
    ['too many bytes', () => [Buffer.alloc(17 * 1024 * 1024, ' '), {}]],
  ] as [string, () => [string | Buffer, Record<string, string>]][])(
    '%s is refused with a sentence',
    async (_, make) => {
      const agent = await newAgent('hostile')
      const [body, headers] = make()
      const answer = await sendRaw(agent, '/agent/v1/batches', body, headers).catch((error: Error) => error)
      // A body that is too large may be answered by closing the connection while it is still being sent.
      if (answer instanceof Error) return expect(answer.message).toMatch(/ECONNRESET|EPIPE/)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(answer.body).toMatchObject({ code: expect.any(String), detail: expect.stringMatching(/\.$/) })
    },
  )
})

test('a batch that is not stored is not acknowledged: a database that is away is 503 with Retry-After', async () => {
  const agent = await newAgent('away')
  const { store } = server.context.database
  const lost = Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' })
  const original = store.inTenant
  const { databaseProblem } = await import('@yagura/store')
  Object.assign(store, { inTenant: () => Promise.reject(databaseProblem(lost)) })
  try {
    const answer = await sendBatch(agent, batchOf(agent, 1, [item.event(sampleEvent('away.1'))]))
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', hint: expect.stringContaining('disk') } })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  } finally {
    Object.assign(store, { inTenant: original })
  }
  const again = await sendBatch(agent, batchOf(agent, 1, [item.event(sampleEvent('away.1'))]))
  expect(again).toMatchObject({ status: 200, body: { duplicate: false } })
})
