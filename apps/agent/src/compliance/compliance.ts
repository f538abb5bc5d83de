// Checks of this node: shortly after the start and every six hours, not at the same moment on every node. Results go to the server as
// runs; what it knows of the baseline is applied there.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@yagura/kernel'
import { assetReport, type BatchItem, checkRun } from '@yagura/schema'
import { z } from 'zod'
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
const TIMEOUT_MS = 10 * 60_000
const HEAP_MIB = 256
const SENTENCE_MAX = 2000

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
    const problem = await runJob({ ...asked, containers: options.containers() }, stopping.signal)
    if (stopping.signal.aborted) return
    if (problem !== undefined) {
      logger.warn({ reason: problem }, 'The checks of compliance could not be run.')
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

/** How a pod finds its API server, and who it is. */
const PASSED = [
  'PATH',
  'HOSTNAME',
  'POD_NAME',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
  'KUBERNETES_SERVICE_PORT_HTTPS',
]

function onlyNeeded(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

/** Undefined when the runs were written, else why not. */
function runJob(job: CheckJob, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, JOB], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // nothing of the agent's settings (the enrolment token) goes to a process that reads strangers' files
      env: onlyNeeded(process.env),
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      signal,
    })
    let sentence = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      sentence = (sentence + text).slice(0, SENTENCE_MAX)
    })
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(undefined)
      else resolve(sentence || `Checking was ended (${killedBy ?? `exit code ${code}`}).`)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(job))
    try {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
    } catch {
      // it has ended already
    }
  })
}
