// Reads, unpacks and hashes a part of a file in a thread of its own. Threads are kept for a moment, for the next layer.
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { YaguraError } from '@yagura/kernel'
import { freeBuffer } from './decompress.ts'
import { CREDIT, STOPPED, type ThreadReport, type UnpackedHashes, type UnpackOrder } from './unpack-order.ts'

/** Of a MiB each. While a file that takes long is looked at, as many wait behind it. */
const PARTS_UNDER_WAY = 6
const KEPT_MS = 1000
/** The thread has little of its own: what it unpacks does not lie in its heap. */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 }

const idle = new Map<Worker, NodeJS.Timeout>()

/** `take` is done with a part when it returns; what it throws stops the thread and is thrown again. Errors: those of `decompress`. */
export async function unpackAside(
  order: UnpackOrder,
  take: (part: Uint8Array) => void,
  signal?: AbortSignal,
): Promise<UnpackedHashes> {
  const thread = takeThread()
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
  shared[CREDIT] = PARTS_UNDER_WAY
  let failure: { readonly error: unknown } | undefined
  function takePart(bytes: Uint8Array): void {
    try {
      signal?.throwIfAborted()
      if (!failure) take(bytes)
    } catch (error) {
      failure ??= { error }
      Atomics.store(shared, STOPPED, 1)
    }
    freeBuffer(bytes)
    Atomics.add(shared, CREDIT, 1)
    Atomics.notify(shared, CREDIT)
  }
  const last = await new Promise<Exclude<ThreadReport, { kind: 'part' }>>((resolve, reject) => {
    thread.on('message', (report: ThreadReport) => {
      if (report.kind === 'part') takePart(report.bytes)
      else resolve(report)
    })
    thread.once('error', reject)
    thread.once('exit', () => reject(new YaguraError('INTERNAL', `The thread that unpacks ${order.what} ended.`)))
    thread.postMessage({ ...order, shared })
  })
  keepThread(thread)
  if (failure) throw failure.error
  if (last.kind === 'done') return last.hashes
  throw new YaguraError(last.code, last.message, last.hint === undefined ? {} : { hint: last.hint })
}

/** Starts threads ahead, so that they are there when what they are for has been loaded. */
export function prepareThreads(count: number): void {
  while (idle.size < count) keepThread(startThread())
}

function takeThread(): Worker {
  for (const [thread, timer] of idle) {
    clearTimeout(timer)
    idle.delete(thread)
    thread.removeAllListeners()
    thread.ref()
    return thread
  }
  return startThread()
}

function startThread(): Worker {
  return new Worker(new URL('./unpack-worker.ts', import.meta.url), { resourceLimits: HEAP, env: SHARE_ENV })
}

function keepThread(thread: Worker): void {
  thread.removeAllListeners()
  // one that fails while it waits is missed by nobody
  thread.once('error', () => end())
  // neither the thread nor the wait for its end keeps a program alive
  thread.unref()
  function end(): void {
    clearTimeout(idle.get(thread))
    idle.delete(thread)
    void thread.terminate()
  }
  idle.set(thread, setTimeout(end, KEPT_MS).unref())
}
