// The server put together: database, authority, listeners, background work; and taken apart again in the reverse order.
import type { Server as HttpServer } from 'node:http'
import { createLogger, type Logger, newId, systemClock, YaguraError } from '@yagura/kernel'
import { createEventPartitions, ensureFirstTenant } from '@yagura/store'
import type { FastifyInstance } from 'fastify'
import { claimSocket, createAdminListener, listenOnSocket } from './admin-socket/admin-socket.ts'
import { createFirstSignIn } from './admin-socket/first-sign-in.ts'
import { createAgentListener } from './agents/listener.ts'
import { openAuthority } from './authority/authority.ts'
import { openSealing } from './authority/sealing.ts'
import type { Context } from './context.ts'
import { openDatabase } from './database/database.ts'
import { createConsoleListener, type ListenerOptions } from './http/console-listener.ts'
import { createEventSignal } from './live/event-signal.ts'
import { createAdvisories } from './matching/advisories.ts'
import { startMatching } from './matching/worker.ts'
import { createMetrics } from './metrics/metrics.ts'
import { startDelivery } from './notifications/delivery.ts'
import { makeDirectory } from './settings/directory.ts'
import type { Settings } from './settings/settings.ts'
import type { Loop } from './upkeep/loop.ts'
import { keepRetention, startAgentUpkeep, startRetention } from './upkeep/upkeep.ts'
import { VERSION } from './version.ts'

export interface Server {
  readonly context: Context
  readonly firstSignInUrl: string | null
  /** The console's listener below fastify. */
  readonly consoleServer: HttpServer
  stop(): Promise<void>
}

export async function startServer(
  settings: Settings,
  options: ListenerOptions & { readonly logger?: Logger } = {},
): Promise<Server> {
  const logger = options.logger ?? createLogger('server', { level: settings.logLevel })
  const undo: (() => Promise<unknown> | unknown)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse())
      await Promise.resolve(step()).catch((thrown) => logger.warn({ err: thrown }, 'a part did not stop cleanly'))
  }
  try {
    const started = await start(settings, logger, undo, options)
    return { ...started, stop }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

async function start(
  settings: Settings,
  logger: Logger,
  undo: (() => Promise<unknown> | unknown)[],
  options: ListenerOptions,
): Promise<Omit<Server, 'stop'>> {
  await makeDirectory(settings.paths.server.root)
  await claimSocket(settings.paths.server.adminSocket)
  const [database, authority, sealing] = await Promise.all([
    openDatabase(settings, logger).then((opened) => {
      undo.push(() => opened.close())
      return opened
    }),
    openAuthority(settings.paths.server.authority, settings.agentHosts, systemClock),
    openSealing(settings.paths.server.authority),
  ])
  const startedAt = new Date(systemClock.nowMs())
  const tenantId = await ensureFirstTenant(database.store, { tenantId: newId(), userId: newId(), now: startedAt })
  const stopping = new AbortController()
  const advisories = createAdvisories(settings.advisoryDatabase, logger, systemClock)
  undo.push(() => advisories.close())
  const eventSignal = createEventSignal(database.store, logger)
  undo.push(() => eventSignal.close())
  let matching: Loop | undefined
  const context: Context = {
    settings,
    clock: systemClock,
    logger,
    database,
    authority,
    sealing,
    partitions: createEventPartitions(database.store),
    advisories,
    eventSignal,
    metrics: createMetrics(),
    tenantId,
    startedAt,
    wakeMatching: () => matching?.wake(),
    stopping: stopping.signal,
  }
  await advisories.refresh()
  await keepRetention(context)

  const firstSignIn = createFirstSignIn(context)
  const console = await createConsoleListener(context, options)
  const agents = createAgentListener(context)
  const admin = createAdminListener(context, firstSignIn)
  undo.push(() => Promise.all([console.close(), agents.close(), admin.close()]))
  await listen(console, settings.host, settings.port, 'YAGURA_PORT')
  await listen(agents, settings.host, settings.agentPort, 'YAGURA_AGENT_PORT')
  await listenOnSocket(admin, settings.paths.server.adminSocket)

  matching = startMatching(context)
  const loops = [matching, startAgentUpkeep(context), startRetention(context), startDelivery(context)]
  undo.push(async () => {
    stopping.abort()
    await Promise.all(loops.map((loop) => loop.stop()))
  })
  if (!settings.tls && !isLoopback(settings.host))
    logger.warn(
      { host: settings.host },
      'the console is reachable from other machines without TLS; set YAGURA_TLS_CERT',
    )
  logger.info(
    {
      version: VERSION,
      consoleUrl: settings.publicUrl,
      agentUrl: settings.agentUrl,
      database: `${database.kind} ${database.version}`,
    },
    'server is up',
  )
  return { context, firstSignInUrl: await firstSignIn.url(), consoleServer: console.server }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

async function listen(app: FastifyInstance, host: string, port: number, variable: string): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const { code } = cause as { code?: string }
    if (code === 'EADDRINUSE')
      throw new YaguraError('PORT_IN_USE', `Port ${port} on ${host} is in use by another program.`, {
        cause,
        hint: `Set ${variable} to a free port.`,
      })
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new YaguraError('PERMISSION', `The server may not listen on port ${port} of ${host}.`, { cause })
    throw cause
  }
}
