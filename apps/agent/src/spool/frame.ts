// One spooled batch as a file: `YGS1`, CRC-32 and length of the payload (little endian), payload (zstd of the batch's JSON).
// The checksum tells a torn file from a whole one; it is no defence against someone who can write to the agent's directory.
import { crc32 } from 'node:zlib'

const MAGIC = Buffer.from('YGS1')
const HEADER_BYTES = 12

export function encodeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  MAGIC.copy(frame)
  frame.writeUInt32LE(crc32(payload), 4)
  frame.writeUInt32LE(payload.length, 8)
  frame.set(payload, HEADER_BYTES)
  return frame
}

/** The payload, or undefined when the file is torn or is not one of ours. */
export function decodeFrame(frame: Buffer): Buffer | undefined {
  if (frame.length < HEADER_BYTES || !frame.subarray(0, 4).equals(MAGIC)) return undefined
  const payload = frame.subarray(HEADER_BYTES)
  if (payload.length !== frame.readUInt32LE(8) || crc32(payload) !== frame.readUInt32LE(4)) return undefined
  return payload
}
