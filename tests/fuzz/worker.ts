// Runs cases in a thread, and tells before each which one it is, so that one that never ends is known.
import { parentPort, workerData } from 'node:worker_threads'
import { inputOf } from './mutate.ts'
import type { FuzzedParser } from './parser.ts'
import { parserNamed } from './parsers/index.ts'

export interface Work {
  readonly parsers: readonly string[]
  readonly seed: number
  readonly first: number
  readonly cases: number
  /** [index of the parser, number of the case] that runs */
  readonly progress: Int32Array
}

export interface Finding {
  readonly parser: string
  readonly seed: number
  readonly number: number
  readonly what: string
}

export type Said = { readonly finding: Finding } | { readonly isDone: true }

const SLOW_MS = 2000

function say(said: Said): void {
  parentPort?.postMessage(said)
}

/** What nobody foresaw, of what was thrown. Coded errors of the product are refusals. */
async function complaintAbout(parser: FuzzedParser, bytes: Buffer): Promise<string | undefined> {
  try {
    await parser.parse(bytes)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof Error)) return String(thrown)
    return thrown.name === 'YaguraError' ? undefined : (thrown.stack ?? String(thrown))
  }
}

async function runCase(parser: FuzzedParser, bytes: Buffer): Promise<string | undefined> {
  const startedMs = performance.now()
  const complaint = await complaintAbout(parser, bytes)
  if (complaint !== undefined || performance.now() - startedMs < SLOW_MS) return complaint
  // another thread may have had the processor: what is slow is slow twice
  const againMs = performance.now()
  await complaintAbout(parser, bytes)
  const tookMs = Math.round(performance.now() - againMs)
  return tookMs < SLOW_MS ? undefined : `takes ${tookMs} ms for ${bytes.length} bytes`
}

const { parsers, seed, first, cases, progress } = workerData as Work
for (const [at, name] of parsers.entries()) {
  const parser = parserNamed(name)
  const seeds = parser.seeds()
  for (let number = first; number < first + cases; number++) {
    Atomics.store(progress, 1, number)
    Atomics.store(progress, 0, at)
    const what = await runCase(parser, inputOf(name, seeds, seed, number))
    if (what !== undefined) say({ finding: { parser: name, seed, number, what } })
  }
}
say({ isDone: true })
