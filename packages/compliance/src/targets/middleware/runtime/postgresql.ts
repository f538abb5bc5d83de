// One connection, read-only by its own setting; each question is one SELECT or SHOW of a record.
import pg from 'pg'
import type { Scalar } from '../../../engine/reading.ts'
import type { Asker } from '../sources/read.ts'
import type { Credentials } from './runtime.ts'

const TIMEOUT_MS = 1500

export function postgresAsker({ user, password, address, port, database = 'postgres' }: Credentials): Asker {
  let client: Promise<pg.Client> | undefined

  /** With TLS where the server has it: SCRAM keeps the password to itself either way, so the certificate is not judged here. */
  async function connect(): Promise<pg.Client> {
    try {
      return await connectWith({ rejectUnauthorized: false })
    } catch (error) {
      if (error instanceof Error && /does not support SSL/.test(error.message)) return await connectWith(false)
      throw error
    }
  }

  async function connectWith(ssl: pg.ClientConfig['ssl'] & (false | object)): Promise<pg.Client> {
    const made = new pg.Client({
      user,
      password,
      ssl,
      host: address,
      port,
      database,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      statement_timeout: TIMEOUT_MS,
      options: '-c default_transaction_read_only=on',
      application_name: 'yagura-check',
    })
    made.on('error', () => {})
    await made.connect()
    return made
  }

  return {
    async ask(source) {
      client ??= connect()
      const answer = await (await client).query({ text: source.slice(source.indexOf(':') + 1), rowMode: 'array' })
      const values = (answer.rows as unknown[][]).slice(0, 256).map((row) => scalar(row[0]))
      return values.length === 1 ? (values[0] as Scalar) : values
    },
    close: async () => {
      await (await client?.catch(() => undefined))?.end().catch(() => undefined)
    },
  }
}

function scalar(value: unknown): Scalar {
  if (typeof value === 'boolean' || typeof value === 'number') return value
  return value === null || value === undefined ? '' : String(value)
}
