// All settings of the server, from the environment, checked once at the start.
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { type DataPaths, dataPaths, YaguraError } from '@yagura/kernel'

type Environment = Readonly<Record<string, string | undefined>>

export interface Settings {
  readonly paths: DataPaths
  readonly host: string
  readonly port: number
  readonly agentPort: number
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  /** Origin under which people reach the console. */
  readonly publicUrl: string
  /** Where agents reach this server; its name is in the certificate. */
  readonly agentUrl: string
  /** Names and addresses that the certificate for agents is good for. */
  readonly agentHosts: readonly string[]
  readonly databaseUrl: string | null
  /** Directory of another PostgreSQL's programs for the embedded database. */
  readonly postgresPrograms: string | null
  readonly advisoryDatabase: string
  readonly eventRetention: { readonly days: number; readonly bytes: number }
  /** Which private hosts webhooks may be at, and PEM of further authorities. */
  readonly webhooks: { readonly allowPrivate: readonly string[]; readonly extraCertificates: string | undefined }
  readonly logLevel: string
}

const GiB = 1024 ** 3

export function readSettings(env: Environment = process.env): Settings {
  const paths = dataPaths(env)
  const host = env.YAGURA_HOST || '127.0.0.1'
  const port = integer(env, 'YAGURA_PORT', 7440, 1, 65_535)
  const agentPort = integer(env, 'YAGURA_AGENT_PORT', port + 1, 1, 65_535)
  const tls = tlsFiles(env)
  const reached = isAnyAddress(host) ? hostname() : host
  const publicUrl = origin(env.YAGURA_PUBLIC_URL || `${tls ? 'https' : 'http'}://${urlHost(reached)}:${port}`)
  const publicHost = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')
  return {
    paths,
    host,
    port,
    agentPort,
    tls,
    publicUrl,
    agentUrl: `https://${urlHost(publicHost)}:${agentPort}`,
    agentHosts: [...new Set([publicHost, reached, hostname(), 'localhost', '127.0.0.1', '::1'])],
    databaseUrl: env.YAGURA_DATABASE_URL || null,
    postgresPrograms: env.YAGURA_POSTGRES_PROGRAMS || null,
    advisoryDatabase: env.YAGURA_ADVISORY_DB || paths.server.advisories,
    eventRetention: {
      days: integer(env, 'YAGURA_EVENT_RETENTION_DAYS', 14, 1, 3650),
      bytes: integer(env, 'YAGURA_EVENT_RETENTION_BYTES', 10 * GiB, 1, Number.MAX_SAFE_INTEGER),
    },
    webhooks: {
      allowPrivate: (env.YAGURA_WEBHOOK_PRIVATE_HOSTS ?? '').split(/[\s,]+/).filter(Boolean),
      extraCertificates: certificates(env, 'YAGURA_WEBHOOK_CA'),
    },
    logLevel: env.YAGURA_LOG_LEVEL || 'info',
  }
}

function integer(env: Environment, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]
  if (!text) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new YaguraError('USAGE', `${name} must be a whole number from ${least} to ${most}, not "${text}".`)
}

function tlsFiles(env: Environment): Settings['tls'] {
  const certFile = env.YAGURA_TLS_CERT
  const keyFile = env.YAGURA_TLS_KEY
  if (!certFile && !keyFile) return null
  if (certFile && keyFile) return { certFile, keyFile }
  throw new YaguraError('USAGE', 'YAGURA_TLS_CERT and YAGURA_TLS_KEY must be set together.')
}

function certificates(env: Environment, name: string): string | undefined {
  const path = env[name]
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new YaguraError('USAGE', `${name} names ${path}, which cannot be read.`, { cause })
  }
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function origin(text: string): string {
  const url = URL.parse(text)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin
  throw new YaguraError('USAGE', `YAGURA_PUBLIC_URL must be an http or https address, not "${text}".`)
}
