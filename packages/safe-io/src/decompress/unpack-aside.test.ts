import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AsideOptions, prepareThreads, unpackAside } from './unpack-aside.ts'

let work = ''
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'yagura-aside-'))
})
afterAll(() => rmSync(work, { recursive: true }))

const MiB = 1024 * 1024
const noise = randomBytes(MiB)
const text = Buffer.concat([Buffer.alloc(3 * MiB, 'all work and no play\n'), noise, Buffer.alloc(5 * MiB + 17, 'x')])

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

interface Unpacked {
  readonly bytes: Buffer
  readonly hashes: { readonly packed: string | null; readonly unpacked: string }
}

/** What is stored lies between other bytes of the file. */
async function unpack(stored: Buffer, take?: (soFar: number) => void, options?: AsideOptions): Promise<Unpacked> {
  const path = join(work, `${sha256(stored)}.bin`)
  writeFileSync(path, Buffer.concat([Buffer.from('before'), stored, Buffer.from('behind')]))
  await using handle = await open(path)
  const parts: Buffer[] = []
  let total = 0
  const hashes = await unpackAside(
    {
      range: { fd: handle.fd, startBytes: 6, lengthBytes: stored.length, path },
      ...{ what: 'the layer', expansionRatio: 200, zstdWindowBytes: 8 * MiB },
      ...{ packedHash: 'sha256', unpackedHash: 'sha256' },
    },
    (part) => {
      parts.push(Buffer.from(part))
      total += part.length
      take?.(total)
    },
    options,
  )
  return { bytes: Buffer.concat(parts), hashes }
}

describe('a part of a file is unpacked and hashed in a thread', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['gzip of several members', Buffer.concat([gzipSync(text.subarray(0, 4 * MiB)), gzipSync(text.subarray(4 * MiB))])],
    ['zstd', zstdCompressSync(text)],
    ['nothing', text],
  ])('packed with %s', async (_, stored) => {
    const { bytes, hashes } = await unpack(stored)
    expect(sha256(bytes)).toBe(sha256(text))
    expect(hashes).toEqual({ packed: sha256(stored), unpacked: sha256(text) })
  })
})

it('two at once, in threads that were started before', async () => {
  prepareThreads(2)
  const [a, b] = await Promise.all([unpack(gzipSync(text)), unpack(gzipSync(noise))])
  expect([sha256(a.bytes), sha256(b.bytes)]).toEqual([sha256(text), sha256(noise)])
})

it('what came before the damage is given out, and then the error', async () => {
  const stored = gzipSync(text)
  let seen = 0
  const cut = unpack(stored.subarray(0, stored.length - 9), (total) => {
    seen = total
  })
  await expect(cut).rejects.toMatchObject({ code: 'INPUT_TRUNCATED', message: 'the layer ends too early.' })
  expect(seen).toBeGreaterThan(4 * MiB)
})

it('an error of who takes the parts stops the thread, which then works on', async () => {
  const failed = unpack(gzipSync(Buffer.concat([text, text, text])), () => {
    throw new RangeError('enough')
  })
  await expect(failed).rejects.toThrow('enough')
  expect(sha256((await unpack(gzipSync(text))).bytes)).toBe(sha256(text))
})

it('an aborted signal stops it with its reason', async () => {
  const stop = new AbortController()
  const aborted = unpack(gzipSync(text), () => stop.abort(new Error('no longer wanted')), {
    signal: stop.signal,
  })
  await expect(aborted).rejects.toThrow('no longer wanted')
})

const long = gzipSync(Buffer.concat([text, text, text]))

it('parts wait until somebody can take them, however many there are', async () => {
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  let isReady = false
  const unpacked = unpack(long, () => expect(isReady).toBe(true), { ready })
  // another layer goes through meanwhile
  await unpack(gzipSync(text))
  isReady = true
  resolve()
  expect((await unpacked).hashes.packed).toBe(sha256(long))
})

it('when nobody will take them, that is the failure', async () => {
  const ready = Promise.reject(new RangeError('not to be loaded'))
  ready.catch(() => {})
  await expect(unpack(long, undefined, { ready })).rejects.toThrow('not to be loaded')
  expect(sha256((await unpack(gzipSync(text))).bytes)).toBe(sha256(text))
})
