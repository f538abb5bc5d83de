// One message to one webhook: HTTPS, checked against the address rules of packages/safe-io, signed, one attempt. When to try again is
// the business of whoever keeps the queue.
import { type Clock, systemClock, YaguraError } from '@yagura/kernel'
import { createFetchClient, defaultFetchPolicy, type FetchClient } from '@yagura/safe-io/fetch'
import type { WebhookMessage } from '@yagura/schema'
import { signatureOf } from './sign.ts'

export interface WebhookNetwork {
  /** Hosts that may be at a private address. */
  readonly allowPrivate: readonly string[]
  /** PEM of further certificate authorities. */
  readonly extraCertificates: string | undefined
}

export interface WebhookTarget {
  readonly url: string
  readonly secret: string
}

const HEAD_TIMEOUT_MS = 10_000

/** The settings' names stand in the sentences of errors. */
export function createWebhookClient(
  network: WebhookNetwork,
  signal: AbortSignal,
  clock: Clock = systemClock,
): FetchClient {
  return createFetchClient(
    {
      ...defaultFetchPolicy,
      ...network,
      settings: {
        allowPrivate: 'YAGURA_WEBHOOK_PRIVATE_HOSTS',
        insecure: 'https',
        certificates: 'YAGURA_WEBHOOK_CA',
      },
      headTimeoutMs: HEAD_TIMEOUT_MS,
      attempts: 1,
    },
    clock,
    signal,
  )
}

/** The status, which is a 2xx. Errors: FORBIDDEN, UNAVAILABLE, RATE_LIMITED. Nothing of the answer but its status is looked at. */
export async function postWebhook(
  client: FetchClient,
  target: WebhookTarget,
  message: WebhookMessage,
  nowMs: number,
): Promise<number> {
  const text = JSON.stringify(message)
  const sentAt = Math.floor(nowMs / 1000)
  const url = new URL(target.url)
  const response = await client.fetch(url, {
    headers: {
      'x-yagura-delivery': message.delivery,
      'x-yagura-timestamp': String(sentAt),
      'x-yagura-signature': signatureOf(target.secret, sentAt, text),
    },
    body: { type: 'application/json', text },
  })
  response.discard()
  if (response.status < 200 || response.status > 299)
    throw new YaguraError('UNAVAILABLE', `${url.host} answered with status ${response.status}.`)
  return response.status
}
