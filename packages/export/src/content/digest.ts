// Names made from content, so that the same content has the same name in every run.
import { createHash } from 'node:crypto'

/** Hexadecimal SHA-256 of the values, which may hold any text: their borders are part of what is hashed. */
export function contentDigest(...values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex')
}

/** A UUID of version 8 (RFC 9562, section 5.8) out of a digest. */
export function contentUuid(digest: string): string {
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 3) | 8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
