// /metrics: for this machine without ceremony, for others with an API token.
import { isIP } from 'node:net'
import { YaguraError } from '@yagura/kernel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { type Authenticator, hasRole } from '../sign-in/authenticate.ts'

export function registerMetrics(app: FastifyInstance, context: Context, authenticator: Authenticator): void {
  app.get('/metrics', async (request, reply) => {
    if (!isFromThisMachine(request) && !hasRole(await authenticator.authenticate(request), 'viewer'))
      throw new YaguraError('FORBIDDEN', 'This token may not read.')
    const { type, body } = await context.metrics.text()
    return reply.type(type).header('cache-control', 'no-store').send(body)
  })
}

/** A proxy on this machine speaks for others, and a page in a browser may reach a name that points here. */
function isFromThisMachine(request: FastifyRequest): boolean {
  const { headers, socket } = request
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  if (host !== 'localhost' && isIP(host) === 0) return false
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '')
}
