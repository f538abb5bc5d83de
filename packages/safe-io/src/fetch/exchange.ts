// One request and its answer. The address is checked where the connection is made, so that a name which resolves to something else
// the second time (DNS rebinding) gains nothing.
import { lookup as systemLookup } from 'node:dns'
import { type Agent, type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { YaguraError } from '@yagura/kernel'
import { addressKind } from './address.ts'
import { type FetchPolicy, isListed } from './policy.ts'

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly agent: Agent
  readonly signal?: AbortSignal | undefined
}

/** Errors: FORBIDDEN (address or scheme not allowed), UNAVAILABLE (unreachable, silent, or a certificate that is not trusted). */
export function exchange(url: URL, options: Exchange, policy: FetchPolicy): Promise<IncomingMessage> {
  checkUrl(url, policy)
  return new Promise((resolve, reject) => {
    const { method, headers, agent, signal } = options
    const send = url.protocol === 'https:' ? requestTls : requestPlain
    const request = send(url, { method, headers, agent, lookup: guardedLookup(url, policy), ...(signal && { signal }) })
    const timer = setTimeout(
      () => request.destroy(new YaguraError('UNAVAILABLE', `${url.host} does not answer.`)),
      policy.headTimeoutMs,
    )
    request.on('response', (response) => {
      clearTimeout(timer)
      resolve(response)
    })
    // stays for the whole answer: a later error of the connection is told by the body
    request.on('error', (error) => {
      clearTimeout(timer)
      reject(signal?.aborted ? error : connectionError(error, url, policy))
    })
    request.end(options.body)
  })
}

function checkUrl(url: URL, policy: FetchPolicy): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new YaguraError('FORBIDDEN', `${url.protocol}// is not a way to a registry.`)
  if (url.protocol === 'http:' && !isListed(policy.insecure, url))
    throw new YaguraError('FORBIDDEN', `${url.host} would be asked without encryption.`, {
      hint: `If that is meant, name it with ${policy.settings.insecure}.`,
    })
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) checkAddress(host, url, policy)
}

/** A host on the list may be private; at a metadata address only if the list names that very address. */
function checkAddress(address: string, url: URL, policy: FetchPolicy): void {
  const kind = addressKind(address)
  if (kind === 'public') return
  const isLiteral = url.hostname.replace(/^\[|\]$/g, '') === address
  const isAllowed = isListed(policy.allowPrivate, url)
  if (isAllowed && (kind === 'private' || isLiteral)) return
  throw new YaguraError('FORBIDDEN', `${url.host} is at ${address}, an address inside of this network.`, {
    hint:
      kind === 'metadata'
        ? 'Link-local addresses hold the credentials of cloud machines and are not asked.'
        : `If it is trusted, name it with ${policy.settings.allowPrivate}.`,
  })
}

function guardedLookup(url: URL, policy: FetchPolicy): LookupFunction {
  const lookup = policy.lookup ?? (systemLookup as LookupFunction)
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const addresses = Array.isArray(found) ? found : []
      try {
        for (const { address } of addresses) checkAddress(address, url, policy)
      } catch (refusal) {
        return callback(refusal as Error, [])
      }
      const [first] = addresses
      if (options.all || !first) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

const UNTRUSTED = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/

export function connectionError(error: unknown, url: URL, policy: FetchPolicy): YaguraError {
  if (error instanceof YaguraError) return error
  const code = codeOf(error)
  if (UNTRUSTED.test(code))
    return new YaguraError('UNAVAILABLE', `The certificate of ${url.host} is not trusted (${code}).`, {
      cause: error,
      hint: `If it is of your own authority, name its certificate with ${policy.settings.certificates}.`,
    })
  const isPlain = code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER'
  return new YaguraError('UNAVAILABLE', `${url.host} cannot be reached${code ? ` (${code})` : ''}.`, {
    cause: error,
    ...(isPlain && { hint: `If it speaks plain HTTP, name it with ${policy.settings.insecure}.` }),
  })
}

const FINAL = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])

/** Worth another attempt: not a name or port where nobody is, nor a certificate, nor what is not allowed. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof YaguraError) || error.code !== 'UNAVAILABLE') return false
  const code = codeOf(error.cause)
  return !UNTRUSTED.test(code) && !FINAL.has(code)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
