// Checks of this node: shortly after the start and every six hours, not at the same moment on every node. Results go to the server as
// runs; what it knows of the baseline is applied there.
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@yagura/kernel'
import { assetReport, type BatchItem, checkRun } from '@yagura/schema'
import { z } from 'zod'
import { runJob } from '../host/run-job.ts'
import type { CheckJob } from './check-job.ts'

export interface ComplianceOptions {
  /** content/checks */
  readonly content: string
  readonly nodeRoot: string
  readonly hostKey: string
  /** 0: never. */
  readonly periodMs: number
  readonly kubeconfig: string | null
  readonly credentials: string | null
  readonly probe: boolean
  readonly stateDirectory: string
  readonly logger: Logger
  readonly send: (items: readonly BatchItem[]) => void
  /** Containers of the last listing. */
  readonly containers: () => CheckJob['containers']
}

export interface Compliance {
  /** One round; rounds never overlap. */
  check(): Promise<void>
  stop(): Promise<void>
}

const outcome = z.object({
  runs: z.array(checkRun),
  assets: z.array(assetReport),
  problems: z.array(z.string()),
})
const JOB = join(import.meta.dirname, 'check-job.ts')
/** The first listing is there by then, and the node is not busy with its own start. */
const FIRST_MS = 30_000
const HEAP_MIB = 256
const REASON_MAX = 2000
/** How a pod finds its API server, and who it is. */
const PASSED = [
  'HOSTNAME',
  'POD_NAME',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
  'KUBERNETES_SERVICE_PORT_HTTPS',
]

export function startCompliance(options: ComplianceOptions): Compliance {
  const { logger, periodMs, stateDirectory } = options
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function round(): Promise<void> {
    const output = join(stateDirectory, 'check-runs.json')
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
    const { content, nodeRoot, hostKey, kubeconfig, credentials, probe } = options
    const asked = { content, nodeRoot, hostKey, kubeconfig, credentials, probe, output }
    const job: CheckJob = { ...asked, containers: options.containers() }
    const problem = await runJob(
      { program: JOB, job, heapMiB: HEAP_MIB, passed: PASSED, what: 'Checking' },
      stopping.signal,
    )
    if (stopping.signal.aborted) return
    if (problem !== undefined) {
      logger.warn({ reason: problem.slice(0, REASON_MAX) }, 'The checks of compliance could not be run.')
      return
    }
    try {
      const { runs, assets, problems } = outcome.parse(JSON.parse(readFileSync(output, 'utf8')))
      for (const reason of problems) logger.warn({ reason }, 'Something of the cluster could not be checked.')
      options.send([
        ...assets.map((asset): BatchItem => ({ item: 'asset', asset })),
        ...runs.map((run): BatchItem => ({ item: 'check-run', run })),
      ])
    } catch (error) {
      logger.warn({ err: error }, 'The results of the checks could not be read.')
    } finally {
      rmSync(output, { force: true })
    }
  }

  function check(): Promise<void> {
    running ??= round().finally(() => {
      running = undefined
    })
    return running
  }

  function plan(inMs: number): void {
    timer = setTimeout(
      () => void check().finally(() => (stopping.signal.aborted ? undefined : plan(periodMs))),
      // a tenth either way
      Math.round(inMs * (0.9 + randomInt(200) / 1000)),
    )
  }

  if (periodMs > 0) plan(FIRST_MS)
  return {
    check,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
