// Unpacks a stream, whatever it is packed with, under a budget. gunzip runs on libuv's threads, so hashing and tar walking overlap with it.
import type { Transform } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { YaguraError } from '@yagura/kernel'
import { type ByteBudget, checkExpansion } from '../budget/budget.ts'
import { type Compression, detectCompression } from './detect.ts'
import { zstdFrames } from './zstd-frames.ts'

/** A chunk may be overwritten when the next but one is asked for: what is to stay longer must be copied. */
export type Chunks = AsyncIterable<Uint8Array>

export interface DecompressOptions {
  /** Named in errors: `layer sha256:…`. */
  readonly what: string
  readonly budget: ByteBudget
  readonly expansionRatio: number
  readonly zstdWindowBytes: number
}

/**
 * Measured on layers of 170 and 600 MB: output in chunks of 1 MiB saves a third of gunzip's time over the default 16 KiB, and two of
 * them in store let unpacking go on while what came before is hashed. More in store costs memory and saves nothing. In object mode each
 * chunk stays a buffer of its own; otherwise those in store are copied into one when they are read.
 */
export const UNPACK_BUFFERS = { chunkSize: 1024 * 1024, readableObjectMode: true, readableHighWaterMark: 2 } as const
const MAGIC_BYTES = 6
const GOES_ON = 'Packed data goes on after its end.'

/** The unpacked bytes. Errors: INPUT_TRUNCATED, INPUT_INVALID, INPUT_UNSUPPORTED, LIMIT_EXCEEDED; those of the source pass through. */
export async function* decompress(source: Chunks, options: DecompressOptions): AsyncGenerator<Uint8Array> {
  for await (const { chunk } of unpackedChunks(source, options)) yield chunk
}

/**
 * The same for who is done with each chunk when `take` returns: its memory is given back at once. Left to garbage collection, the
 * buffers of a layer make for dozens of full collections.
 */
export async function decompressEach(
  source: Chunks,
  options: DecompressOptions,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  for await (const { chunk, isOurs } of unpackedChunks(source, options)) {
    take(chunk)
    if (isOurs && isLastOfBuffer(chunk)) freeBuffer(chunk)
  }
}

/** For who takes the memory of the chunks over: `isOurs` when nobody else will touch the buffer, once its last chunk was given out. */
export async function decompressInto(
  source: Chunks,
  options: DecompressOptions,
  take: (chunk: Uint8Array, isOurs: boolean) => void,
): Promise<void> {
  for await (const { chunk, isOurs } of unpackedChunks(source, options)) take(chunk, isOurs)
}

/** zlib fills a buffer from front to back, in one chunk or several. With the chunk that ends where the buffer ends, it is done with it. */
export function isLastOfBuffer({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  return byteOffset + byteLength === buffer.byteLength
}

/** Gives the memory back at once. */
export function freeBuffer({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
}

/** Node cuts what is small from a buffer that others have parts of. */
const OWN_BUFFER_BYTES = 64 * 1024

/** The same for bytes of which nobody has a part any more, if they fill a buffer of their own. What is small is left to garbage collection. */
export function freeOwnBuffer(bytes: Uint8Array): void {
  const { buffer, byteOffset, byteLength } = bytes
  // what zlib unpacks in one go has room for a byte more
  if (byteOffset === 0 && byteLength > OWN_BUFFER_BYTES && byteLength + 1 >= buffer.byteLength) freeBuffer(bytes)
}

interface UnpackedChunk {
  readonly chunk: Uint8Array
  /** It was made here, not by the source. */
  readonly isOurs: boolean
}

async function* unpackedChunks(source: Chunks, options: DecompressOptions): AsyncGenerator<UnpackedChunk> {
  let packedBytes = 0
  const { head, rest } = await peek(source, MAGIC_BYTES)
  const counted = async function* () {
    for await (const chunk of rest) {
      packedBytes += chunk.length
      yield chunk
    }
  }
  const compression = detectCompression(head)
  const isOurs = compression !== 'none'
  let unpackedBytes = 0
  for await (const chunk of unpack(counted(), compression, options)) {
    unpackedBytes += chunk.length
    options.budget.spend(chunk.length)
    checkExpansion(packedBytes, unpackedBytes, options.expansionRatio, options.what)
    yield { chunk, isOurs }
  }
}

function unpack(source: Chunks, compression: Compression, options: DecompressOptions): Chunks {
  switch (compression) {
    case 'none':
      return source
    case 'gzip':
      return through(source, createGunzip(UNPACK_BUFFERS), options.what)
    case 'zstd': {
      const windowLog = Math.floor(Math.log2(options.zstdWindowBytes))
      const params = { [constants.ZSTD_d_windowLogMax]: windowLog }
      return through(
        zstdFrames(source, options.what),
        createZstdDecompress({ ...UNPACK_BUFFERS, params }),
        options.what,
      )
    }
    default:
      throw new YaguraError('INPUT_UNSUPPORTED', `${options.what} is packed with ${compression}, which is not read.`, {
        hint: 'Pack it again with gzip or zstd.',
      })
  }
}

async function* through(source: Chunks, transform: Transform, what: string): AsyncGenerator<Uint8Array> {
  const feeding = feed(source, transform).catch((error: unknown) => error)
  try {
    yield* transform
  } catch (error) {
    throw explain((await feeding) ?? error, what)
  }
  const failure = await feeding
  if (failure) throw explain(failure, what)
}

/** While one chunk is unpacked the next is asked for, and none beyond it: sources have two buffers. */
async function feed(source: Chunks, transform: Transform): Promise<void> {
  let settle: (error?: Error | null) => void = () => {}
  // a stream that is destroyed does not call back for what it is at
  transform.once('close', () => settle(transform.errored ?? new YaguraError('INPUT_INVALID', GOES_ON)))
  transform.on('error', () => {})
  const write = (chunk: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve())
      transform.write(chunk, settle)
    })
  let written = Promise.resolve()
  try {
    for await (const chunk of source) {
      await written
      written = write(chunk)
      written.catch(() => {})
    }
    await written
    transform.end()
  } catch (error) {
    transform.destroy(error instanceof Error ? error : undefined)
    throw error
  }
}

function explain(error: unknown, what: string): unknown {
  if (error instanceof YaguraError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return new YaguraError('INPUT_TRUNCATED', `${what} ends too early.`, { cause: error })
  if (code === 'ZSTD_error_frameParameter_windowTooLarge')
    return new YaguraError('LIMIT_EXCEEDED', `${what} asks for a larger zstd window than is allowed.`, { cause: error })
  if (code.startsWith('Z_') || code.startsWith('ZSTD_') || code.startsWith('ERR_'))
    return new YaguraError('INPUT_INVALID', `${what} cannot be unpacked: ${error.message}.`, { cause: error })
  return error
}

/** The first bytes of a stream, and the whole stream again. */
async function peek(source: Chunks, bytes: number): Promise<{ head: Uint8Array; rest: Chunks }> {
  const iterator = source[Symbol.asyncIterator]()
  const taken: Uint8Array[] = []
  let length = 0
  while (length < bytes) {
    const next = await iterator.next()
    if (next.done) break
    taken.push(length === 0 && next.value.length >= bytes ? next.value : Buffer.from(next.value))
    length += next.value.length
  }
  const rest = async function* () {
    try {
      yield* taken
      while (true) {
        const next = await iterator.next()
        if (next.done) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return { head: Buffer.concat(taken).subarray(0, bytes), rest: rest() }
}
