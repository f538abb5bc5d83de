// A stretch of an open file, which another thread of this process can read by itself.
import { readSync } from 'node:fs'
import { YaguraError } from '@yagura/kernel'

export interface FileRange {
  readonly fd: number
  readonly startBytes: number
  readonly lengthBytes: number
  /** Named in errors. */
  readonly path: string
}

const PART_BYTES = 1024 * 1024

/** For threads that have nothing else to do. In two buffers by turns (see Chunks). Errors: INPUT_TRUNCATED when the file ends before the range. */
export function* readRangeSync({ fd, startBytes, lengthBytes, path }: FileRange): Generator<Uint8Array> {
  const end = startBytes + lengthBytes
  const buffers: Buffer[] = []
  let at = startBytes
  for (let turn = 0; at < end; turn = 1 - turn) {
    buffers[turn] ??= Buffer.allocUnsafeSlow(Math.min(PART_BYTES, end - at))
    const part = buffers[turn] as Buffer
    const bytesRead = readSync(fd, part, 0, Math.min(part.length, end - at), at)
    if (bytesRead === 0) throw new YaguraError('INPUT_TRUNCATED', `${path} ends too early.`)
    at += bytesRead
    yield part.subarray(0, bytesRead)
  }
}
