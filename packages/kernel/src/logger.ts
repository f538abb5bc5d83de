// Structured logs on standard error. Fields that can hold secrets are removed whatever their depth in the first two levels.
import { createRequire } from 'node:module'
import type { DestinationStream, Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

const SECRET_FIELDS = ['token', 'secret', 'password', 'cookie', 'authorization', 'privateKey', 'csr']

export interface LoggerOptions {
  readonly level?: string
  readonly destination?: DestinationStream
}

/** A JSON-lines logger for one part of the program (`server`, `agent`, …). */
export function createLogger(part: string, options: LoggerOptions = {}): Logger {
  // loaded with the first logger: the command line has none, and starts faster without
  const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino')
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])
  return pino(
    {
      level: options.level ?? process.env.YAGURA_LOG_LEVEL ?? 'info',
      base: { part },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths, censor: '[removed]' },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  )
}
