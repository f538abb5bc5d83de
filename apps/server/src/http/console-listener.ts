// The listener for people and programs: API, console, documentation, health, metrics.
import { readFile } from 'node:fs/promises'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import { YaguraError } from '@yagura/kernel'
import Fastify, { type FastifyInstance } from 'fastify'
import { registerApi } from '../api/register.ts'
import { registerConsole } from '../console/console.ts'
import type { Context } from '../context.ts'
import { registerDocumentation } from '../documentation/documentation.ts'
import { registerHealth } from '../health/health.ts'
import { registerMetrics } from '../metrics/endpoint.ts'
import type { Settings } from '../settings/settings.ts'
import { createAuthenticator } from '../sign-in/authenticate.ts'
import { handleProblems, readJson } from './problems.ts'
import { addSecurityHeaders } from './security-headers.ts'

const BODY_BYTES = 1024 * 1024
const REQUESTS_PER_MINUTE = 3_000
const HEADERS_MS = 20_000
/** A flood of connections must not take the descriptors that agents and the database need. */
const CONNECTIONS = 2_000

export interface ListenerOptions {
  /** Checks every answer against its contract; for tests. */
  readonly validateResponses?: boolean
}

export async function createConsoleListener(context: Context, options: ListenerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 60_000,
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: true,
    return503OnClosing: false,
    ...(await tlsOptions(context.settings)),
  })
  app.server.headersTimeout = HEADERS_MS
  app.server.maxConnections = CONNECTIONS
  handleProblems(app, context.logger)
  readJson(app)
  addSecurityHeaders(app, context.settings.tls !== null)
  context.metrics.observeRequests(app)
  await app.register(cookie)
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    cache: 10_000,
    errorResponseBuilder: () => new YaguraError('RATE_LIMITED', 'Too many requests from this address.'),
  })
  const authenticator = createAuthenticator(context)
  registerHealth(app, context)
  registerMetrics(app, context, authenticator)
  registerApi(app, context, authenticator, options)
  await registerDocumentation(app)
  await registerConsole(app, context)
  return app as unknown as FastifyInstance
}

async function tlsOptions(settings: Settings): Promise<object> {
  if (!settings.tls) return {}
  try {
    const [cert, key] = await Promise.all([readFile(settings.tls.certFile), readFile(settings.tls.keyFile)])
    return { https: { cert, key, minVersion: 'TLSv1.2' } }
  } catch (cause) {
    throw new YaguraError('USAGE', `The TLS certificate or key cannot be read: ${(cause as Error).message}.`, { cause })
  }
}
