// HTTPS to the server: its certificate is checked against the stored authority only, never against the machine's own list.
import { Client } from 'undici'
import type { Identity } from './identity.ts'

const CONNECT_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 60_000
const KEEP_ALIVE_MS = 30_000

type Trust = Pick<Identity, 'url' | 'ca'> & Partial<Pick<Identity, 'certificate' | 'privateKey'>>

/** One kept-alive connection, opened again as needed; with mutual TLS once there is a certificate. */
export function openTransport(trust: Trust): Client {
  return new Client(new URL(trust.url).origin, {
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: {
      ca: trust.ca,
      minVersion: 'TLSv1.2',
      timeout: CONNECT_TIMEOUT_MS,
      ...(trust.certificate && trust.privateKey ? { cert: trust.certificate, key: trust.privateKey } : {}),
    },
  })
}
