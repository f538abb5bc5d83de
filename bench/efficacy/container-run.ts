// One container from its start to its end: the service comes up, then the scripts run, and while the container is still there
// somebody looks at what they did.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { API, BACKUP, LAB, type PeerRecord } from '@yagura/testbed'
import { limitProcesses, processesOf, unifiedRoot } from './cgroup.ts'
import type { Profile } from './profile.ts'
import { ACCOUNT, DISK, ensureSource, LAB_PACKAGES, LAB_ROOT, type World } from './world.ts'

export interface Script {
  readonly id: string
  readonly script: string
}

export interface RunPlan {
  readonly image: string
  readonly profile: Profile
  readonly scripts: readonly Script[]
  readonly setup?: string | undefined
  /** Runs on the node beside the container, in the place of the scripts. */
  readonly nodeScript?: string | undefined
  readonly pauseS?: number
  /** Collect command lines while it runs, for effects that ask for processes. */
  readonly watchProcesses?: boolean
  readonly timeoutMs?: number
  /** Nothing more will come of it, as after a freeze. */
  readonly isOver?: (containerId: string) => boolean
  /** How long after the last script the agent may still say something. */
  readonly settleMs?: number
}

export interface ScriptRun {
  readonly id: string
  readonly startMs: number
  /** undefined: it did not come to its end. */
  readonly endMs: number | undefined
  readonly exitCode: number | undefined
}

export interface ContainerRun {
  readonly containerId: string
  readonly scripts: readonly ScriptRun[]
  readonly stdout: string
  readonly stderr: string
  /** The container's root as this machine sees it; only while `look` runs. */
  readonly root: string
  readonly pid: number
  readonly address: string
  readonly records: readonly PeerRecord[]
  readonly commandLines: ReadonlySet<string>
  readonly mostProcesses: number
  /** Answered over HTTP after all. */
  readonly serving: boolean
  /** Why it could not be run; undefined when it was. */
  readonly failure: string | undefined
  readonly environment: Readonly<Record<string, string>>
}

const READY_TIMEOUT_MS = 60_000
const SERVICE_PORT = 8090
let runs = 0

export async function runContainer<T>(
  world: World,
  plan: RunPlan,
  look: (run: ContainerRun) => Promise<T>,
): Promise<{ readonly run: ContainerRun; readonly seen: T }> {
  const { node, lab } = world
  const name = `case-${++runs}-${randomUUID().slice(0, 8)}`
  const shared = join(LAB_ROOT, name)
  const environment = environmentOf(name, plan)
  await Promise.all(plan.profile.sources.map((source) => ensureSource(node, source)))
  await writeShared(node.root + shared, node.root + LAB_PACKAGES, plan)
  const startedMs = Date.now()
  const child = node.spawnContainer({
    ...plan.profile.options,
    image: plan.image,
    name,
    command: ['/usr/local/bin/service-entry'],
    env: environment,
    // As an emptyDir in memory: what runtimes mount there by themselves is noexec.
    memoryDirectories: ['/dev/shm'],
    mounts: [
      ...(plan.profile.options.mounts ?? []),
      { source: shared, destination: '/lab', readOnly: true },
      { source: ACCOUNT, destination: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ],
  })
  const output = { stdout: '', stderr: '' }
  const scripts: ScriptRun[] = []
  let done = false
  let ended = false
  let setupFailed = false
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    if (output.stdout.length < MAX_OUTPUT) output.stdout += text
  })
  child.stderr?.setEncoding('latin1').on('data', (text: string) => {
    if (output.stderr.length < MAX_OUTPUT) output.stderr += text
    scripts.splice(0, scripts.length, ...marks(output.stderr, plan.scripts[0]?.id ?? ''))
    done = output.stderr.includes('\n@done ') || output.stderr.startsWith('@done ')
    setupFailed = output.stderr.includes('@setup-failed')
  })
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  void closed.then(() => {
    ended = true
  })
  child.on('error', () => {
    ended = true
  })

  const commandLines = new Set<string>()
  let mostProcesses = 0
  const observe = (pid: number) => {
    if (!plan.watchProcesses) return
    const lines = processesOf(pid)
    mostProcesses = Math.max(mostProcesses, lines.length)
    for (const line of lines) commandLines.add(line)
  }

  try {
    const pid = await firstProcess(world, name, () => ended)
    const address = pid === undefined ? '' : addressOf(pid, plan.profile.options.network === 'host')
    const base = `http://${address}:${environment.PORT ?? SERVICE_PORT}/`
    const up =
      pid !== undefined &&
      (await until(
        async () => (await lab.page(base)).status === 200,
        READY_TIMEOUT_MS,
        () => ended,
        300,
      ))
    if (pid !== undefined && up) {
      if (plan.profile.maxProcesses) limitProcesses(pid, node.name, name, plan.profile.maxProcesses)
      await writeFile(node.root + join(shared, 'go'), '')
      const finished = await until(
        async () => {
          observe(pid)
          return done || plan.isOver?.(name) === true
        },
        plan.timeoutMs ?? 45_000,
        () => ended,
        100,
      )
      if (plan.nodeScript !== undefined && finished)
        await runOnNode(world, plan.nodeScript, { ...environment, CID: name }, scripts, output)
      await sleep(plan.settleMs ?? 0)
    }
    const failure =
      pid === undefined || !up
        ? `the container did not come up: ${output.stderr.trim().slice(-300)}`
        : setupFailed
          ? `its set-up failed: ${output.stderr.trim().slice(-300)}`
          : undefined
    const run: ContainerRun = {
      containerId: name,
      scripts: [...scripts],
      ...output,
      stderr: output.stderr.replace(/^@.*\n?/gm, ''),
      root: `/proc/${pid}/root`,
      pid: pid ?? 0,
      address,
      records: lab
        .records(startedMs, plan.profile.options.network === 'host' ? undefined : address)
        .concat(lab.records(startedMs, '')),
      commandLines,
      mostProcesses,
      serving: up && (await lab.page(base)).status === 200,
      failure,
      environment,
    }
    return { run, seen: await look(run) }
  } finally {
    await thaw(world, name)
    await node.remove(name)
    child.kill('SIGKILL')
    await Promise.race([closed, sleep(5000)])
    await rm(node.root + shared, { recursive: true, force: true })
  }
}

