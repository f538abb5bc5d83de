import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createForwardReader } from './forward-reader.ts'

const stream = Buffer.from(Array.from({ length: 500 }, (_, at) => at % 251))

function readerOf(chunkBytes: number) {
  let started = 0
  let closed = 0
  async function* chunks(): AsyncGenerator<Uint8Array> {
    started++
    try {
      for (let at = 0; at < stream.length; at += chunkBytes) yield stream.subarray(at, at + chunkBytes)
    } finally {
      closed++
    }
  }
  return { reader: createForwardReader(chunks), started: () => started, closed: () => closed }
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

test('any ranges in any order, two at a time, have the bytes of the stream', async () => {
  const range = fc
    .tuple(fc.nat(499), fc.nat(200))
    .map(([start, length]) => ({ start, length: Math.min(length, 500 - start) }))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(range, range), { maxLength: 6 }),
      fc.integer({ min: 1, max: 90 }),
      async (pairs, chunkBytes) => {
        const { reader, started, closed } = readerOf(chunkBytes)
        for (const pair of pairs) {
          const read = await Promise.all(pair.map(({ start, length }) => whole(reader.range(start, length))))
          expect(read).toEqual(pair.map(({ start, length }) => stream.subarray(start, start + length)))
        }
        await reader.close()
        expect(closed()).toBe(started())
      },
    ),
  )
})

test('ranges in order start the stream once', async () => {
  const { reader, started } = readerOf(64)
  for (const start of [0, 100, 300]) await whole(reader.range(start, 50))
  expect(started()).toBe(1)
})

test('a range that is left half-way closes its stream; one beyond the end is truncated', async () => {
  const { reader, closed } = readerOf(10)
  for await (const _ of reader.range(0, 100)) break
  expect(closed()).toBe(1)
  await expect(whole(reader.range(400, 200))).rejects.toMatchObject({ code: 'INPUT_TRUNCATED' })
})
