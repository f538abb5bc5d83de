// A whole server inside a test: real PostgreSQL, real listeners on free ports, every answer checked against its contract.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, newId } from '@yagura/kernel'
import type { Role } from '@yagura/schema'
import { createApiToken, createTenant, createUser, saveSession } from '@yagura/store'
import { postgresVersions, startTestPostgres, testLogger } from '@yagura/store/testing'
import { type Server, startServer } from '../server.ts'
import { readSettings } from '../settings/settings.ts'
import { API_TOKEN_PREFIX, csrfTokenOf, newSecret, SESSION_PREFIX } from '../sign-in/secrets.ts'

export interface TestServer extends Server {
  readonly url: string
  readonly agentUrl: string
  readonly dataDirectory: string
  /** Headers of a signed-in person with this role. */
  signedIn(role: Role, tenantId?: string): Promise<{ cookie: string; 'x-yagura-csrf': string }>
  /** A bearer header of a program with this role. */
  program(role: Role, tenantId?: string): Promise<{ authorization: string }>
  otherTenant(): Promise<string>
  /** Another server on the same database, as behind a load balancer. */
  startReplica(): Promise<Server & { readonly url: string }>
}

export async function startTestServer(
  environment: Record<string, string> = {},
  logger: Logger = testLogger,
): Promise<TestServer> {
  const [version] = postgresVersions()
  if (!version) throw new Error('there is no PostgreSQL to test with')
  const postgres = await startTestPostgres(version)
  const database = await postgres.createDatabase()
  const dataDirectory = await mkdtemp(join(tmpdir(), 'yg-server-'))
  const settings = readSettings({
    YAGURA_DATA_DIR: dataDirectory,
    YAGURA_PORT: String(await freePort()),
    YAGURA_AGENT_PORT: String(await freePort()),
    YAGURA_DATABASE_URL: database.url,
    YAGURA_LOG_LEVEL: 'silent',
    ...environment,
  })
  const server = await startServer(settings, { logger, validateResponses: true }).catch(async (thrown) => {
    await postgres.stop()
    throw thrown
  })
  const { context } = server
  const { store } = context.database
  const soon = () => new Date(Date.now() + 3_600_000)
  return {
    ...server,
    url: settings.publicUrl,
    agentUrl: settings.agentUrl,
    dataDirectory,
    async signedIn(role, tenantId = context.tenantId) {
      const secret = newSecret(SESSION_PREFIX, tenantId)
      const userId = newId()
      await store.inTenant(tenantId, async (tx) => {
        await createUser(tx, { id: userId, name: `${role} ${userId}`, role, createdAt: new Date() })
        await saveSession(tx, { hash: secret.hash, userId, createdAt: new Date(), expiresAt: soon() })
      })
      return { cookie: `yagura_session=${secret.text}`, 'x-yagura-csrf': csrfTokenOf(secret) }
    },
    async program(role, tenantId = context.tenantId) {
      const secret = newSecret(API_TOKEN_PREFIX, tenantId)
      await store.inTenant(tenantId, (tx) =>
        createApiToken(tx, {
          id: newId(),
          hash: secret.hash,
          name: 'program',
          role,
          createdAt: new Date(),
          createdBy: 'test',
          expiresAt: soon(),
        }),
      )
      return { authorization: `Bearer ${secret.text}` }
    },
    async startReplica() {
      const replica = readSettings({
        YAGURA_DATA_DIR: join(dataDirectory, 'replica'),
        YAGURA_PORT: String(await freePort()),
        YAGURA_AGENT_PORT: String(await freePort()),
        YAGURA_DATABASE_URL: database.url,
      })
      return { ...(await startServer(replica, { logger: testLogger })), url: replica.publicUrl }
    },
    async otherTenant() {
      const id = newId()
      await createTenant(store, { id, name: 'other', now: new Date() })
      return id
    },
    async stop() {
      await server.stop()
      await postgres.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

const [FIRST, LAST] = [17_410, 17_499]
/** Test files that run at the same time, and one after the other, begin at different places. */
let next = FIRST + ((process.pid * 7) % (LAST - FIRST))

/** A free port of the range that tests of the server use. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = next >= LAST ? FIRST : next + 1
    const candidate = next
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(candidate, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return candidate
  }
}
