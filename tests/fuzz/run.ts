// Cases of some parsers, in a thread of bounded memory that is ended when a case does not end; the parsers after it go on in another.
import { Worker } from 'node:worker_threads'
import type { Finding, Said, Work } from './worker.ts'

const HANG_MS = 20_000
const HEAP_MIB = 512

export interface RunOptions {
  readonly seed: number
  readonly first: number
  readonly cases: number
}

export async function runParsers(names: readonly string[], options: RunOptions): Promise<Finding[]> {
  const findings: Finding[] = []
  for (let left = names; left.length > 0; ) {
    const broken = await runThread(left, options, (finding) => findings.push(finding))
    if (broken === undefined) break
    left = left.slice(broken + 1)
  }
  return findings
}

/** The index of the parser that broke the thread; undefined: all were run. */
function runThread(
  names: readonly string[],
  { seed, first, cases }: RunOptions,
  tell: (finding: Finding) => void,
): Promise<number | undefined> {
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { parsers: names, seed, first, cases, progress } satisfies Work,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  })
  return new Promise((resolve) => {
    let isEnded = false
    let seen = ''
    let sinceMs = performance.now()
    const broken = (what: string) => {
      if (isEnded) return
      isEnded = true
      clearInterval(watch)
      const [at = 0, number = first] = progress
      tell({ parser: names[at] ?? '', seed, number, what })
      resolve(at)
    }
    const watch = setInterval(() => {
      const now = progress.join()
      if (now !== seen) {
        seen = now
        sinceMs = performance.now()
      } else if (performance.now() - sinceMs > HANG_MS) {
        broken(`does not end within ${HANG_MS / 1000} seconds`)
        void worker.terminate()
      }
    }, 200)
    worker.on('message', (said: Said) => {
      if ('finding' in said) return tell(said.finding)
      isEnded = true
      clearInterval(watch)
      resolve(undefined)
    })
    worker.on('error', (error) => broken(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    worker.on('exit', () => broken('the thread ended'))
  })
}
