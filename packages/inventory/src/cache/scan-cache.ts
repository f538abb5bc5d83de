// A directory of results that may be thrown away at any time: bounded, checked on reading, one file for each key. Anything wrong with
// it is as if the result were not there.

import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { createHash } from '@yagura/kernel'

export interface ScanCache {
  /** Whether there is something, without reading it. */
  has(key: string): boolean
  get(key: string): unknown
  /** A value of JSON. */
  put(key: string, value: unknown): void
}

export interface ScanCacheOptions {
  /** All files together; the least recently used go first. */
  readonly maxBytes?: number
}

const MiB = 1024 * 1024
const MAX_BYTES = 512 * MiB
/** One result, packed and unpacked. */
const MAX_PACKED_BYTES = 64 * MiB
const MAX_UNPACKED_BYTES = 512 * MiB
const CHECKSUM_BYTES = 32
const SUFFIX = '.zst'

export function openScanCache(directory: string, { maxBytes = MAX_BYTES }: ScanCacheOptions = {}): ScanCache {
  const pathOf = (key: string) => join(directory, `${sha256(key).toString('hex')}${SUFFIX}`)
  return {
    has: (key) => existsSync(pathOf(key)),
    get(key) {
      try {
        const path = pathOf(key)
        const value = unpack(read(path), key)
        const now = new Date()
        utimesSync(path, now, now)
        return value
      } catch {
        return undefined
      }
    },
    put(key, value) {
      try {
        const bytes = pack(value, key)
        if (bytes.length > Math.min(MAX_PACKED_BYTES, maxBytes)) return
        mkdirSync(directory, { recursive: true, mode: 0o700 })
        chmodSync(directory, 0o700)
        makeRoom(directory, maxBytes - bytes.length)
        const path = pathOf(key)
        const making = `${path}.${process.pid}.new`
        writeFileSync(making, bytes, { mode: 0o600, flag: 'wx' })
        renameSync(making, path)
      } catch {
        // a full or unwritable disk only makes the next scan slower
      }
    },
  }
}

/** Regular files of this user only: nobody else can have put a result here. */
function read(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(file)
    const isOurs = stats.isFile() && stats.uid === process.getuid?.() && stats.size <= MAX_PACKED_BYTES
    return isOurs ? readFileSync(file) : Buffer.alloc(0)
  } finally {
    closeSync(file)
  }
}

/** The checksum covers the key too, so that a renamed file is not taken for another's. */
function pack(value: unknown, key: string): Buffer {
  const packed = zstdCompressSync(JSON.stringify(value))
  return Buffer.concat([sha256(key, packed), packed])
}

function unpack(bytes: Buffer, key: string): unknown {
  const packed = bytes.subarray(CHECKSUM_BYTES)
  if (packed.length === 0 || !sha256(key, packed).equals(bytes.subarray(0, CHECKSUM_BYTES))) return undefined
  return JSON.parse(zstdDecompressSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8'))
}

function sha256(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const STALE_MS = 60 * 60 * 1000

function makeRoom(directory: string, maxBytes: number): void {
  const files = readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats ? [{ path, sizeBytes: stats.size, usedMs: stats.mtimeMs, isResult: name.endsWith(SUFFIX) }] : []
  })
  let total = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
    // what another process is still writing is left to it, unless it died
    if (!file.isResult && Date.now() - file.usedMs < STALE_MS) continue
    if (total <= maxBytes && file.isResult) continue
    rmSync(file.path, { force: true })
    total -= file.sizeBytes
  }
}
