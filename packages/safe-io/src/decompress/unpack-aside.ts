// Reads, unpacks and hashes a part of a file in a thread of its own. Threads are kept for a moment, for the next layer.
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { YaguraError } from '@yagura/kernel'
import { freeBuffer } from './decompress.ts'
import { CREDIT, STOPPED, type ThreadReport, type UnpackedHashes, type UnpackOrder } from './unpack-order.ts'

/** Of a MiB each. While a file that takes long is looked at, or what looks at them is loaded, as many wait. */
const PARTS_UNDER_WAY = 10
const KEPT_MS = 1000
/** The thread has little of its own: what it unpacks does not lie in its heap. */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 }

/** Whose turn it is: what the worker says goes to the order it is at. */
interface Thread {
  readonly worker: Worker
  report: (report: ThreadReport) => void
  fail: (error: unknown) => void
}

const idle = new Map<Thread, NodeJS.Timeout>()

export interface AsideOptions {
  readonly signal?: AbortSignal | undefined
  /** Until then parts wait; when it fails, that is the failure of all. */
  readonly ready?: Promise<unknown> | undefined
}

/** `take` is done with a part when it returns; what it throws stops the thread and is thrown again. Errors: those of `decompress`. */
export async function unpackAside(
  order: UnpackOrder,
  take: (part: Uint8Array) => void,
  { signal, ready }: AsideOptions = {},
): Promise<UnpackedHashes> {
  const thread = takeThread()
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
  shared[CREDIT] = PARTS_UNDER_WAY
  let failure: { readonly error: unknown } | undefined
  let waiting: Uint8Array[] | undefined = ready && []
  function fail(error: unknown): void {
    failure ??= { error }
    Atomics.store(shared, STOPPED, 1)
  }
  function takeWaiting(): void {
    const parts = waiting ?? []
    waiting = undefined
    for (const part of parts) takePart(part)
  }
  const started = ready?.catch(fail).then(takeWaiting)
  function takePart(bytes: Uint8Array): void {
    try {
      signal?.throwIfAborted()
      if (!failure) take(bytes)
    } catch (error) {
      fail(error)
    }
    freeBuffer(bytes)
    Atomics.add(shared, CREDIT, 1)
    Atomics.notify(shared, CREDIT)
  }
  const last = await new Promise<Exclude<ThreadReport, { kind: 'part' }>>((resolve, reject) => {
    thread.report = (report) => {
      if (report.kind !== 'part') resolve(report)
      else if (waiting) waiting.push(report.bytes)
      else takePart(report.bytes)
    }
    thread.fail = reject
    thread.worker.postMessage({ ...order, shared })
  })
  await started
  keepThread(thread)
  if (failure) throw failure.error
  if (last.kind === 'done') return last.hashes
  throw new YaguraError(last.code, last.message, last.hint === undefined ? {} : { hint: last.hint })
}

/** Starts threads ahead, so that they are there when what they are for has been loaded. */
export function prepareThreads(count: number): void {
  while (idle.size < count) keepThread(startThread())
}

function takeThread(): Thread {
  for (const [thread, timer] of idle) {
    clearTimeout(timer)
    idle.delete(thread)
    thread.worker.ref()
    return thread
  }
  return startThread()
}

function startThread(): Thread {
  const worker = new Worker(new URL('./unpack-worker.ts', import.meta.url), { resourceLimits: HEAP, env: SHARE_ENV })
  const thread: Thread = { worker, report: () => {}, fail: () => {} }
  function ended(error: unknown): void {
    clearTimeout(idle.get(thread))
    idle.delete(thread)
    thread.fail(error)
  }
  worker.on('message', (report: ThreadReport) => thread.report(report))
  worker.on('error', ended)
  worker.on('exit', () => ended(new YaguraError('INTERNAL', 'The thread that unpacks layers ended.')))
  return thread
}

/** Neither the thread nor the wait for its end keeps a program alive. */
function keepThread(thread: Thread): void {
  thread.report = () => {}
  thread.fail = () => {}
  thread.worker.unref()
  const end = () => {
    idle.delete(thread)
    void thread.worker.terminate()
  }
  idle.set(thread, setTimeout(end, KEPT_MS).unref())
}
