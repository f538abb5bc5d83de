import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createLogger } from '@yagura/kernel'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readSettings, type Settings } from '../settings/settings.ts'
import { makeTestAuthority, type TestAuthority } from '../testing/authority.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'
import { enrol } from './enrol.ts'
import { fingerprint, loadIdentity, renewalDueAtMs, saveIdentity } from './identity.ts'
import { obtainIdentity } from './obtain.ts'
import { openConnection } from './renewal.ts'

const node = { machineId: 'a'.repeat(32), hostname: 'node-1', agentVersion: '0.1.0' }
const logger = createLogger('test', { level: 'silent' })
let authority: TestAuthority
let server: TestServer
const directory = mkdtempSync('/tmp/yg-agent-identity-')

beforeAll(async () => {
  authority = await makeTestAuthority()
  server = await startTestServer(authority)
})
afterEach(() => {
  server.enrolAnswer = undefined
})
afterAll(async () => {
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

function settingsWith(env: Record<string, string>): Settings {
  const settings = readSettings({ YAGURA_DATA_DIR: mkdtempSync(join(directory, 'data-')), ...env }, '/checkout')
  if (!settings.ok) throw settings.error
  return settings.value
}

async function sentenceOf(token: string): Promise<string> {
  const result = await enrol(token, node)
  return result.ok ? 'enrolled' : result.error.message
}

describe('enrol', () => {
  it('turns a token into a certificate for a key that never left this machine', async () => {
    const result = await enrol(server.token(), node)
    expect(result.ok).toBe(true)
    if (!result.ok) return
    const certificate = new X509Certificate(result.value.certificate)
    expect(certificate.checkIssued(new X509Certificate(authority.caPem))).toBe(true)
    expect(certificate.publicKey.equals(createPublicKey(result.value.privateKey))).toBe(true)
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(result.value.ca.trim()).toBe(authority.caPem.trim())
  })

  it('refuses a server whose authority is not the one the token names, before the secret is sent', async () => {
    const other = await makeTestAuthority()
    const sentence = await sentenceOf(server.token({ caFingerprint: fingerprint(other.caPem) }))
    expect(sentence).toBe(`The server at ${server.url} is not the one that made this enrolment token.`)
  })

  it('refuses the certificate of the listener itself in place of an authority', async () => {
    const [leaf = ''] = authority.server.cert.split(/(?<=-----END CERTIFICATE-----)/)
    expect(await sentenceOf(server.token({ caFingerprint: fingerprint(leaf) }))).toContain('is not the one that made')
  })

  it('says what the server said of a used or expired token', async () => {
    for (const detail of ['The enrolment token was used already.', 'The enrolment token has expired.']) {
      server.enrolAnswer = {
        status: 403,
        body: { type: 'about:blank', title: 'Forbidden', status: 403, detail, code: 'FORBIDDEN' },
      }
      expect(await sentenceOf(server.token())).toBe(`The server refused the enrolment token: ${detail}`)
    }
  })

  it('says that nothing listens, or that it is no TLS', async () => {
    const plain = createServer((socket) => socket.end('hello\n', () => socket.destroy()))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    const { port } = plain.address() as { port: number }
    expect(await sentenceOf(server.token({ url: `https://127.0.0.1:${port}` }))).toMatch(/cannot be reached: /)
    await new Promise((resolve) => plain.close(resolve))
    expect(await sentenceOf(server.token({ url: `https://127.0.0.1:${port}` }))).toBe(
      `The server at https://127.0.0.1:${port} cannot be reached: nothing listens there.`,
    )
  })

  it.each(['', 'yge1.', 'yge1.e30', 'not a token'])('refuses %j as a token', async (text) => {
    expect(await sentenceOf(text)).toBe('The enrolment token is not one: it must begin with "yge1.".')
  })

  it('refuses a token for an address without TLS', async () => {
    expect(await sentenceOf(server.token({ url: 'http://127.0.0.1:1' }))).toContain('not an https address')
  })
})

describe('obtainIdentity', () => {
  const signal = new AbortController().signal

  it('enrols once, deletes the token file, and uses the stored identity from then on', async () => {
    const tokenFile = join(directory, 'token')
    writeFileSync(tokenFile, `${server.token()}\n`, { mode: 0o600 })
    const settings = settingsWith({ YAGURA_ENROLMENT_TOKEN_FILE: tokenFile })
    const first = await obtainIdentity(settings, node, logger, signal)
    expect(first.ok).toBe(true)
    expect(statSync(tokenFile, { throwIfNoEntry: false })).toBeUndefined()
    expect(statSync(join(settings.paths.identity, 'identity.json')).mode & 0o777).toBe(0o600)
    const second = await obtainIdentity(settings, node, logger, signal)
    expect(second).toEqual(first)
  })

  it('goes on with the identity it has when a second token of the same server is refused', async () => {
    const settings = settingsWith({ YAGURA_ENROLMENT_TOKEN: server.token() })
    const first = await obtainIdentity(settings, node, logger, signal)
    server.enrolAnswer = { status: 403 }
    const other = { ...settings, token: server.token({ url: server.url.replace('127.0.0.1', '127.0.0.1') }) }
    expect(await obtainIdentity(other, node, logger, signal)).toEqual(first)
  })

  it('says what is missing', async () => {
    const result = await obtainIdentity(settingsWith({}), node, logger, signal)
    expect(!result.ok && result.error.message).toBe('This agent is not enrolled, and no enrolment token was given.')
  })

  it('takes a damaged identity for none', () => {
    const settings = settingsWith({})
    saveIdentity(settings.paths.identity, { agentId: 'x' } as never)
    expect(loadIdentity(settings.paths.identity)).toBeUndefined()
  })
})

describe('renewal', () => {
  it('replaces key and certificate in the last third of their life', async () => {
    const enrolled = await enrol(server.token(), node)
    if (!enrolled.ok) throw enrolled.error
    const place = join(directory, 'renewal')
    const connection = openConnection(enrolled.value, place, node.machineId, logger)
    await connection.renewIfDue(renewalDueAtMs(enrolled.value) - 1000)
    expect(loadIdentity(place)).toBeUndefined()
    const before = connection.client('rest')
    await connection.renewIfDue(renewalDueAtMs(enrolled.value))
    const renewed = loadIdentity(place)
    expect(renewed?.agentId).toBe(server.agentId)
    expect(renewed?.privateKey).not.toBe(enrolled.value.privateKey)
    expect(connection.client('rest')).not.toBe(before)
    await connection.close()
  })
})
