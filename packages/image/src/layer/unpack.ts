// The stored bytes of a layer → its tar stream, hashed on both sides. Where they lie in a file and are many, a thread of its own does it.

import { availableParallelism } from 'node:os'
import { createHash } from '@yagura/kernel'
import { type ByteBudget, decompressEach, type UnpackedHashes, type UnpackOrder, unpackAside } from '@yagura/safe-io'
import { LARGE_LAYER_BYTES, type StoredLayer } from './stored.ts'

export interface UnpackOptions extends Omit<UnpackOrder, 'range'> {
  readonly budget: ByteBudget
  readonly signal: AbortSignal | undefined
  readonly ready: Promise<unknown> | undefined
}

/** Throws what `take` and `decompress` throw, and when aborted. */
export async function unpackLayer(
  stored: StoredLayer,
  options: UnpackOptions,
  take: (chunk: Uint8Array) => void,
): Promise<UnpackedHashes> {
  await using range = await stored.file?.()
  if (!range || range.lengthBytes < LARGE_LAYER_BYTES || availableParallelism() < 2)
    return unpackHere(stored, options, take)
  const { what, expansionRatio, zstdWindowBytes, packedHash, unpackedHash, budget, signal, ready } = options
  const { fd, startBytes, lengthBytes, path } = range
  const order = {
    range: { fd, startBytes, lengthBytes, path },
    ...{ what, expansionRatio, zstdWindowBytes, packedHash, unpackedHash },
  }
  return await unpackAside(
    order,
    (part) => {
      budget.spend(part.length)
      take(part)
    },
    { signal, ready },
  )
}

async function unpackHere(
  stored: StoredLayer,
  options: UnpackOptions,
  take: (chunk: Uint8Array) => void,
): Promise<UnpackedHashes> {
  await options.ready
  const packed = options.packedHash === null ? null : createHash(options.packedHash)
  const unpacked = createHash(options.unpackedHash)
  async function* source(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stored.open()) {
      options.signal?.throwIfAborted()
      packed?.update(chunk)
      yield chunk
    }
  }
  await decompressEach(source(), options, (chunk) => {
    unpacked.update(chunk)
    take(chunk)
  })
  return { packed: packed?.digest('hex') ?? null, unpacked: unpacked.digest('hex') }
}
