// Asks servers themselves, with the credentials an operator gave, and only what records ask. Answers are bounded; nothing is written.
import type { MiddlewareInstance } from '../process.ts'
import type { Asker } from '../sources/read.ts'
import { etcdAsker, rabbitmqAsker, searchAsker } from './http.ts'
import { mongoAsker } from './mongodb.ts'
import { mysqlAsker } from './mysql.ts'
import { postgresAsker } from './postgresql.ts'
import { redisAsker } from './redis.ts'

export interface Credentials {
  readonly user: string
  readonly password: string
  /** An IP address, or the path of a socket. */
  readonly address: string
  readonly port: number
  readonly database?: string
  /** Over TLS only, for servers that are asked over HTTP. Without it TLS is used where the server speaks it. */
  readonly tls?: TlsTrust
}

/** PEM; `fingerprint256`: SHA-256 of the server's certificate, which is then taken whoever signed it. */
export interface TlsTrust {
  readonly ca?: string
  readonly fingerprint256?: string
  /** Whom the certificate must be for, where that is not the address. */
  readonly serverName?: string
  /** Of ours, for servers that want one. */
  readonly certificate?: string
  readonly key?: string
}

export const ASK_TIMEOUT_MS = 1500

const ASKERS: Partial<Record<MiddlewareInstance['product'], (credentials: Credentials) => Asker>> = {
  postgresql: postgresAsker,
  mysql: mysqlAsker,
  redis: redisAsker,
  mongodb: mongoAsker,
  rabbitmq: rabbitmqAsker,
  elasticsearch: searchAsker,
  etcd: etcdAsker,
}

/** Undefined: there is no way to ask this product. */
export function openRuntime({ product }: MiddlewareInstance, credentials: Credentials): Asker | undefined {
  return ASKERS[product]?.(credentials)
}
