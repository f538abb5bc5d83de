// /healthz: the process answers. /readyz: the database does too.
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'

/** Probes come often, and a server that refuses them is taken for dead. */
const UNLIMITED = { config: { rateLimit: false } }

export function registerHealth(app: FastifyInstance, context: Context): void {
  app.get('/healthz', UNLIMITED, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )
  app.get('/readyz', UNLIMITED, async (_request, reply) => {
    const isReady = await databaseAnswers(context)
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'database not reachable' })
  })
}

export async function databaseAnswers(context: Context): Promise<boolean> {
  try {
    await context.database.store.withClient((client) => client.query('select 1'))
    return true
  } catch {
    return false
  }
}
