// The API described: /api/openapi.json, and Swagger UI at /api/docs, all from this server so that it works without a network.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { openApiDocument } from '@yagura/schema'
import type { FastifyInstance } from 'fastify'
import { type StaticFile, sendFile, staticFile } from '../console/files.ts'
import { contentSecurityPolicy } from '../http/security-headers.ts'

const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Yagura API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"><link rel="icon" href="/api/docs/favicon-32x32.png"></head>
<body><div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>
`

/** Signed-in people can try operations: their CSRF token goes with each request. */
const START = `const session = fetch('/api/v1/session').then((response) => (response.ok ? response.json() : undefined), () => undefined)
SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'none',
  requestInterceptor: async (request) => {
    const token = (await session)?.csrfToken
    if (token) request.headers['x-yagura-csrf'] = token
    return request
  },
})
`

export async function registerDocumentation(app: FastifyInstance): Promise<void> {
  const directory = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')
  let openApi: StaticFile | undefined
  app.get('/api/openapi.json', (request, reply) => {
    openApi ??= staticFile('/api/openapi.json', Buffer.from(JSON.stringify(openApiDocument())))
    return sendFile(request, reply, openApi, 'no-cache')
  })
  const page = staticFile('/api/docs/index.html', Buffer.from(PAGE))
  app.get('/api/docs', (request, reply) => {
    reply.header('content-security-policy', contentSecurityPolicy())
    return sendFile(request, reply, page, 'no-cache')
  })
  const start = staticFile('/api/docs/start.js', Buffer.from(START))
  app.get('/api/docs/start.js', (request, reply) => sendFile(request, reply, start, 'no-cache'))
  for (const name of FILES) {
    let file: StaticFile | undefined
    app.get(`/api/docs/${name}`, async (request, reply) => {
      file ??= staticFile(`/api/docs/${name}`, await readFile(join(directory, name)))
      return sendFile(request, reply, file, 'no-cache')
    })
  }
}
