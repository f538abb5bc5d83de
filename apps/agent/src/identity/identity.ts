// Who this agent is: one file with the agent's id, its private key, its certificate and the authority it trusts.
// One file, because key and certificate belong together: a crash during renewal leaves the old pair or the new one.
import { createHash, X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { timestamp, ulid } from '@yagura/schema'
import { z } from 'zod'
import { readSmallFile, writeFileAtomically } from '../files/atomic.ts'

const identityFile = z.object({
  agentId: ulid,
  url: z.url(),
  privateKey: z.string(),
  certificate: z.string(),
  ca: z.string(),
  expiresAt: timestamp,
  /** SHA-256 of the token it was made with: the same token is not tried twice. */
  tokenDigest: z.string().optional(),
})

export type Identity = z.infer<typeof identityFile>

const FILE_BYTES_MAX = 256 * 1024

function identityPath(directory: string): string {
  return join(directory, 'identity.json')
}

/** The stored identity, or undefined when there is none that can be used. */
export function loadIdentity(directory: string): Identity | undefined {
  const text = readSmallFile(identityPath(directory), FILE_BYTES_MAX)
  if (text === undefined) return undefined
  try {
    return identityFile.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

export function saveIdentity(directory: string, identity: Identity): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileAtomically(identityPath(directory), JSON.stringify(identity))
}

/** SHA-256 of the DER of a certificate in PEM, as lower-case hex. */
export function fingerprint(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')
}

/** A third of the life before the end: time for several tries. Certificates without a beginning count from now. */
export function renewalDueAtMs(identity: Identity): number {
  const certificate = new X509Certificate(identity.certificate)
  const fromMs = Date.parse(certificate.validFrom)
  const toMs = Date.parse(certificate.validTo)
  return toMs - (toMs - fromMs) / 3
}
