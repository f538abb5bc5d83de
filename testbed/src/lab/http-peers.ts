// Peers that speak HTTP: downloads and uploads, the metadata service of a cloud, the Kubernetes API, a kubelet, Docker.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { helloElf } from './hello-elf.ts'
import { type PeerRecord, peerRecord, plainAddress, type Recorder, TEXT_BYTES } from './record.ts'

export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly body: string | Buffer
}

type Responder = (request: { readonly method: string; readonly path: string }) => Answer

export interface TlsMaterial {
  readonly key: string
  readonly cert: string
}

export function httpServer(peer: string, record: Recorder): Server {
  return createServer(listener(peer, record, RESPONDERS[peer] ?? download))
}

export function tlsServer(peer: string, tls: TlsMaterial, record: Recorder): Server {
  return createTlsServer({ key: tls.key, cert: tls.cert }, listener(peer, record, RESPONDERS[peer] ?? download))
}

function listener(peer: string, record: Recorder, respond: Responder): RequestListener {
  return (request, response) => {
    const kept: Buffer[] = []
    let keptBytes = 0
    let sizeBytes = 0
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (keptBytes < TEXT_BYTES) kept.push(chunk.subarray(0, TEXT_BYTES - keptBytes))
      keptBytes += chunk.length
    })
    request.on('error', () => {})
    request.on('end', () => {
      record(describe(peer, request, sizeBytes, Buffer.concat(kept)))
      answer(response, respond({ method: request.method ?? '', path: request.url ?? '' }))
    })
  }
}

function describe(peer: string, request: IncomingMessage, sizeBytes: number, body: Buffer): PeerRecord {
  const local = (request.socket.address?.() ?? {}) as Partial<AddressInfo>
  return peerRecord(peer, {
    from: plainAddress(request.socket.remoteAddress),
    to: plainAddress(local.address),
    port: local.port ?? 0,
    method: request.method ?? '',
    path: request.url ?? '',
    sizeBytes,
    text: body.toString('latin1'),
    authorization: request.headers.authorization ?? '',
  })
}

function answer(response: ServerResponse, { status = 200, type = 'text/plain', body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** By the end of the path, so that a script may call the file what it likes. */
function download({ path, method }: { path: string; method: string }): Answer {
  if (method !== 'GET' && method !== 'HEAD') return { body: 'stored\n' }
  const [name = ''] = path.split('?')
  if (name.endsWith('.sh')) return { body: '#!/bin/sh\necho pwned\n' }
  if (name.endsWith('.py')) return { body: "print('module from the lab')\n" }
  if (/elf|bin|\.x$/.test(name)) return { type: 'application/octet-stream', body: helloElf() }
  return { body: 'ok\n' }
}

function metadata({ path }: { path: string }): Answer {
  if (path.startsWith('/latest/api/token')) return { body: 'bGFiLXRva2Vu' }
  const key = /security-credentials\/\w|v2\/credentials|service-accounts\/\w+\/token|identity\/oauth2/.test(path)
  if (key) return json({ AccessKeyId: 'AKIALAB', SecretAccessKey: 'lab', Token: 'lab', access_token: 'lab' })
  return { body: path.includes('security-credentials') ? 'lab-role' : 'ami-id\niam/\nhostname\n' }
}

function kube({ path, method }: { path: string; method: string }): Answer {
  if (path.includes('selfsubject')) return json({ kind: 'SelfSubjectRulesReview', status: { resourceRules: [] } }, 201)
  if (method === 'POST') return json({ kind: 'Status', status: 'Success' }, 201)
  if (path.includes('/secrets'))
    return json({
      kind: 'SecretList',
      items: [{ metadata: { name: 'lab', namespace: 'default' }, data: { password: 'bGFi' } }],
    })
  return json({ kind: 'List', apiVersion: 'v1', items: [] })
}

function kubelet({ path }: { path: string }): Answer {
  if (path.startsWith('/pods')) return json({ kind: 'PodList', items: [{ metadata: { name: 'lab' } }] })
  return { body: 'uid=0(root) gid=0(root)\n' }
}

function docker({ path, method }: { path: string; method: string }): Answer {
  if (path.endsWith('/_ping')) return { body: 'OK' }
  if (path.includes('/version')) return json({ Version: '24.0.0', ApiVersion: '1.43' })
  if (path.endsWith('/start')) return { status: 204, body: '' }
  if (method === 'POST') return json({ Id: 'a'.repeat(64), Warnings: [] }, 201)
  return json([])
}

function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` }
}

const RESPONDERS: Readonly<Record<string, Responder>> = { http: download, metadata, kube, kubelet, docker }