const MAX_OUTPUT = 1 << 20

function environmentOf(name: string, plan: RunPlan): Record<string, string> {
  return {
    LAB,
    BACKUP,
    API,
    LABDISK: DISK,
    IMAGE: plan.image,
    HOSTNAME: name,
    DB_PASSWORD: 'lab-password',
    PAUSE_S: String(plan.pauseS ?? 1),
    ...(plan.profile.options.network === 'host' && { PORT: String(SERVICE_PORT + 1 + (runs % 1000)) }),
    HOME: plan.profile.nonRoot ? '/home/app' : '/root',
  }
}

async function writeShared(directory: string, packages: string, plan: RunPlan): Promise<void> {
  await mkdir(directory, { recursive: true })
  await cp(packages, directory, { recursive: true })
  if (plan.setup !== undefined) await writeFile(join(directory, 'setup'), plan.setup)
  if (plan.nodeScript !== undefined) return
  const [only] = plan.scripts
  if (plan.scripts.length === 1 && only !== undefined) return await writeFile(join(directory, 'action'), only.script)
  for (const [index, { id, script }] of plan.scripts.entries())
    await writeFile(join(directory, `step-${String(index).padStart(2, '0')}-${id}`), script)
}

/** `@start NAME SECONDS` and `@end NAME SECONDS CODE` of the entry script. */
function marks(stderr: string, only: string): ScriptRun[] {
  const runs = new Map<string, ScriptRun>()
  for (const [, word, name = '', seconds, code] of stderr.matchAll(/^@(start|end) (\S+) ([\d.]+)(?: (\d+))?$/gm)) {
    const atMs = Number(seconds) * 1000
    const id = name === 'action' ? only : name.replace(/^step-\d+-/, '')
    if (word === 'start') runs.set(name, { id, startMs: atMs, endMs: undefined, exitCode: undefined })
    const begun = runs.get(name)
    if (word === 'end' && begun) runs.set(name, { ...begun, endMs: atMs, exitCode: Number(code) })
  }
  return [...runs.values()]
}

async function runOnNode(
  world: World,
  script: string,
  environment: Readonly<Record<string, string>>,
  scripts: ScriptRun[],
  output: { stdout: string; stderr: string },
): Promise<void> {
  const startMs = Date.now()
  const pairs = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
  const answer = await world.node.command(['env', ...pairs, 'bash', '-c', script], { timeoutMs: 30_000 })
  output.stdout += answer.stdout
  output.stderr += answer.stderr
  scripts.push({ id: 'action', startMs, endMs: Date.now(), exitCode: answer.exitCode })
}

/** Process 1 of the container, as this machine counts. */
async function firstProcess(world: World, name: string, ended: () => boolean): Promise<number | undefined> {
  let pid: number | undefined
  const find = async () => {
    pid = hostPid(world, name)
    return pid !== undefined
  }
  await until(find, READY_TIMEOUT_MS, ended, 50)
  return pid
}

/** The lowest process of the container's control group. */
function hostPid(world: World, name: string): number | undefined {
  const path = `${unifiedRoot()}${world.node.cgroupPath}/default/${name}/cgroup.procs`
  try {
    const pids = readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).map(Number)
    return pids.find((pid) => commandLine(pid).includes('service-entry'))
  } catch {
    return undefined
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** The address on the bridge, from the process's own table of local routes (proc_pid_net_fib_trie). */
function addressOf(pid: number, host: boolean): string {
  if (host) return '127.0.0.1'
  const text = readFileSync(`/proc/${pid}/net/fib_trie`, 'utf8')
  return /(10\.88\.\d+\.\d+)\n\s+\/32 host LOCAL/.exec(text)?.[1] ?? ''
}

/** What a response has frozen cannot be removed. */
async function thaw(world: World, name: string): Promise<void> {
  const path = `${unifiedRoot()}${world.node.cgroupPath}/default/${name}/cgroup.freeze`
  await writeFile(path, '0').catch(() => {})
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function until(
  test: () => Promise<boolean>,
  timeoutMs: number,
  giveUp: () => boolean,
  everyMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs
  while (Date.now() < end) {
    if (await test()) return true
    if (giveUp()) return false
    await sleep(everyMs)
  }
  return false
}
