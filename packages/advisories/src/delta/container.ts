// A delta as a file. All numbers little endian.
//
//   0  magic "YAGURADL"     8  u32 version     12  u32 bytes of the manifest     16  u64 size of the file
//  24  manifest: JSON       then the payload: zstd
//  at the end: sha256 of the public key in DER (32 bytes; zeros where nobody signed), Ed25519 signature of all before it (64 bytes)
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { z } from 'zod'
import { keyId, type TrustedKey } from './keys.ts'

export const DELTA_VERSION = 1
const MAGIC = Buffer.from('YAGURADL', 'latin1')
const HEAD_BYTES = 24
const KEY_ID_BYTES = 32
const SIGNATURE_BYTES = 64
const TRAILER_BYTES = KEY_ID_BYTES + SIGNATURE_BYTES
/** Above what the whole of a database takes, unpacked. */
const MAX_PAYLOAD_BYTES = 2 ** 31 - 1

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const state = z.object({ sha256, builtAtMs: z.int().nonnegative() })
const manifest = z.object({
  /** Of the database file. */
  formatVersion: z.int(),
  base: state,
  target: state,
  payloadBytes: z.int().nonnegative().max(MAX_PAYLOAD_BYTES),
})
export type DeltaManifest = z.infer<typeof manifest>

export interface Delta {
  readonly manifest: DeltaManifest
  readonly payload: Buffer
  /** Of the key that signed it. */
  readonly signedBy: string
}

export function isDelta(head: Uint8Array): boolean {
  return Buffer.from(head.buffer, head.byteOffset, head.length).subarray(0, MAGIC.length).equals(MAGIC)
}

export function encodeDelta(content: DeltaManifest, payload: Buffer, key: KeyObject | undefined): Buffer {
  const text = Buffer.from(JSON.stringify(content))
  const head = Buffer.alloc(HEAD_BYTES)
  MAGIC.copy(head)
  head.writeUInt32LE(DELTA_VERSION, 8)
  head.writeUInt32LE(text.length, 12)
  head.writeBigUInt64LE(BigInt(HEAD_BYTES + text.length + payload.length + TRAILER_BYTES), 16)
  const id = key ? Buffer.from(keyId(createPublicKey(key)), 'hex') : Buffer.alloc(KEY_ID_BYTES)
  const signed = Buffer.concat([head, text, payload, id])
  return Buffer.concat([signed, key ? sign(null, signed, key) : Buffer.alloc(SIGNATURE_BYTES)])
}

/**
 * Nothing inside is looked at before the signature holds. Errors: INPUT_INVALID (no delta), INPUT_TRUNCATED, INPUT_UNSUPPORTED (of a newer
 * version), INTEGRITY (unsigned, signed by a key that is not trusted, altered).
 */
export function decodeDelta(bytes: Buffer, trusted: readonly TrustedKey[], name: string): Result<Delta, YaguraError> {
  const refuse = (code: 'INPUT_INVALID' | 'INPUT_TRUNCATED' | 'INPUT_UNSUPPORTED' | 'INTEGRITY', reason: string) =>
    err(new YaguraError(code, `${name} ${reason}.`))
  if (!isDelta(bytes)) return refuse('INPUT_INVALID', 'is not a delta of an advisory database')
  if (bytes.length < HEAD_BYTES + TRAILER_BYTES) return refuse('INPUT_TRUNCATED', 'is cut short')
  const version = bytes.readUInt32LE(8)
  if (version !== DELTA_VERSION)
    return refuse(
      'INPUT_UNSUPPORTED',
      `has version ${version}, and this version of Yagura reads version ${DELTA_VERSION}`,
    )
  const sizeBytes = Number(bytes.readBigUInt64LE(16))
  if (sizeBytes > bytes.length)
    return refuse('INPUT_TRUNCATED', `is cut short: it should have ${sizeBytes} bytes and has ${bytes.length}`)
  if (sizeBytes < bytes.length) return refuse('INTEGRITY', 'was altered: it is longer than it says')

  const signature = bytes.subarray(-SIGNATURE_BYTES)
  const signed = bytes.subarray(0, -SIGNATURE_BYTES)
  const signedBy = signed.subarray(-KEY_ID_BYTES).toString('hex')
  if (/^0+$/.test(signedBy)) return refuse('INTEGRITY', 'is not signed')
  const key = trusted.find(({ id }) => id === signedBy)?.key
  if (!key) return refuse('INTEGRITY', `is signed by a key that is not trusted here (${signedBy.slice(0, 16)}…)`)
  if (!verify(null, signed, key, signature)) return refuse('INTEGRITY', 'was altered: its signature does not hold')

  const manifestEnd = HEAD_BYTES + bytes.readUInt32LE(12)
  if (manifestEnd > bytes.length - TRAILER_BYTES) return refuse('INPUT_INVALID', 'has a manifest that leaves the file')
  const content = parseManifest(bytes.subarray(HEAD_BYTES, manifestEnd))
  if (!content) return refuse('INPUT_INVALID', 'has a manifest that cannot be read')
  return ok({ manifest: content, payload: bytes.subarray(manifestEnd, -TRAILER_BYTES), signedBy })
}

function parseManifest(bytes: Buffer): DeltaManifest | undefined {
  try {
    return manifest.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    return undefined
  }
}
