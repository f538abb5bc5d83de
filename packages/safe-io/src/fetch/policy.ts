// Where a client may go, how long it waits, how much it takes. Names are `host` or `host:port`.
import type { LookupFunction } from 'node:net'

export interface FetchPolicy {
  /** May be at a private address, as registries of a company are. */
  readonly allowPrivate: readonly string[]
  /** May be asked over plain HTTP. */
  readonly insecure: readonly string[]
  /** PEM of further certificate authorities. */
  readonly extraCertificates?: string | undefined
  /** How the user names these settings, for the sentences of errors. */
  readonly settings: { readonly allowPrivate: string; readonly insecure: string; readonly certificates: string }
  /** Until the head of the answer is there. */
  readonly headTimeoutMs: number
  /** Over each such time spent waiting for a body, `minBytesPerSecond` must arrive on average. */
  readonly paceWindowMs: number
  readonly minBytesPerSecond: number
  readonly attempts: number
  /** Before the second attempt; doubled for each further one, and drawn at random below that. */
  readonly pauseMs: number
  /** A server that wants to be left alone for longer is not waited for. */
  readonly maxPauseMs: number
  readonly lookup?: LookupFunction | undefined
}

export const defaultFetchPolicy: FetchPolicy = {
  allowPrivate: [],
  insecure: [],
  settings: { allowPrivate: 'the list of private hosts', insecure: 'the list of insecure hosts', certificates: 'a CA' },
  headTimeoutMs: 30_000,
  paceWindowMs: 20_000,
  minBytesPerSecond: 4096,
  attempts: 4,
  pauseMs: 500,
  maxPauseMs: 60_000,
}

export function isListed(list: readonly string[], url: URL): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list.some((entry) => {
    const name = entry.toLowerCase()
    return name === url.hostname || name === `${url.hostname}:${port}`
  })
}
