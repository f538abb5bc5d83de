// Who receives can tell that a message is ours and is fresh: HMAC-SHA256 (RFC 2104) over the time of sending and the bytes of the body.
// Whoever compares takes nothing that is older than five minutes, so that a message cannot be sent again later.
import { createHmac, timingSafeEqual } from 'node:crypto'

const FRESH_SECONDS = 300

/** `v1=` and lower-case hexadecimal. `sentAt`: seconds since 1970. */
export function signatureOf(secret: string, sentAt: number, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${sentAt}.${body}`).digest('hex')}`
}

/** As a receiver does it. */
export function isSignedBy(
  secret: string,
  message: { readonly sentAt: number; readonly signature: string; readonly body: string },
  nowSeconds: number,
): boolean {
  if (Math.abs(nowSeconds - message.sentAt) > FRESH_SECONDS) return false
  const [wanted, given] = [signatureOf(secret, message.sentAt, message.body), message.signature].map((text) =>
    Buffer.from(text),
  ) as [Buffer, Buffer]
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}
