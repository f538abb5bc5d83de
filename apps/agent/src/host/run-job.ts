// A job in a process of its own and of low priority, away from the path of events: what reads strangers' files may be ended at any
// time. The job comes on standard input; a failure is one sentence on standard output.
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

export interface JobProgram {
  /** Module that runs the job. */
  readonly program: string
  readonly job: object
  readonly heapMiB: number
  /** Settings of the agent that the job needs beside PATH; no others go along, for the enrolment token is among them. */
  readonly passed?: readonly string[]
  /** What it was doing, for the sentence when it says none: `Reading the image`. */
  readonly what: string
}

const TIMEOUT_MS = 10 * 60_000
const SENTENCE_MAX = 4000

/** Undefined when the job was done, else why not. */
export function runJob({ program, job, heapMiB, passed = [], what }: JobProgram, signal: AbortSignal) {
  return new Promise<string | undefined>((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '', ...chosen(passed) },
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
      else resolve(sentence || `${what} was ended (${killedBy ?? `exit code ${code}`}).`)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(job))
    if (child.pid !== undefined) lowerPriority(child.pid)
  })
}

function chosen(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // it has ended already
  }
}
