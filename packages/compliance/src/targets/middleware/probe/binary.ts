// One question each in the protocols of MongoDB, Kafka and AMQP: would a stranger be let in?
import { int32 } from '../runtime/bson.ts'
import { type Connection, openConnection } from '../runtime/connection.ts'

const TIMEOUT_MS = 400

async function talk<T>(address: string, port: number, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await openConnection(address, port, TIMEOUT_MS)
  try {
    return await use(connection)
  } finally {
    connection.close()
  }
}

/** OP_MSG {listDatabases: 1, $db: "admin"} (mongodb.com/docs/manual/reference/mongodb-wire-protocol). */
export function mongoListDatabases(address: string, port: number): Promise<string> {
  const fields = Buffer.concat([
    Buffer.from('\x10listDatabases\0'),
    int32(1),
    Buffer.from('\x02$db\0'),
    int32(6),
    Buffer.from('admin\0\0'),
  ])
  const document = Buffer.concat([int32(fields.length + 4), fields])
  const body = Buffer.concat([int32(1), int32(0), int32(2013), int32(0), Buffer.from([0]), document])
  return talk(address, port, async (connection) => {
    connection.write(Buffer.concat([int32(body.length + 4), body]))
    const size = (await connection.take(4)).readInt32LE(0)
    const answer = await connection.take(Math.min(size, 65_536) - 4)
    const at = answer.indexOf('\x10code\0')
    const code = at < 0 ? 0 : answer.readInt32LE(at + 6)
    return code === 13
      ? 'Unauthorized/13'
      : code === 18
        ? 'AuthenticationFailed/18'
        : code === 0
          ? 'answers'
          : `error/${code}`
  })
}

/** Metadata, version 1, of all topics (kafka.apache.org/protocol). A listener that wants SASL or TLS closes. */
export async function kafkaMetadata(address: string, port: number): Promise<string> {
  const body = Buffer.from('00030001000000070006796167757261ffffffff', 'hex')
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  try {
    return await talk(address, port, async (connection) => {
      connection.write(Buffer.concat([size, body]))
      const answer = await connection.take(8)
      return answer.readInt32BE(4) === 7 ? 'answers' : 'tls-only'
    })
  } catch (error) {
    if (error instanceof Error && /closed/.test(error.message)) return 'sasl-required'
    throw error
  }
}

/** Connection.Start-Ok with PLAIN guest/guest (rabbitmq.com/docs/specification, AMQP 0-9-1). */
export function amqpGuest(address: string, port: number): Promise<string> {
  return talk(address, port, async (connection) => {
    connection.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1'))
    await frame(connection)
    const response = Buffer.from('\0guest\0guest')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(response.length)
    const body = Buffer.concat([
      Buffer.from('000a000b00000000', 'hex'),
      Buffer.from('\x05PLAIN'),
      length,
      response,
      Buffer.from('\x05en_US'),
    ])
    const head = Buffer.alloc(7)
    head[0] = 1
    head.writeUInt32BE(body.length, 3)
    connection.write(Buffer.concat([head, body, Buffer.from([0xce])]))
    const answer = await frame(connection).catch(() => undefined)
    return answer?.readUInt32BE(0) === 0x000a_001e ? 'accepted' : '403'
  })
}

async function frame(connection: Connection): Promise<Buffer> {
  const size = (await connection.take(7)).readUInt32BE(3)
  if (size > 65_536) throw new Error('the answer is too long')
  return (await connection.take(size + 1)).subarray(0, -1)
}
