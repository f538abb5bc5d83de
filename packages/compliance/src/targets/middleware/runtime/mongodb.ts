// Asks MongoDB by commands that read: getCmdLineOpts, getParameter, usersInfo (mongodb.com/docs/manual/reference/command). OP_MSG for
// everything, SCRAM-SHA-256 to sign in (RFC 7677), so that the password itself never travels.
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Scalar } from '../../../engine/reading.ts'
import type { Asker } from '../sources/read.ts'
import { type Bson, int32, readDocument, writeDocument } from './bson.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Credentials } from './runtime.ts'

const TIMEOUT_MS = 1500
const OP_MSG = 2013
const MAX_BYTES = 1024 * 1024
/** What a server may ask of us at most; a hostile one could ask for hours. */
const MAX_ITERATIONS = 100_000
const CLUSTER_ROLES = new Set(['root', '__system', 'userAdminAnyDatabase'])

export function mongoAsker({ user, password, address, port, database = 'admin' }: Credentials): Asker {
  let connection: Promise<Connection> | undefined

  async function connect(): Promise<Connection> {
    const made = await openConnection(address, port, TIMEOUT_MS)
    if (user !== '') await signIn(made, { user, password, database })
    return made
  }

  return {
    async ask(source) {
      connection ??= connect()
      const question = source.slice(source.indexOf(':') + 1)
      return await answer(question, await connection)
    },
    close: async () => {
      ;(await connection?.catch(() => undefined))?.close()
    },
  }
}

async function answer(question: string, connection: Connection): Promise<Scalar | readonly Scalar[]> {
  if (question.startsWith('getCmdLineOpts.')) {
    const options = await command(connection, { getCmdLineOpts: 1, $db: 'admin' })
    const value = question
      .split('.')
      .slice(1)
      .reduce<Bson | undefined>((inner, key) => (inner as Record<string, Bson> | undefined)?.[key], options)
    if (value === undefined || value === null || typeof value === 'object')
      throw new Error('the server was started without this option')
    return value as Scalar
  }
  const parameter = /^getParameter (\w+)$/.exec(question)?.[1]
  if (parameter) {
    const found = (await command(connection, { getParameter: 1, [parameter]: 1, $db: 'admin' }))[parameter]
    if (Array.isArray(found)) return found.map(String)
    if (found === undefined || found === null) throw new Error('the server knows no such parameter')
    return found as Scalar
  }
  if (question.startsWith('admin.system.users')) {
    const { users } = await command(connection, { usersInfo: { forAllDBs: true }, $db: 'admin' })
    return (Array.isArray(users) ? users : []).filter(hasClusterRole).map((one) => String((one as { user: Bson }).user))
  }
  throw new Error('the server cannot be asked this')
}

function hasClusterRole(user: Bson): boolean {
  const { roles } = user as { roles?: Bson }
  return (
    Array.isArray(roles) &&
    roles.some((one) => {
      const { role, db } = one as { role?: string; db?: string }
      return CLUSTER_ROLES.has(role ?? '') || (role === 'dbOwner' && db === 'admin')
    })
  )
}

interface SignIn {
  readonly user: string
  readonly password: string
  readonly database: string
}

async function signIn(connection: Connection, { user, password, database }: SignIn): Promise<void> {
  const nonce = randomBytes(24).toString('base64')
  const first = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  const start = await command(connection, {
    saslStart: 1,
    mechanism: 'SCRAM-SHA-256',
    payload: Buffer.from(`n,,${first}`),
    $db: database,
  })
  const challenge = Buffer.from(start.payload as Uint8Array).toString('utf8')
  const { r = '', s = '', i = '' } = Object.fromEntries(challenge.split(',').map((one) => [one[0], one.slice(2)]))
  const iterations = Number(i)
  if (!r.startsWith(nonce) || !(iterations >= 4096 && iterations <= MAX_ITERATIONS))
    throw new Error('the server asks for a sign-in that cannot be trusted')
  const salted = pbkdf2Sync(password.normalize('NFKC'), Buffer.from(s, 'base64'), iterations, 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  const last = `c=biws,r=${r}`
  const whole = `${first},${challenge},${last}`
  const signature = hmac(createHash('sha256').update(clientKey).digest(), whole)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))).toString('base64')
  const end = await command(connection, {
    saslContinue: 1,
    conversationId: start.conversationId ?? 1,
    payload: Buffer.from(`${last},p=${proof}`),
    $db: database,
  })
  const said = Buffer.from(
    /v=([^,]*)/.exec(Buffer.from(end.payload as Uint8Array).toString('utf8'))?.[1] ?? '',
    'base64',
  )
  const expected = hmac(hmac(salted, 'Server Key'), whole)
  if (said.length !== expected.length || !timingSafeEqual(said, expected))
    throw new Error('the server could not prove that it knows the password')
  if (end.done !== true)
    await command(connection, {
      saslContinue: 1,
      conversationId: start.conversationId ?? 1,
      payload: Buffer.alloc(0),
      $db: database,
    })
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

async function command(
  connection: Connection,
  document: Readonly<Record<string, Bson>>,
): Promise<Record<string, Bson>> {
  const body = Buffer.concat([int32(1), int32(0), int32(OP_MSG), int32(0), Buffer.from([0]), writeDocument(document)])
  connection.write(Buffer.concat([int32(body.length + 4), body]))
  const size = (await connection.take(4)).readInt32LE(0)
  if (size < 26 || size > MAX_BYTES) throw new Error('this is not the protocol of MongoDB')
  const message = await connection.take(size - 4)
  const said = readDocument(message.subarray(17))
  if (said.ok !== 1)
    throw new Error(`the server answered ${String(said.codeName ?? said.errmsg ?? 'no').slice(0, 200)}`)
  return said
}
