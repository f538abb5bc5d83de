// A registry on loopback that keeps to the OCI distribution specification and to nothing else: what a client may not rely on, it does
// not do. Tests can answer in its place. Not part of the product.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Blobs, sha256 } from './images.ts'

export interface StoredManifest {
  readonly bytes: Buffer
  readonly mediaType: string
}

export interface TestRepository {
  /** By tag and by digest. */
  readonly manifests: ReadonlyMap<string, StoredManifest>
  readonly blobs: ReadonlyMap<string, Buffer>
}

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => boolean

export interface TestRegistry {
  readonly host: string
  readonly seen: SeenRequest[]
  /** Asked first; false leaves the answer to the registry. */
  answer: Handler
  /** The value of `authorization` that is let in, and the challenge for everything else. */
  guard: { readonly accepted: string; readonly challenge: string } | undefined
  close(): Promise<void>
}

/** An image as a repository holds it, under a tag and under its digest. */
export function repositoryOf({ blobs, manifest }: Blobs, tag = '1'): TestRepository {
  const bytes = blobs.get(manifest.digest) ?? Buffer.alloc(0)
  return { manifests: manifestMap([{ bytes, mediaType: manifest.mediaType, tag }]), blobs }
}

export function manifestMap(
  list: readonly (StoredManifest & { readonly tag?: string })[],
): ReadonlyMap<string, StoredManifest> {
  return new Map(
    list.flatMap(({ bytes, mediaType, tag }) => {
      const stored = { bytes, mediaType }
      return tag === undefined ? [[sha256(bytes), stored]] : [[sha256(bytes), stored] as const, [tag, stored] as const]
    }),
  )
}

export async function startRegistry(
  repositories: Readonly<Record<string, TestRepository>>,
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<TestRegistry> {
  const seen: SeenRequest[] = []
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      seen.push({ method, url, headers, body: Buffer.concat(parts).toString() })
      if (registry.answer(request, response)) return
      serve(request, response, registry, repositories)
    })
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry: TestRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: () => false,
    guard: undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return registry
}

const PATH = /^\/v2\/([a-z0-9._/-]+)\/(manifests|blobs)\/([A-Za-z0-9._:-]+)$/

function serve(
  { url = '', method, headers }: IncomingMessage,
  response: ServerResponse,
  { guard }: TestRegistry,
  repositories: Readonly<Record<string, TestRepository>>,
): void {
  if (guard && headers.authorization !== guard.accepted)
    return void response.writeHead(401, { 'www-authenticate': guard.challenge }).end('{"errors":[]}')
  const [, name = '', kind, reference = ''] = PATH.exec(url) ?? []
  const repository = repositories[name]
  if (method !== 'GET' || !repository) return void response.writeHead(404).end()
  if (kind === 'blobs') {
    sendBlob(repository.blobs.get(reference), headers.range, response)
    return
  }
  const manifest = repository.manifests.get(reference)
  // a client that does not accept the form gets nothing
  if (!manifest || !headers.accept?.includes(manifest.mediaType)) return void response.writeHead(404).end()
  const { bytes, mediaType } = manifest
  response.writeHead(200, { 'content-type': mediaType, 'docker-content-digest': sha256(bytes) }).end(bytes)
}

export function sendBlob(blob: Buffer | undefined, range: string | undefined, response: ServerResponse): void {
  if (!blob) return void response.writeHead(404).end()
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  const part = blob.subarray(from)
  const partial = from > 0 ? { 'content-range': `bytes ${from}-${blob.length - 1}/${blob.length}` } : {}
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length, ...partial }).end(part)
}
