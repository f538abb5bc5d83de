// Against a server of our own that speaks OP_MSG and checks the client's proof as RFC 5802 says.
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bson, int32, readDocument, writeDocument } from './bson.ts'
import { mongoAsker } from './mongodb.ts'

const PASSWORD = 'pencil'
const SALT = Buffer.from('0123456789abcdef')
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()

interface Lies {
  readonly iterations?: number
  readonly signature?: Buffer
}

async function serve({ iterations = 15_000, signature }: Lies, use: (port: number, asked: string[]) => Promise<void>) {
  const asked: string[] = []
  const server = createServer((socket) => answering(socket, asked, iterations, signature)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    await use((server.address() as AddressInfo).port, asked)
  } finally {
    server.close()
  }
}

function answering(socket: Socket, asked: string[], iterations: number, lie: Buffer | undefined): void {
  let first = ''
  let isIn = false
  socket.on('data', (bytes) => {
    const question = readDocument(bytes.subarray(21))
    const name = Object.keys(question)[0] as string
    asked.push(name)
    const text = Buffer.from((question.payload as Uint8Array | undefined) ?? []).toString('utf8')
    let answer: Record<string, Bson> = { ok: 0, codeName: 'Unauthorized', code: 13 }
    if (name === 'saslStart') {
      const bare = text.slice(3)
      const challenge = `r=${/r=(.*)$/.exec(bare)?.[1]}SERVER,s=${SALT.toString('base64')},i=${iterations}`
      first = `${bare},${challenge}`
      answer = { conversationId: 7, done: false, payload: Buffer.from(challenge), ok: 1 }
    } else if (name === 'saslContinue') {
      const salted = pbkdf2Sync(PASSWORD, SALT, iterations, 32, 'sha256')
      const whole = `${first},${text.slice(0, text.indexOf(',p='))}`
      const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest()
      const proof = Buffer.from(text.slice(text.indexOf(',p=') + 3), 'base64')
      const key = Buffer.from(proof.map((byte, at) => byte ^ (hmac(stored, whole)[at] ?? 0)))
      isIn = createHash('sha256').update(key).digest().equals(stored)
      const said = (lie ?? hmac(hmac(salted, 'Server Key'), whole)).toString('base64')
      if (isIn) answer = { conversationId: 7, done: true, payload: Buffer.from(`v=${said}`), ok: 1 }
      else answer = { ok: 0, codeName: 'AuthenticationFailed', code: 18 }
    } else if (isIn && name === 'getCmdLineOpts')
      answer = { parsed: { security: { authorization: 'enabled' }, net: { port: 27_017 } }, ok: 1 }
    else if (isIn && name === 'getParameter') answer = { authenticationMechanisms: ['SCRAM-SHA-256'], ok: 1 }
    else if (isIn && name === 'usersInfo')
      answer = {
        users: [
          { user: 'admin', roles: [{ role: 'root', db: 'admin' }] },
          { user: 'owner', roles: [{ role: 'dbOwner', db: 'admin' }] },
          { user: 'app', roles: [{ role: 'readWrite', db: 'shop' }] },
        ],
        ok: 1,
      }
    const body = Buffer.concat([int32(1), int32(1), int32(2013), int32(0), Buffer.from([0]), writeDocument(answer)])
    socket.write(Buffer.concat([int32(body.length + 4), body]))
  })
  socket.on('error', () => {})
}

const asker = (port: number, password = PASSWORD) =>
  mongoAsker({ user: 'auditor', password, address: '127.0.0.1', port })

test('signs in without sending the password, and reads options, parameters and users', async () => {
  await serve({}, async (port, asked) => {
    const server = asker(port)
    expect(await server.ask('mongo:getCmdLineOpts.parsed.security.authorization')).toBe('enabled')
    expect(await server.ask('mongo:getParameter authenticationMechanisms')).toEqual(['SCRAM-SHA-256'])
    expect(await server.ask('mongo:admin.system.users count roles in (root)')).toEqual(['admin', 'owner'])
    await expect(server.ask('mongo:getCmdLineOpts.parsed.net.tls.mode')).rejects.toThrow('started without')
    await expect(server.ask('mongo:shutdown')).rejects.toThrow('cannot be asked')
    await server.close?.()
    expect(new Set(asked)).toEqual(
      new Set(['saslStart', 'saslContinue', 'getCmdLineOpts', 'getParameter', 'usersInfo']),
    )
  })
})

test.each([
  ['a wrong password', {}, 'wrong', /AuthenticationFailed/],
  ['a server that does not know the password', { signature: Buffer.alloc(32) }, PASSWORD, /could not prove/],
  ['one that asks for hours of work', { iterations: 2_000_000_000 }, PASSWORD, /cannot be trusted/],
  ['one that asks for too little', { iterations: 1 }, PASSWORD, /cannot be trusted/],
])('%s', async (_what, lies, password, message) => {
  await serve(lies, async (port) => {
    const server = asker(port, password)
    await expect(server.ask('mongo:getParameter authenticationMechanisms')).rejects.toThrow(message)
    await server.close?.()
  })
})

test('documents come back as they went, and rubbish ends', () => {
  const value = fc.letrec<{ one: Bson }>((tie) => ({
    one: fc.oneof(
      { maxDepth: 3 },
      fc.string({ maxLength: 20 }).filter((text) => !text.includes('\0')),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('one'), { maxLength: 4 }),
    ),
  })).one
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value), (document) => {
      expect(readDocument(writeDocument(document))).toEqual({ ...document })
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 200 }), (bytes) => {
      try {
        readDocument(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
  )
})
