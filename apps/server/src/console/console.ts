// The console: its built files out of memory, and index.html for every address that is a page of it.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { YaguraError } from '@yagura/kernel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { sendProblem } from '../http/problems.ts'
import { contentSecurityPolicy } from '../http/security-headers.ts'
import { loadFiles, type StaticFile, sendFile, staticFile } from './files.ts'

const DIRECTORY = fileURLToPath(new URL('../../../console/dist', import.meta.url))

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Yagura</title>
<body style="font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 40rem; line-height: 1.5">
<h1>The console is not built</h1>
<p>The server works; only the files of the console are missing. Build them in the repository:</p>
<pre>npm run build -w apps/console</pre>
<p>Then load this page again. The API is described at <a href="/api/docs">/api/docs</a>.</p>
</body></html>
`

interface Loaded {
  readonly files: ReadonlyMap<string, StaticFile>
  readonly index: StaticFile
  readonly policy: string
  readonly builtAtMs: number
}

export async function registerConsole(app: FastifyInstance, context: Context): Promise<void> {
  let loaded = await load()
  let loading: Promise<Loaded> | undefined

  /** A console built while the server runs is taken up with the next page. */
  async function current(): Promise<Loaded> {
    if ((await builtAtMs()) === loaded.builtAtMs) return loaded
    loading ??= load().finally(() => {
      loading = undefined
    })
    loaded = await loading
    return loaded
  }

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = request.url.split('?', 1)[0] ?? '/'
    if ((request.method !== 'GET' && request.method !== 'HEAD') || /^\/(api|agent)(\/|$)/.test(path))
      return sendProblem(reply, new YaguraError('NOT_FOUND', 'There is nothing here.'))
    const file = loaded.files.get(path)
    if (file && file.path !== '/index.html')
      return sendFile(request, reply, file, isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (/\.[a-z0-9]{2,5}$/i.test(path) && path !== '/index.html')
      return sendProblem(reply, new YaguraError('NOT_FOUND', 'There is no such file.'))
    const { index, policy } = await current()
    reply.header('content-security-policy', policy)
    return sendFile(request, reply, index, 'no-cache')
  }

  app.setNotFoundHandler(serve)
  if (loaded.files.size === 0) context.logger.warn('the console is not built; its pages say how to build it')
}

async function load(): Promise<Loaded> {
  const builtAt = await builtAtMs()
  const files = await loadFiles(DIRECTORY)
  const index = files.get('/index.html') ?? staticFile('/index.html', Buffer.from(NOT_BUILT))
  return { files, index, policy: contentSecurityPolicy(inlineScriptHashes(index)), builtAtMs: builtAt }
}

async function builtAtMs(): Promise<number> {
  const stats = await stat(`${DIRECTORY}/index.html`).catch(() => undefined)
  return stats?.mtimeMs ?? 0
}

/** Scripts inside index.html are ours; the policy names each by its hash instead of allowing any. */
function inlineScriptHashes(index: StaticFile): string[] {
  const scripts = index.content.toString('utf8').matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)
  return [...scripts].map(
    ([, text]) =>
      `sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}`,
  )
}

/** Vite puts a hash into the names of what it builds into assets/. */
function isHashed(path: string): boolean {
  return /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(path)
}
