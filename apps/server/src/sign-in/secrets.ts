// Secrets that are shown once and kept as hashes. Each names its tenant, so that it is looked up inside that tenant only.
//   <prefix><tenant ULID><43 characters of 256 random bits>
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isUlid } from '@yagura/kernel'

export const API_TOKEN_PREFIX = 'ygt_'
export const SESSION_PREFIX = 'ygs_'
export const SIGN_IN_PREFIX = 'ygl_'
export const ENROLMENT_PREFIX = 'ygn_'

const ULID_LENGTH = 26
const RANDOM_LENGTH = 43

export interface Secret {
  readonly text: string
  readonly hash: Buffer
  readonly tenantId: string
}

export function newSecret(prefix: string, tenantId: string): Secret {
  const text = `${prefix}${tenantId}${randomBytes(32).toString('base64url')}`
  return { text, hash: hashOf(text), tenantId }
}

/** The secret behind a text of the right form. The bits are 256 and random, so one round of SHA-256 is enough. */
export function readSecret(prefix: string, text: string): Secret | undefined {
  if (text.length !== prefix.length + ULID_LENGTH + RANDOM_LENGTH || !text.startsWith(prefix)) return undefined
  const tenantId = text.slice(prefix.length, prefix.length + ULID_LENGTH)
  return isUlid(tenantId) ? { text, hash: hashOf(text), tenantId } : undefined
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The CSRF token of a session: whoever has the cookie's secret has it, nobody else can make it. */
export function csrfTokenOf(session: Secret): string {
  return createHash('sha256').update(`csrf ${session.text}`).digest('base64url')
}

export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(hashOf(left), hashOf(right))
}

export function sameHash(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
