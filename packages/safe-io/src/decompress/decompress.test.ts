import { createHash } from 'node:crypto'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { defaultLimits, toYaguraError } from '@yagura/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteBudget } from '../budget/budget.ts'
import { type Chunks, decompress, decompressEach } from './decompress.ts'

const MiB = 1024 * 1024

async function* chunksOf(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function options(overrides: { bytes?: number; ratio?: number; window?: number } = {}) {
  return {
    what: 'layer x',
    budget: createByteBudget(overrides.bytes ?? 64 * MiB, 'layer x'),
    expansionRatio: overrides.ratio ?? defaultLimits.expansionRatio,
    zstdWindowBytes: overrides.window ?? defaultLimits.zstdWindowBytes,
  }
}

async function unpack(source: Chunks, settings = options()): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of decompress(source, settings)) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts)
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'no failure'
  } catch (error) {
    return toYaguraError(error).code
  }
}

const text = Buffer.from('the same words again and again, '.repeat(20_000))
const windowLog = (log: number) => ({ params: { [constants.ZSTD_c_windowLog]: log } })

test.each([
  ['nothing', Buffer.alloc(0), Buffer.alloc(0)],
  ['plain bytes', text, text],
  ['gzip', gzipSync(text), text],
  ['gzip of several members', Buffer.concat([gzipSync(text), gzipSync('b')]), Buffer.concat([text, Buffer.from('b')])],
  ['zstd', zstdCompressSync(text), text],
  [
    'zstd of several frames',
    Buffer.concat([zstdCompressSync(text), zstdCompressSync('b')]),
    Buffer.concat([text, Buffer.from('b')]),
  ],
])('%s', async (_, packed, expected) => {
  expect(await unpack(chunksOf(packed))).toEqual(expected)
  expect(await unpack(chunksOf(packed, 3))).toEqual(expected)
})

const large = Buffer.concat(Array.from({ length: 30 }, (_, at) => Buffer.concat([Buffer.from(`${at} `), text])))

test.each([
  ['plain bytes', large],
  ['gzip', gzipSync(large, { level: 1 })],
  ['zstd', zstdCompressSync(large)],
])('%s, each chunk given back when it was taken: the same bytes, and those of the source stay', async (_, packed) => {
  const before = Buffer.from(packed)
  const taken = createHash('sha256')
  await decompressEach(chunksOf(packed, 100_000), options({ bytes: large.length }), (chunk) => taken.update(chunk))
  expect(taken.digest('hex')).toBe(createHash('sha256').update(large).digest('hex'))
  expect(packed.equals(before)).toBe(true)
})

test('what the taker throws stops the unpacking and passes through', async () => {
  const stop = new Error('enough')
  const work = decompressEach(chunksOf(gzipSync(large)), options({ bytes: large.length }), () => {
    throw stop
  })
  await expect(work).rejects.toBe(stop)
})

test.each([
  ['gzip', gzipSync(text)],
  ['zstd', zstdCompressSync(text)],
])('%s that is cut short is truncated, and what came before is given', async (_, packed) => {
  expect(await failure(unpack(chunksOf(packed.subarray(0, packed.length - 5))))).toBe('INPUT_TRUNCATED')
})

test('zstd frames of every size, skippable ones among them, in pieces of every size', async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const checksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(0, 1, 131_072, 700_000).map((length) => Buffer.alloc(length, 'r')),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(content, fc.boolean()), { maxLength: 6 }),
      fc.integer({ min: 1, max: 400 }),
      async (frames, size) => {
        const packed = frames.flatMap(([bytes, flag]) => [
          ...(flag ? [skippable] : []),
          zstdCompressSync(bytes, flag ? checksum : {}),
        ])
        expect(await unpack(chunksOf(Buffer.concat(packed), size))).toEqual(
          Buffer.concat(frames.map(([bytes]) => bytes)),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('gzip members of every size in pieces of every size', async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(0, 1, 65_536, 1_100_000).map((length) => Buffer.alloc(length, 'r')),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(content, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 400 }),
      async (members, size) => {
        const packed = members.map((bytes) => gzipSync(bytes))
        expect(await unpack(chunksOf(Buffer.concat(packed), size))).toEqual(Buffer.concat(members))
      },
    ),
    { numRuns: 60 },
  )
})

test('damaged and unknown packings', async () => {
  const damaged = Buffer.from(gzipSync(text))
  damaged.fill(0xff, 20, 60)
  expect(await failure(unpack(chunksOf(damaged)))).toBe('INPUT_INVALID')
  expect(await failure(unpack(chunksOf(Buffer.from('\xfd7zXZ\0rest', 'latin1'))))).toBe('INPUT_UNSUPPORTED')
})

test('a zstd window above the limit is refused', async () => {
  const noise = Buffer.alloc(3 * MiB, 'z')
  const packed = zstdCompressSync(noise, windowLog(27))
  const streamed = Buffer.from(packed)
  expect(await failure(unpack(chunksOf(streamed), options({ window: MiB })))).toBe('LIMIT_EXCEEDED')
})

test('a bomb stops at the byte budget', async () => {
  const bomb = gzipSync(Buffer.alloc(32 * MiB))
  expect(await failure(unpack(chunksOf(bomb), options({ bytes: 4 * MiB })))).toBe('LIMIT_EXCEEDED')
})

test('what follows the packed data is not passed over in silence', async () => {
  const packed = Buffer.concat([gzipSync(text), Buffer.alloc(300_000, 'x')])
  expect(await failure(unpack(chunksOf(packed, 100_000)))).toBe('INPUT_INVALID')
})

test('sources may use two buffers by turns', async () => {
  async function* byTurns(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
    const buffers = [Buffer.alloc(size), Buffer.alloc(size)] as const
    for (let at = 0, turn = 0; at < bytes.length; at += size, turn = 1 - turn)
      yield (buffers[turn] as Buffer).subarray(0, bytes.copy(buffers[turn] as Buffer, 0, at, at + size))
  }
  for (const pack of [gzipSync, zstdCompressSync, (bytes: Buffer) => bytes]) {
    for (const size of [3, 1000, 70_000]) expect((await unpack(byTurns(pack(text), size))).equals(text)).toBe(true)
    expect((await unpack(decompress(byTurns(gzipSync(pack(text)), 5000), options()))).equals(text)).toBe(true)
  }
})

test('a failure of the source passes through', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync(text).subarray(0, 50)
    throw Object.assign(new Error('disk gone'), { code: 'EIO' })
  }
  await expect(unpack(broken())).rejects.toThrow('disk gone')
})

test('a consumer that stops early closes the source', async () => {
  let closed = false
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      while (true) yield gzipSync(text)
    } finally {
      closed = true
    }
  }
  for await (const _ of decompress(source(), options())) break
  await new Promise((resolve) => setImmediate(resolve))
  expect(closed).toBe(true)
})

test('random bytes behind a magic number end in a coded error or in bytes', async () => {
  const magic = fc.constantFrom([0x1f, 0x8b, 8], [0x28, 0xb5, 0x2f, 0xfd], [0x50, 0x2a, 0x4d, 0x18], [])
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 300 }), async (head, rest) => {
      const code = await failure(unpack(chunksOf(Buffer.from([...head, ...rest]), 64)))
      expect(['no failure', 'INPUT_TRUNCATED', 'INPUT_INVALID', 'INPUT_UNSUPPORTED', 'LIMIT_EXCEEDED']).toContain(code)
    }),
    { numRuns: 200 },
  )
})
