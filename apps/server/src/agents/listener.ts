// The listener for agents: always TLS with our own authority. Enrolment needs a one-time secret, everything else the
// certificate of an agent that is known, not revoked, and says the same of itself as its certificate does. Kubernetes API servers
// send their audit logs here too.
import type { TLSSocket } from 'node:tls'
import { YaguraError } from '@yagura/kernel'
import { batch, commandsRequest, enrolRequest, type RenewRequest, renewRequest } from '@yagura/schema'
import { certificateIsAccepted, renewCertificate } from '@yagura/store'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type PeerIdentity, peerIdentity } from '../authority/agent-identity.ts'
import type { Context } from '../context.ts'
import { answerNothingElse, handleProblems } from '../http/problems.ts'
import { type Caller, createAuthenticator } from '../sign-in/authenticate.ts'
import { createFailureLimit } from '../sign-in/failures.ts'
import { AUDIT_PATH } from './audit-webhook.ts'
import { receiveBatch } from './batches.ts'
import { PACKED_BYTES, unpackBody } from './body.ts'
import { giveCommands } from './commands.ts'
import { createDiskGuard, freeBytesOf } from './disk.ts'
import { enrol } from './enrol.ts'
import { createGate } from './gate.ts'
import { receiveAudit } from './kubernetes-audit.ts'

const ENROLMENT_FAILURES = 20

export function createAgentListener(context: Context): FastifyInstance {
  const app = Fastify({
    bodyLimit: PACKED_BYTES,
    requestTimeout: 60_000,
    keepAliveTimeout: 120_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    https: {
      cert: context.authority.listener.certPem,
      key: context.authority.listener.keyPem,
      ca: context.authority.caPem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    },
  }) as unknown as FastifyInstance
  handleProblems(app, context.logger)
  answerNothingElse(app)
  context.metrics.observeRequests(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  const failures = createFailureLimit(ENROLMENT_FAILURES, () => context.clock.monotonicMs())
  app.post('/agent/v1/enrol', { bodyLimit: 64 * 1024 }, async (request) => {
    if (failures.retryAfterSeconds(request.ip) > 0)
      throw new YaguraError('RATE_LIMITED', 'Too many failed enrolments from this address.')
    try {
      return await enrol(context, await parseBody(request, enrolRequest), request.ip)
    } catch (thrown) {
      if (thrown instanceof YaguraError && thrown.code === 'UNAUTHENTICATED') failures.failed(request.ip)
      throw thrown
    }
  })

  // Strangers and those who are too many are refused before their body is read, and so is everybody while the disk is full.
  const gate = createGate()
  const refuseFullDisk = diskGuardOf(context)
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    requirePeer(request)
    await refuseFullDisk()
    reply.raw.once('close', gate.enter())
  }
  app.post('/agent/v1/batches', { onRequest: admit }, (request) =>
    gate.run(async () => receiveBatch(context, requirePeer(request), await parseBody(request, batch), sentAt(request))),
  )

  // Asked every second or two; the answer is small, and waits nowhere: a held connection of every agent would cost more.
  app.post('/agent/v1/commands', { bodyLimit: 64 * 1024, onRequest: admit }, async (request) =>
    giveCommands(context, requirePeer(request), await parseBody(request, commandsRequest)),
  )

  // An API server holds a token instead of a certificate; it tries again by itself when it is refused.
  const authenticator = createAuthenticator(context)
  const callers = new WeakMap<FastifyRequest, Caller>()
  const admitAuditor = async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = await authenticator.authenticate(request)
    if (caller.role !== 'audit-sender')
      throw new YaguraError('FORBIDDEN', 'This needs the token of an audit webhook (`yagura agent audit-webhook`).')
    callers.set(request, caller)
    await refuseFullDisk()
    reply.raw.once('close', gate.enter())
  }
  app.post(AUDIT_PATH, { onRequest: admitAuditor }, (request) =>
    gate.run(async () => {
      const body = await unpackBody(request.body as Buffer, request.headers['content-encoding'])
      return receiveAudit(context, callers.get(request) as Caller, body)
    }),
  )

  app.post('/agent/v1/renew', { bodyLimit: 64 * 1024, onRequest: admit }, async (request) =>
    renew(context, requirePeer(request), await parseBody(request, renewRequest)),
  )
  return app
}

/** The disk of an external database is not ours to see. */
function diskGuardOf({ clock, database, settings }: Context): () => Promise<void> {
  if (database.kind === 'external') return async () => {}
  return createDiskGuard(clock, () => freeBytesOf(settings.paths.server.root))
}

async function renew(context: Context, peer: PeerIdentity, { csr }: RenewRequest) {
  const { store } = context.database
  const isAccepted = await store.inTenant(peer.tenantId, (tx) => certificateIsAccepted(tx, peer))
  if (!isAccepted) throw new YaguraError('FORBIDDEN', 'The certificate of this agent is not accepted any more.')
  const certificate = await context.authority.issueAgentCertificate(csr, peer)
  await store.inTenant(peer.tenantId, (tx) =>
    renewCertificate(tx, {
      agentId: peer.agentId,
      usedSerial: peer.serial,
      newSerial: certificate.serial,
      expiresAt: certificate.expiresAt,
    }),
  )
  return {
    agentId: peer.agentId,
    certificate: certificate.pem,
    ca: context.authority.caPem,
    expiresAt: certificate.expiresAt.toISOString(),
  }
}

function requirePeer(request: FastifyRequest): PeerIdentity {
  const peer = peerIdentity(request.raw.socket as TLSSocket)
  if (peer) return peer
  throw new YaguraError('UNAUTHENTICATED', 'This needs the certificate of an enrolled agent.')
}

async function parseBody<S extends z.ZodType>(request: FastifyRequest, schema: S): Promise<z.output<S>> {
  const value = await unpackBody(request.body as Buffer, request.headers['content-encoding'])
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new YaguraError('INPUT_INVALID', `${issue?.path.join('.')}: ${issue?.message}.`)
}

/** The agent's own time when it sent the request, where it says so: RFC 9110 allows `date` in requests. */
function sentAt(request: FastifyRequest): number | null {
  const ms = Date.parse(String(request.headers.date ?? ''))
  return Number.isNaN(ms) ? null : ms
}
