// One program of Yagura as a child process: its log goes to a file. Dies with the test.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './requirements.ts'
import { pause } from './until.ts'

export interface ServiceOptions {
  /** Below the checkout: apps/server/src/main.ts. */
  readonly program: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  /** As a user without rights, where the test itself runs as root. */
  readonly asNobody?: boolean
}

export interface Service {
  readonly pid: number
  readonly logFile: string
  /** undefined while it runs. */
  exit(): { readonly code: number | null; readonly signal: string | null } | undefined
  signal(name: NodeJS.Signals): void
  /** SIGTERM, then SIGKILL when that does not end it. */
  stop(): Promise<void>
}

const STOP_MS = 20_000

/** Debian's numbers of nobody and nogroup. */
export const NOBODY = 65_534

export function startService({ program, args = [], env, logFile, asNobody = false }: ServiceOptions): Service {
  const log = openSync(logFile, 'a')
  const user = asNobody && process.getuid?.() === 0 ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []
  const argv = [...user, '--pdeathsig', 'TERM', '--', process.execPath, join(checkout, program), ...args]
  const child = spawn('setpriv', argv, {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let exit: ReturnType<Service['exit']>
  const ended = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      exit = { code, signal }
      resolve()
    })
    child.on('error', () => resolve())
  })
  return {
    pid: child.pid ?? 0,
    logFile,
    exit: () => exit,
    signal: (name) => void child.kill(name),
    stop: () => stop(child, ended),
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM')
  await Promise.race([ended, pause(STOP_MS)])
  child.kill('SIGKILL')
  await ended
}
