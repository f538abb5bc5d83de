// The protocol of Redis, as far as CONFIG GET, ACL and MODULE answer in it (redis.io/docs/reference/protocol-spec).
import type { Scalar } from '../../../engine/reading.ts'
import type { Asker } from '../sources/read.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Credentials } from './runtime.ts'

const TIMEOUT_MS = 1500
const MAX_DEPTH = 8
const MAX_ITEMS = 10_000

type Reply = string | number | null | readonly Reply[]

export function redisAsker({ user, password, address, port }: Credentials): Asker {
  let connection: Promise<Connection> | undefined

  async function connect(): Promise<Connection> {
    const made = await openConnection(address, port, TIMEOUT_MS)
    if (password !== '') await command(made, user ? ['AUTH', user, password] : ['AUTH', password])
    return made
  }

  return {
    async ask(source) {
      connection ??= connect()
      const words = source.slice(source.indexOf(':') + 1).split(' ')
      const reply = await command(await connection, words)
      if (words[0] === 'CONFIG') {
        const value = Array.isArray(reply) ? reply[1] : undefined
        if (value === undefined) throw new Error('this server knows no such setting')
        return scalar(value)
      }
      if (words[0] === 'MODULE') return (reply as Reply[]).map((one) => String(Array.isArray(one) ? one[1] : one))
      // Of a user: whether anybody may be it.
      if (words[1] === 'GETUSER') return flagsOf(reply)
      return Array.isArray(reply)
        ? reply.map((one) => String(scalar(one)).replaceAll(/(\s)#\S+/g, '$1#…'))
        : scalar(reply)
    },
    close: async () => {
      ;(await connection?.catch(() => undefined))?.close()
    },
  }
}

/** `off` users need no password. */
function flagsOf(reply: Reply): string {
  const flags = Array.isArray(reply) ? (reply[1] as readonly string[]) : []
  return flags.includes('off') ? 'off' : flags.includes('nopass') ? 'nopass' : 'password'
}

function scalar(reply: Reply): Scalar {
  return typeof reply === 'number' ? reply : String(reply ?? '')
}

async function command(connection: Connection, words: readonly string[]): Promise<Reply> {
  connection.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
  return await replyOf(connection, 0)
}

async function replyOf(connection: Connection, depth: number): Promise<Reply> {
  if (depth > MAX_DEPTH) throw new Error('the answer is nested too deep')
  const line = await connection.line()
  const rest = line.slice(1)
  switch (line[0]) {
    case '+':
      return rest
    case '-':
      throw new Error(`the server answered ${rest.slice(0, 200)}`)
    case ':':
      return Number(rest)
    case '$': {
      if (rest === '-1') return null
      const text = await connection.take(Number(rest) + 2)
      return text.subarray(0, -2).toString('utf8')
    }
    case '*': {
      const count = Math.min(Number(rest), MAX_ITEMS)
      const items: Reply[] = []
      for (let index = 0; index < count; index++) items.push(await replyOf(connection, depth + 1))
      return items
    }
    default:
      throw new Error('this is not the protocol of Redis')
  }
}
