// `yagura agent watch` over the sandboxed node, as a child: what it prints, kept by container.
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { IncidentReport, ResponseAction, RuntimeFinding, Signal } from '@yagura/schema'
import type { World } from './world.ts'

/** One line and when the agent decided it. */
export interface Said<T> {
  readonly atMs: number
  readonly value: T
}

export interface Watch {
  readonly signals: readonly Said<Signal>[]
  readonly findings: readonly Said<RuntimeFinding>[]
  readonly incidents: readonly Said<IncidentReport>[]
  readonly actions: readonly Said<ResponseAction>[]
  readonly gaps: ReadonlyMap<string, number>
  /** Throws when the agent is not there any more: what it does not say then means nothing. */
  check(): void
  /** Ends the agent; its state stays in the directory. */
  stop(): Promise<void>
}

const CLI = join(import.meta.dirname, '../../apps/cli/src/main.ts')
const READY_TIMEOUT_MS = 90_000
const STOP_TIMEOUT_MS = 15_000

export interface WatchOptions {
  /** Name of its state; the same name goes on with what was learnt. */
  readonly name: string
  readonly policy?: string
}

interface Line {
  readonly kind: string
  /** Of the line `ready`. */
  readonly sensor?: string
  readonly at?: string | number
  readonly signal?: Signal
  readonly finding?: RuntimeFinding
  readonly incident?: IncidentReport
  readonly action?: ResponseAction
  readonly gap?: { readonly code?: string; readonly count?: number; readonly reason?: string }
}

export async function startWatch(world: World, options: WatchOptions): Promise<Watch> {
  const { node, directory } = world
  const state = join(directory, `state-${options.name}`)
  const argv = [CLI, 'agent', 'watch', '--scope-cgroup', node.cgroupPath, '--root', node.root, '--state', state]
  if (options.policy !== undefined) argv.push('--policy', options.policy)
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  const log = createWriteStream(join(process.env.YAGURA_BENCH_LOG ?? directory, `watch-${options.name}.log`), {
    flags: 'a',
  })
  let tail = ''
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk).slice(-4000)
    log.write(chunk)
  })
  const signals: Said<Signal>[] = []
  const findings: Said<RuntimeFinding>[] = []
  const incidents: Said<IncidentReport>[] = []
  const actions: Said<ResponseAction>[] = []
  const gaps = new Map<string, number>()
  let lastGap = ''
  const take = (line: Line) => {
    const atMs = line.at === undefined ? Date.now() : new Date(line.at).getTime()
    if (line.signal) signals.push({ atMs, value: line.signal })
    if (line.finding) findings.push({ atMs, value: line.finding })
    if (line.incident) incidents.push({ atMs, value: line.incident })
    if (line.action) actions.push({ atMs, value: line.action })
    if (line.gap) lastGap = line.gap.reason ?? ''
    if (line.gap) gaps.set(line.gap.code ?? '', (gaps.get(line.gap.code ?? '') ?? 0) + (line.gap.count ?? 1))
  }
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`yagura agent watch ${why}: ${tail.trim()}`))
    const timer = setTimeout(() => fail('was not ready in time'), READY_TIMEOUT_MS)
    child.once('exit', (code) => fail(`ended with ${code}`))
    createInterface({ input: child.stdout }).on('line', (text) => {
      log.write(`${text}\n`)
      const line = parsed(text)
      if (line === undefined) return
      if (line.kind !== 'ready') return take(line)
      // What lives shorter than half a second is missed without the kernel's help: no figure would mean anything.
      if (line.sensor !== 'ebpf') return fail(`has no eBPF sensor (${line.sensor}): ${lastGap}`)
      clearTimeout(timer)
      resolve()
    })
  }).catch((error: unknown) => {
    child.kill('SIGTERM') // which it hands on to the agent
    throw error
  })
  if (tail.includes('policy cannot be used')) {
    child.kill('SIGTERM') // which it hands on to the agent
    throw new Error(`The policy of the bench is not in force: ${tail.trim()}`)
  }
  const check = () => {
    if (child.exitCode === null && child.signalCode === null) return
    throw new Error(`yagura agent watch ended by itself (${child.exitCode ?? child.signalCode}): ${tail.trim()}`)
  }
  return { signals, findings, incidents, actions, gaps, check, stop: () => stop(child) }
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(timer)
}
