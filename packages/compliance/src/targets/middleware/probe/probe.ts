// What a stranger on the network sees: no credentials, one short question to the container's own addresses, at most 400 ms each.
import { readFileSync, readlinkSync } from 'node:fs'
import type { MiddlewareInstance } from '../process.ts'
import { openConnection } from '../runtime/connection.ts'
import type { Asker } from '../sources/read.ts'
import { amqpGuest, kafkaMetadata, mongoListDatabases } from './binary.ts'
import { httpProbe } from './http.ts'
import { tlsProtocols } from './tls.ts'

/** `own`: the addresses of the container's network namespace; or the one address given, with the port where it is known. */
export type ProbeTarget = 'own' | { readonly address: string; readonly port?: number }

export const PROBE_TIMEOUT_MS = 400

export function openProbe(instance: MiddlewareInstance, target: ProbeTarget): Asker {
  const address = target === 'own' ? ownAddress(instance.process.directory) : target.address
  const { listening } = instance.process
  const given = target === 'own' ? undefined : target.port
  const ports = given === undefined ? [...new Set(listening.map(({ port }) => port))].slice(0, 4) : [given]

  async function firstAnswer<T>(ask: (port: number) => Promise<T>): Promise<T> {
    let failure: unknown = new Error('it listens on no port that is known')
    for (const port of ports) {
      try {
        return await ask(port)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  return {
    async ask(source) {
      if (address === undefined) throw new Error('the container has no address of its own')
      const [kind = '', ...words] = source.slice('net:'.length).split(' ')
      const tcp = /^tcp\/(\d+)$/.exec(kind)?.[1]
      if (tcp) return (await isOpen(address, Number(tcp))) ? 'open' : 'closed'
      switch (kind) {
        case 'postgres-sslrequest':
          return await firstAnswer((port) => exchange(address, port, Buffer.from('0000000804d2162f', 'hex'), 1))
        case 'redis':
          return await firstAnswer(async (port) => await redisLine(address, port))
        case 'mongo':
          return await firstAnswer((port) => mongoListDatabases(address, port))
        case 'kafka':
          return await firstAnswer((port) => kafkaMetadata(address, port))
        case 'amqp':
          if (/^127\.|^::1$/.test(address)) throw new Error('from the loopback interface guest may always come in')
          return await firstAnswer((port) => amqpGuest(address, port))
        case 'tls':
          return await firstAnswer((port) => tlsProtocols(address, port))
        case 'http':
          return await firstAnswer((port) => httpProbe(address, port, words))
        default:
          throw new Error(`there is no probe ${kind}`)
      }
    },
  }
}

async function isOpen(address: string, port: number): Promise<boolean> {
  try {
    ;(await openConnection(address, port, PROBE_TIMEOUT_MS)).close()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false
    throw error
  }
}

async function exchange(address: string, port: number, question: Buffer, bytes: number): Promise<string> {
  const connection = await openConnection(address, port, PROBE_TIMEOUT_MS)
  try {
    connection.write(question)
    return (await connection.take(bytes)).toString('latin1')
  } finally {
    connection.close()
  }
}

async function redisLine(address: string, port: number): Promise<string> {
  const connection = await openConnection(address, port, PROBE_TIMEOUT_MS)
  try {
    connection.write('PING\r\n')
    return await connection.line()
  } finally {
    connection.close()
  }
}

/** The first local address of the namespace that is not loopback (proc(5), net/fib_trie); one that shares ours has loopback. */
export function ownAddress(directory: string): string | undefined {
  try {
    const text = readFileSync(`${directory}/net/fib_trie`, 'utf8')
    const local = [...text.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)].map(
      (match) => match[1] as string,
    )
    return sharesOurNetwork(directory) ? '127.0.0.1' : local.find((one) => !one.startsWith('127.'))
  } catch {
    return undefined
  }
}

function sharesOurNetwork(directory: string): boolean {
  return readlinkSync(`${directory}/ns/net`) === readlinkSync('/proc/self/ns/net')
}
