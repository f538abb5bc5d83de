// What `up` itself needs to know from the environment; the programs read the rest themselves.
import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type DataPaths, dataPaths, err, ok, type Result, YaguraError } from '@yagura/kernel'
import type { Environment } from './environment.ts'

export interface UpSettings {
  readonly paths: DataPaths
  readonly logs: string
  readonly lockFile: string
  readonly host: string
  readonly port: number
  readonly agentPort: number
  readonly serviceUser: string
}

const USER_NAME = /^[a-z_][a-z0-9_-]{0,31}$/

export function readUpSettings(env: Environment, uid: number | undefined): Result<UpSettings, YaguraError> {
  const port = readPort('YAGURA_PORT', env.YAGURA_PORT || '7440')
  if (!port.ok) return port
  const agentPort = readPort('YAGURA_AGENT_PORT', env.YAGURA_AGENT_PORT || String(port.value + 1))
  if (!agentPort.ok) return agentPort
  if (port.value === agentPort.value) {
    return usage(`YAGURA_PORT and YAGURA_AGENT_PORT are both ${port.value}; they must differ.`)
  }
  const serviceUser = env.YAGURA_SERVICE_USER || 'yagura'
  if (!USER_NAME.test(serviceUser) || serviceUser === 'root') {
    return usage(`YAGURA_SERVICE_USER is "${serviceUser}"; it must be the name of a user other than root.`)
  }
  const paths = dataPaths({ ...env, YAGURA_DATA_DIR: realPath(dataPaths(env, uid).root) })
  return ok({
    paths,
    logs: `${paths.root}/logs`,
    lockFile: `${paths.root}/up.lock`,
    host: env.YAGURA_HOST || '127.0.0.1',
    port: port.value,
    agentPort: agentPort.value,
    serviceUser,
  })
}

function readPort(name: string, text: string): Result<number, YaguraError> {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return ok(port)
  return usage(`${name} is "${text}"; it must be a port number from 1 to 65535.`)
}

/** The path without symlinks, as far as it exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : resolve(realPath(parent), path.slice(parent.length).replace(/^\/+/, ''))
  }
}

function usage(message: string): Result<never, YaguraError> {
  return err(new YaguraError('USAGE', message))
}
