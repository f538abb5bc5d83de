// Credentials go over TLS to the server that is meant, and to no other. Certificates are made by openssl.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createPlain } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHttpClient } from './http-client.ts'
import type { TlsTrust } from './runtime.ts'

const ACCOUNT = { user: 'auditor', password: 'secret-word', address: '127.0.0.1' }
const directory = mkdtempSync(join(tmpdir(), 'yg-http-client-'))
const servers: { close(): unknown }[] = []
/** What servers were told, by their names. */
const told: string[] = []
let ours: { cert: string; key: string }
let other: { cert: string; key: string }

function made(name: string, subject: string): { cert: string; key: string } {
  const [cert, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    ].concat(['-addext', `subjectAltName=${subject}`, '-keyout', key, '-out', cert]),
    { stdio: 'ignore' },
  )
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

async function listen(server: Server | ReturnType<typeof createPlain>): Promise<number> {
  server.on('request', (request, response) => {
    told.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    response.end('{"ok":true}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

beforeAll(() => {
  ours = made('ours', 'IP:127.0.0.1,DNS:search.example')
  other = made('other', 'DNS:elsewhere.example')
})

afterAll(() => {
  for (const server of servers) server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(port: number, tls?: TlsTrust) {
  told.length = 0
  const client = openHttpClient({ ...ACCOUNT, port, ...(tls && { tls }) })
  try {
    return await client.ask('/path')
  } finally {
    client.close()
  }
}

const GIVEN = [`GET /path Basic ${Buffer.from('auditor:secret-word').toString('base64')}`]

test('a server with a certificate of the authority given is asked over TLS', async () => {
  const port = await listen(createServer(ours))
  expect(await ask(port, { ca: ours.cert })).toEqual({ status: 200, text: '{"ok":true}' })
  expect(told).toEqual(GIVEN)
  expect(await ask(port, { ca: ours.cert, serverName: 'search.example' })).toMatchObject({ status: 200 })
})

test.each<[string, () => TlsTrust | undefined, RegExp]>([
  ['nobody known signed it', () => undefined, /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
  ['another authority did', () => ({ ca: other.cert }), /not trusted/],
  [
    'it is for another name',
    () => ({ ca: ours.cert, serverName: 'elsewhere.example' }),
    /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
  ],
  [
    'another one is pinned',
    () => ({ fingerprint256: new X509Certificate(other.cert).fingerprint256 }),
    /not the one that was pinned/,
  ],
])('nothing is told where %s', async (_, trust, problem) => {
  const port = await listen(createServer(ours))
  await expect(ask(port, trust())).rejects.toThrow(problem)
  expect(told).toEqual([])
})

test('a pinned certificate is taken whoever signed it and whatever its name', async () => {
  const port = await listen(createServer(other))
  const pin = new X509Certificate(other.cert).fingerprint256
  expect(await ask(port, { fingerprint256: pin })).toMatchObject({ status: 200 })
  expect(await ask(port, { fingerprint256: pin.replaceAll(':', '').toLowerCase() })).toMatchObject({ status: 200 })
  expect(told).toEqual(GIVEN)
})

test('a server that wants a certificate is shown ours', async () => {
  const port = await listen(createServer({ ...ours, requestCert: true, rejectUnauthorized: true, ca: other.cert }))
  await expect(ask(port, { ca: ours.cert })).rejects.toThrow()
  expect(await ask(port, { ca: ours.cert, certificate: other.cert, key: other.key })).toMatchObject({ status: 200 })
})

test('one that speaks plain HTTP is asked so, unless TLS was wanted', async () => {
  const port = await listen(createPlain())
  expect(await ask(port)).toMatchObject({ status: 200 })
  expect(told).toEqual(GIVEN)
  await expect(ask(port, {})).rejects.toThrow()
  expect(told).toEqual([])
})

test('one that is silent, and one that never ends, end in time and in bounds', async () => {
  const silent = createTcp(() => {})
  servers.push(silent)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  await expect(ask((silent.address() as AddressInfo).port)).rejects.toThrow('the server is silent')
  const endless = createPlain((_, response) => {
    const write = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', write)
    }
    write()
  })
  servers.push(endless)
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
  await expect(ask((endless.address() as AddressInfo).port)).rejects.toThrow('the answer is too long')
})
