// The thread that reads, unpacks and hashes a part of a file, so that the program has its own core for what the bytes mean.
// Parts go out as whole buffers that are handed over, never copied; it waits when too many of them are under way.
import { parentPort } from 'node:worker_threads'
import { createHash, toYaguraError, YaguraError } from '@yagura/kernel'
import { createByteBudget } from '../budget/budget.ts'
import { readRangeSync } from '../file/range.ts'
import { decompressInto } from './decompress.ts'
import { CREDIT, STOPPED, type ThreadOrder, type ThreadReport, type UnpackedHashes } from './unpack-order.ts'

if (!parentPort) throw new YaguraError('INTERNAL', 'Unpacking on the side was started as a program.')
const port = parentPort

function report(one: ThreadReport, handed: readonly ArrayBuffer[] = []): void {
  port.postMessage(one, [...handed])
}

port.on('message', async (order: ThreadOrder) => {
  try {
    report({ kind: 'done', hashes: await unpack(order) })
  } catch (error) {
    const { code, message, hint } = toYaguraError(error)
    report({ kind: 'failed', code, message, hint })
  }
})

async function unpack(order: ThreadOrder): Promise<UnpackedHashes> {
  const { range, what, shared } = order
  const packed = order.packedHash === null ? null : createHash(order.packedHash)
  const unpacked = createHash(order.unpackedHash)
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const part of readRangeSync(range)) {
      packed?.update(part)
      yield part
    }
  }
  function send(bytes: Uint8Array<ArrayBuffer>): void {
    while (Atomics.load(shared, CREDIT) === 0) Atomics.wait(shared, CREDIT, 0)
    if (Atomics.load(shared, STOPPED) === 1) throw new YaguraError('INTERNAL', 'Unpacking was stopped.')
    Atomics.sub(shared, CREDIT, 1)
    report({ kind: 'part', bytes }, [bytes.buffer])
  }
  const parts = createParts(send)
  // the budget is kept by who gets the parts
  const options = { ...order, budget: createByteBudget(Number.MAX_SAFE_INTEGER, what) }
  try {
    await decompressInto(source(), options, (chunk, isOurs) => {
      unpacked.update(chunk)
      parts.add(chunk, isOurs)
    })
  } finally {
    // what came before a failure counts
    parts.flush()
  }
  return { packed: packed?.digest('hex') ?? null, unpacked: unpacked.digest('hex') }
}

/** Makes whole buffers of chunks: those that share a buffer go when it is full, and what is not ours is copied. */
function createParts(send: (bytes: Uint8Array<ArrayBuffer>) => void) {
  let held: { buffer: ArrayBuffer; start: number; end: number } | undefined
  function flush(): void {
    const whole = held
    held = undefined
    if (whole) send(new Uint8Array(whole.buffer, whole.start, whole.end - whole.start))
  }
  return {
    add(chunk: Uint8Array, isOurs: boolean): void {
      const { buffer, byteOffset, byteLength } = isOurs ? chunk : Uint8Array.from(chunk)
      if (!(buffer instanceof ArrayBuffer)) throw new YaguraError('INTERNAL', 'Unpacked bytes lie in shared memory.')
      if (held?.buffer === buffer && held.end === byteOffset) held.end += byteLength
      else {
        flush()
        held = { buffer, start: byteOffset, end: byteOffset + byteLength }
      }
      if (held.end === buffer.byteLength) flush()
    },
    flush,
  }
}
