// An agent as the wire sees it: enrols with a token, then speaks mutual TLS.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { request } from 'node:https'
import * as x509 from '@peculiar/x509'
import { newId } from '@yagura/kernel'
import { type Batch, type BatchItem, decodeEnrolmentToken, type EnrolResponse } from '@yagura/schema'

export interface TestKey {
  readonly csr: string
  readonly keyPem: string
}

export interface TestAgent extends EnrolResponse {
  readonly keyPem: string
  readonly url: string
  readonly boot: string
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

export async function newKey(): Promise<TestKey> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=whatever I like',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return { csr: csr.toString('pem'), keyPem: `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----` }
}

export interface Post {
  readonly url: string
  readonly path: string
  readonly body: string | Buffer
  readonly headers?: Record<string, string>
  readonly certificate?: string
  readonly keyPem?: string
}

export function post({ url, path, body, headers, certificate, keyPem }: Post): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        method: 'POST',
        agent: false,
        rejectUnauthorized: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
        ...(certificate && keyPem ? { cert: certificate, key: keyPem } : {}),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text === '' ? null : JSON.parse(text),
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export function enrolWith(token: string, machineId: string, key: TestKey): Promise<Answer> {
  const decoded = decodeEnrolmentToken(token)
  if (!decoded) throw new Error('not an enrolment token')
  const body = {
    wireVersion: 1,
    secret: decoded.secret,
    csr: key.csr,
    machineId,
    hostname: `host-${machineId}`,
    agentVersion: '0.1.0',
  }
  return post({ url: decoded.url, path: '/agent/v1/enrol', body: JSON.stringify(body) })
}

export async function enrolTestAgent(token: string, machineId: string): Promise<TestAgent> {
  const key = await newKey()
  const answer = await enrolWith(token, machineId, key)
  if (answer.status !== 200) throw new Error(`not enrolled: ${JSON.stringify(answer.body)}`)
  return { ...answer.body, keyPem: key.keyPem, url: decodeEnrolmentToken(token)?.url, boot: newId() }
}

export function batchOf(agent: TestAgent, seq: number, items: BatchItem[]): Batch {
  return {
    wireVersion: 1,
    agentId: agent.agentId,
    boot: agent.boot,
    seq,
    madeAt: new Date().toISOString(),
    priority: 'high',
    items,
  }
}

export function sendBatch(agent: TestAgent, batch: unknown, headers?: Record<string, string>): Promise<Answer> {
  return sendRaw(agent, '/agent/v1/batches', JSON.stringify(batch), headers)
}

export function sendRaw(
  agent: TestAgent,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post({ url: agent.url, path, body, headers, certificate: agent.certificate, keyPem: agent.keyPem })
}
