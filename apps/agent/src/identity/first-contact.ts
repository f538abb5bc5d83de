// The very first connection: the enrolment token names the authority by fingerprint, the server shows its chain, and the
// authority in it is believed only if the fingerprint fits. Nothing is sent on this connection; the secret goes over a second
// one that OpenSSL verifies in full against that authority.
import { timingSafeEqual, type X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'

const TIMEOUT_MS = 10_000
const CHAIN_MAX = 8

/** PEM of the authority with this fingerprint (SHA-256 of the DER, hex), out of the chain that the server shows. */
export function learnAuthority(url: string, caFingerprint: string): Promise<Result<string, YaguraError>> {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      ...(isIP(host) ? {} : { servername: host }),
      // the chain is judged below, by its fingerprint; no byte of ours goes over this connection
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    })
    function end(result: Result<string, YaguraError>): void {
      socket.destroy()
      resolve(result)
    }
    socket.once('secureConnect', () => {
      const authority = findByFingerprint(socket.getPeerX509Certificate(), caFingerprint)
      if (authority) return end(ok(authority.toString()))
      end(
        err(
          new YaguraError('FORBIDDEN', `The server at ${url} is not the one that made this enrolment token.`, {
            hint: 'Make a new token on the server that this agent should report to.',
          }),
        ),
      )
    })
    socket.once('timeout', () => end(err(unreachable(url, 'it does not answer'))))
    socket.once('error', (cause) => end(err(unreachable(url, reasonOf(cause), cause))))
  })
}

function findByFingerprint(leaf: X509Certificate | undefined, hex: string): X509Certificate | undefined {
  const wanted = Buffer.from(hex, 'hex')
  let certificate = leaf
  for (let depth = 0; certificate && depth < CHAIN_MAX; depth += 1) {
    const seen = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex')
    if (certificate.ca && seen.length === wanted.length && timingSafeEqual(seen, wanted)) return certificate
    certificate = certificate.issuerCertificate
  }
  return undefined
}

export function unreachable(url: string, reason: string, cause?: unknown): YaguraError {
  return new YaguraError('SERVER_UNREACHABLE', `The server at ${url} cannot be reached: ${reason}.`, { cause })
}

/** A connection error in plain words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? ''
  const words: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'the name is unknown',
    EAI_AGAIN: 'the name cannot be looked up now',
    EHOSTUNREACH: 'there is no route to it',
    ENETUNREACH: 'there is no route to it',
    ETIMEDOUT: 'it does not answer',
    ECONNRESET: 'it closed the connection',
  }
  return words[code] ?? (error instanceof Error && error.message ? error.message : 'unknown reason')
}
