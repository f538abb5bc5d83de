// Cuts a zstd stream where its frames end, without unpacking it. Node's decompressor takes the end of a frame inside one piece of input
// for the end of the stream and loses the rest (seen with Node 24.21); layers in podman's zstd:chunked form have thousands of frames.
// Format: RFC 8878, sections 3.1.1 (frames) and 3.1.2 (skippable frames).
import { YaguraError } from '@yagura/kernel'
import type { Chunks } from './decompress.ts'

/** What comes next. Headers are collected before they are understood; of the others, `remaining` bytes are passed by. */
type Part = 'frame header' | 'block header' | 'block' | 'last block' | 'end of frame'

interface Scan {
  readonly part: Part
  readonly remaining: number
  readonly hasChecksum: boolean
}

const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const SKIPPABLE_HEADER_BYTES = 8
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4

/** The same bytes; every piece lies inside one frame. Errors: INPUT_INVALID, INPUT_TRUNCATED. */
export async function* zstdFrames(source: Chunks, what: string): AsyncGenerator<Uint8Array> {
  let scan: Scan = { part: 'frame header', remaining: 0, hasChecksum: false }
  let head: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    let start = 0
    let at = 0
    while (at < chunk.length) {
      const needed: number = scan.part === 'frame header' ? frameHeaderBytes(head) : BLOCK_HEADER_BYTES
      const isHeader = scan.part === 'frame header' || scan.part === 'block header'
      const taken: number = Math.min(isHeader ? needed - head.length : scan.remaining, chunk.length - at)
      if (isHeader) head = Buffer.concat([head, chunk.subarray(at, at + taken)])
      else scan = { ...scan, remaining: scan.remaining - taken }
      at += taken
      if (isHeader) {
        if (head.length < (scan.part === 'frame header' ? frameHeaderBytes(head) : needed)) continue
        scan = scan.part === 'frame header' ? afterFrameHeader(head, what) : afterBlockHeader(head, scan, what)
        head = Buffer.alloc(0)
      }
      scan = afterPart(scan)
      if (scan.part !== 'end of frame' || scan.remaining > 0) continue
      yield chunk.subarray(start, at)
      start = at
      scan = { part: 'frame header', remaining: 0, hasChecksum: false }
    }
    if (start < at) yield chunk.subarray(start, at)
  }
  if (scan.part !== 'frame header' || head.length > 0)
    throw new YaguraError('INPUT_TRUNCATED', `${what} ends too early.`)
}

/** The next part, once nothing of this one remains. */
function afterPart(scan: Scan): Scan {
  if (scan.remaining > 0) return scan
  if (scan.part === 'block') return { ...scan, part: 'block header' }
  if (scan.part === 'last block')
    return { ...scan, part: 'end of frame', remaining: scan.hasChecksum ? CHECKSUM_BYTES : 0 }
  return scan
}

function afterFrameHeader(head: Buffer, what: string): Scan {
  if (isSkippable(head)) return { part: 'end of frame', remaining: head.readUInt32LE(4), hasChecksum: false }
  if (head.readUInt32LE(0) !== FRAME_MAGIC)
    throw new YaguraError('INPUT_INVALID', `${what} cannot be unpacked: something that is not zstd follows a frame.`)
  return { part: 'block header', remaining: 0, hasChecksum: ((head[4] as number) & 4) !== 0 }
}

/** Last_Block (1 bit), Block_Type (2 bits; 1 is one repeated byte), Block_Size (21 bits). */
function afterBlockHeader(head: Buffer, scan: Scan, what: string): Scan {
  const header = head.readUIntLE(0, BLOCK_HEADER_BYTES)
  const type = (header >> 1) & 3
  if (type === 3)
    throw new YaguraError('INPUT_INVALID', `${what} cannot be unpacked: a zstd block is of a reserved type.`)
  return { ...scan, part: (header & 1) === 1 ? 'last block' : 'block', remaining: type === 1 ? 1 : header >> 3 }
}

function isSkippable(head: Buffer): boolean {
  return (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC
}

/** How many bytes a header has, as far as its beginning tells. */
function frameHeaderBytes(head: Buffer): number {
  if (head.length < 4) return 4
  if (isSkippable(head)) return SKIPPABLE_HEADER_BYTES
  if (head.length < 5) return 5
  const descriptor = head[4] as number
  const singleSegment = (descriptor >> 5) & 1
  const sizeFlag = descriptor >> 6
  const windowField = singleSegment ? 0 : 1
  const dictionaryField = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeField = sizeFlag === 0 ? singleSegment : 1 << sizeFlag
  return 5 + windowField + dictionaryField + sizeField
}
