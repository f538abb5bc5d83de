// Static files held in memory: read once, packed when first asked for, named by a hash of their content.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
const PACKED = /\.(css|html|js|json|map|svg|txt|webmanifest)$/
const PACK_FROM_BYTES = 1024
const FILES = 2_000

export interface StaticFile {
  readonly path: string
  readonly type: string
  readonly etag: string
  readonly content: Buffer
  packed(encoding: 'br' | 'gzip'): Promise<Buffer>
}

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** URL path → file; empty when the directory is not there. */
export async function loadFiles(directory: string): Promise<Map<string, StaticFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, StaticFile>()
  for (const entry of entries.filter((item) => item.isFile()).slice(0, FILES)) {
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(directory, file).split(sep).join('/')}`
    files.set(path, staticFile(path, await readFile(file)))
  }
  return files
}

export function staticFile(path: string, content: Buffer): StaticFile {
  const made = new Map<string, Promise<Buffer>>()
  return {
    path,
    content,
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    packed(encoding) {
      const known = made.get(encoding)
      if (known) return known
      const packing =
        encoding === 'br'
          ? brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
          : gzipped(content, { level: 9 })
      made.set(encoding, packing)
      return packing
    },
  }
}

export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: StaticFile,
  cacheControl: string,
): Promise<FastifyReply> {
  reply.headers({ etag: file.etag, 'cache-control': cacheControl, vary: 'accept-encoding' })
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  reply.type(file.type)
  const encoding = encodingFor(file, String(request.headers['accept-encoding'] ?? ''))
  if (!encoding) return reply.send(file.content)
  return reply.header('content-encoding', encoding).send(await file.packed(encoding))
}

function encodingFor(file: StaticFile, accepted: string): 'br' | 'gzip' | undefined {
  if (!PACKED.test(file.path) || file.content.length < PACK_FROM_BYTES) return undefined
  if (/\bbr\b/.test(accepted)) return 'br'
  return /\bgzip\b/.test(accepted) ? 'gzip' : undefined
}
