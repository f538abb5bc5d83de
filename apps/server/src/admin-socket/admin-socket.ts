// The unix socket of this machine's administrator: whoever may open it (mode 0600, in a private directory) is the owner
// of the server's data or root, and could read the database anyway. It also tells whether a server runs on this data.
import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { findUser } from '@yagura/store'
import Fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { createAuditWebhook } from '../agents/audit-webhook.ts'
import { createEnrolmentToken } from '../agents/enrolment-token.ts'
import type { Context } from '../context.ts'
import { databaseAnswers } from '../health/health.ts'
import { answerNothingElse, handleProblems, readJson } from '../http/problems.ts'
import { makeDirectory } from '../settings/directory.ts'
import { audit } from '../sign-in/audit.ts'
import { createLink } from '../sign-in/links.ts'
import { VERSION } from '../version.ts'
import type { FirstSignIn } from './first-sign-in.ts'

const ACTOR = 'administrator of this machine'
const webhookRequest = z.object({ name: z.string().min(1).max(128).default('kubernetes') })
const linkRequest = z.object({ user: z.string().max(128).default('admin') })

export function createAdminListener(context: Context, firstSignIn: FirstSignIn): FastifyInstance {
  const app = Fastify({ bodyLimit: 16_384, forceCloseConnections: true }) as unknown as FastifyInstance
  handleProblems(app, context.logger)
  readJson(app)
  answerNothingElse(app)
  const { store } = context.database

  app.post('/sign-in-links', async (request, reply) => {
    const parsed = linkRequest.safeParse(request.body ?? {})
    if (!parsed.success) throw new YaguraError('INPUT_INVALID', 'The body must be {"user": NAME}, or nothing.')
    const name = parsed.data.user
    const link = await store.inTenant(context.tenantId, async (tx) => {
      const user = await findUser(tx, { name })
      if (!user) throw new YaguraError('NOT_FOUND', `There is nobody named ${name}.`)
      await audit(context, tx, { actor: ACTOR, action: 'createSignInLink', target: name, outcome: 'allowed' })
      return createLink(context, tx, context.tenantId, user.id)
    })
    return reply.code(201).send(link)
  })

  app.post('/enrolment-tokens', async (_request, reply) =>
    reply.code(201).send(await createEnrolmentToken(context, context.tenantId, ACTOR, null)),
  )

  app.post('/audit-webhooks', async (request, reply) => {
    const parsed = webhookRequest.safeParse(request.body ?? {})
    if (!parsed.success) throw new YaguraError('INPUT_INVALID', 'The body must be {"name": NAME}.')
    return reply.code(201).send(await createAuditWebhook(context, parsed.data.name, ACTOR))
  })

  app.get('/status', async () => ({
    version: VERSION,
    consoleUrl: context.settings.publicUrl,
    agentUrl: context.settings.agentUrl,
    pid: process.pid,
    database: { kind: context.database.kind, version: context.database.version },
    ready: await databaseAnswers(context),
    firstSignInUrl: await firstSignIn.url(),
  }))
  return app
}

/** Refuses to start a second server on the same data, and clears away the socket of one that was killed. */
export async function claimSocket(path: string): Promise<void> {
  await makeDirectory(dirname(path))
  if (await isListening(path))
    throw new YaguraError('CONFLICT', `A server runs on ${dirname(dirname(path))} already.`, {
      hint: 'Stop it first, or set YAGURA_DATA_DIR to another directory.',
    })
  await rm(path, { force: true })
}

export async function listenOnSocket(app: FastifyInstance, path: string): Promise<void> {
  const before = process.umask(0o177)
  try {
    await app.listen({ path })
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
}

async function isListening(path: string): Promise<boolean> {
  const socket = createConnection(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
