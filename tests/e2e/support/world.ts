// A whole installation in a directory of its own, started as everybody starts it: `yagura up`, the server as a user without
// rights and the agent as root.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type DataPaths, dataPaths } from '@yagura/kernel'
import type { Client } from '@yagura/schema/client'
import { adminStatus } from './admin-socket.ts'
import { signIn } from './api.ts'
import { type Service, startService } from './service.ts'
import { until } from './until.ts'

export interface WorldOptions {
  readonly name: string
  /** Console on this port, agents on the next. */
  readonly port: number
  readonly env?: Readonly<Record<string, string>>
}

export interface World {
  readonly directory: string
  readonly paths: DataPaths
  readonly consoleUrl: string
  /** Starts `yagura up`; the agent watches this machine, or the node behind `runtimeRoot`. Resolves when both work. */
  start(options?: StartOptions): Promise<Installation>
  close(): Promise<void>
}

export interface StartOptions {
  readonly runtimeRoot?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface Installation {
  readonly supervisor: Service
  /** Signed in as an administrator. */
  readonly api: Client
}

export function makeWorld({ name, port, env: extra = {} }: WorldOptions): World {
  const directory = mkdtempSync(join(tmpdir(), `yagura-e2e-${name}-`))
  chmodSync(directory, 0o755)
  const env = {
    YAGURA_DATA_DIR: join(directory, 'state'),
    YAGURA_PORT: String(port),
    YAGURA_SERVICE_USER: process.env.YAGURA_SERVICE_USER || 'nobody',
    // nothing outlives a test
    YAGURA_HANDOVER_DIR: 'off',
    ...extra,
  }
  const paths = dataPaths(env)
  mkdirSync(dirname(paths.server.advisories), { recursive: true })
  const consoleUrl = `http://127.0.0.1:${port}`
  const services: Service[] = []

  return {
    directory,
    paths,
    consoleUrl,
    async start({ runtimeRoot = '', env: own = {} } = {}) {
      const supervisor = startService({
        program: 'apps/cli/src/main.ts',
        args: ['up'],
        env: { ...env, YAGURA_RUNTIME_ROOT: runtimeRoot, ...own },
        logFile: join(directory, 'up.log'),
      })
      services.push(supervisor)
      const answer = <T>(what: string, probe: () => Promise<T | undefined>) =>
        until(what, async () => (supervisor.exit() ? ('ended' as const) : await probe()), { timeoutMs: 60_000 }).then(
          (value) => {
            if (value !== 'ended') return value
            throw new Error(`yagura up ended before ${what}.\n${logs(directory)}`)
          },
          (cause) => {
            throw new Error(`${(cause as Error).message}\n${logs(directory)}`, { cause })
          },
        )
      await answer('the server is ready', async () => (await adminStatus(paths.server.adminSocket)).ready || undefined)
      const api = await signIn(consoleUrl, paths.server.adminSocket)
      await answer('the agent reports', async () => (await api('listAgents')).items.find((one) => one.health !== null))
      return { supervisor, api }
    },
    async close() {
      for (const service of services.reverse()) await service.stop()
      if (process.env.YAGURA_KEEP_STATE) console.error(`State kept in ${directory}.`)
      else await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** The ends of all logs of an installation: read by whoever looks for the reason of a failure. */
function logs(directory: string): string {
  return ['up.log', 'state/logs/server.log', 'state/logs/agent.log']
    .map((name) => join(directory, name))
    .filter((path) => existsSync(path))
    .map((path) => `--- ${path}\n${readFileSync(path, 'utf8').slice(-4000)}`)
    .join('\n')
}
