// The protocol of MySQL and MariaDB: log in with mysql_native_password or caching_sha2_password, then one text query after the other
// (dev.mysql.com/doc/dev/mysql-server, client/server protocol; mariadb.com/kb, the same).
import { createHash } from 'node:crypto'
import type { Scalar } from '../../../engine/reading.ts'
import type { Asker } from '../sources/read.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Credentials } from './runtime.ts'

const TIMEOUT_MS = 1500
/** long password, protocol 4.1, secure connection, plugin of authentication */
const CAPABILITIES = 0x1 | 0x200 | 0x8000 | 0x80000
const MAX_ROWS = 256

interface Session {
  readonly connection: Connection
  sequence: number
}

export function mysqlAsker(credentials: Credentials): Asker {
  let session: Promise<Session> | undefined
  return {
    async ask(source) {
      session ??= logIn(credentials)
      const values = await query(await session, source.slice(source.indexOf(':') + 1))
      return values.length === 1 ? (values[0] as Scalar) : values
    },
    close: async () => {
      ;(await session?.catch(() => undefined))?.connection.close()
    },
  }
}

async function packet(session: Session): Promise<Buffer> {
  const header = await session.connection.take(4)
  session.sequence = ((header[3] as number) + 1) & 0xff
  return await session.connection.take(header.readUIntLE(0, 3))
}

function send(session: Session, body: Buffer): void {
  const header = Buffer.alloc(4)
  header.writeUIntLE(body.length, 0, 3)
  header[3] = session.sequence
  session.connection.write(Buffer.concat([header, body]))
}

async function logIn({ user, password, address, port }: Credentials): Promise<Session> {
  const session: Session = { connection: await openConnection(address, port, TIMEOUT_MS), sequence: 0 }
  try {
    const greeting = await packet(session)
    refuse(greeting)
    const end = greeting.indexOf(0, 1)
    const nonce = Buffer.concat([greeting.subarray(end + 5, end + 13), greeting.subarray(end + 32, end + 44)])
    const at = greeting.indexOf(0, end + 44)
    const plugin = greeting.subarray(at + 1, greeting.indexOf(0, at + 1)).toString() || 'mysql_native_password'
    const proof = proofOf(plugin, password, nonce)
    const head = Buffer.alloc(32)
    head.writeUInt32LE(CAPABILITIES, 0)
    head.writeUInt32LE(1024 * 1024, 4)
    head[8] = 45
    send(
      session,
      Buffer.concat([head, Buffer.from(`${user}\0`), Buffer.from([proof.length]), proof, Buffer.from(`${plugin}\0`)]),
    )
    await finishLogIn(session, password, plugin)
    return session
  } catch (error) {
    session.connection.close()
    throw error
  }
}

async function finishLogIn(session: Session, password: string, plugin: string): Promise<void> {
  let used = plugin
  for (let round = 0; round < 4; round++) {
    const answer = await packet(session)
    refuse(answer)
    if (answer[0] === 0) return
    if (answer[0] === 0xfe) {
      const end = answer.indexOf(0, 1)
      used = answer.subarray(1, end).toString()
      send(session, proofOf(used, password, answer.subarray(end + 1, end + 21)))
    } else if (answer[0] === 1 && answer[1] !== 3) {
      // The server wants the password itself; over a plain connection it does not get it.
      throw new Error(`${used} needs TLS for the first log-in`)
    }
  }
  throw new Error('the server does not finish the log-in')
}

function proofOf(plugin: string, password: string, nonce: Buffer): Buffer {
  if (password === '') return Buffer.alloc(0)
  const isNative = plugin === 'mysql_native_password'
  if (!isNative && plugin !== 'caching_sha2_password') throw new Error(`the log-in ${plugin} is not known`)
  const hash = (...parts: Buffer[]) =>
    createHash(isNative ? 'sha1' : 'sha256')
      .update(Buffer.concat(parts))
      .digest()
  const once = hash(Buffer.from(password))
  const mask = isNative ? hash(nonce, hash(once)) : hash(hash(once), nonce)
  return Buffer.from(once.map((byte, index) => byte ^ (mask[index] as number)))
}

function refuse(answer: Buffer): void {
  if (answer[0] === 0xff) throw new Error(`the server answered ${answer.subarray(9).toString('utf8').slice(0, 200)}`)
}

/** The first column of every row. */
async function query(session: Session, text: string): Promise<Scalar[]> {
  session.sequence = 0
  send(session, Buffer.from(`\x03${text}`))
  const first = await packet(session)
  refuse(first)
  const columns = first[0] as number
  for (let index = 0; index <= columns; index++) await packet(session)
  const values: Scalar[] = []
  for (;;) {
    const row = await packet(session)
    refuse(row)
    if (row[0] === 0xfe && row.length < 9) return values
    if (values.length < MAX_ROWS) values.push(firstColumn(row))
  }
}

/** NULL is the word, as the server prints it. */
function firstColumn(row: Buffer): Scalar {
  const size = row[0] as number
  if (size === 0xfb) return 'NULL'
  const [from, length] = size < 0xfb ? [1, size] : size === 0xfc ? [3, row.readUInt16LE(1)] : [4, row.readUIntLE(1, 3)]
  return row.subarray(from, from + length).toString('utf8')
}
