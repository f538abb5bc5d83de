// What the agent takes of a node: memory, processor time and how fast it says what it saw, with fifty containers that do 2,000 events a
// second in a sandboxed node, against a listener with real TLS. Memory and processor time are the kernel's figures of the agent's
// process (/proc/PID/smaps_rollup, /proc/PID/stat).
//   npm run bench -- agent [--containers 50] [--events 2000] [--seconds 60] [--profile FILE]
// A profile is taken through Node's inspector once the sensor is open (signals of --cpu-prof keep the kernel from loading it), and makes
// the agent dearer itself: read where the time goes, not how much it is.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchItem } from '@yagura/schema'
import { BENCH_IMAGE, benchImageArchive, defaultCacheDir, makeNode, type Node } from '@yagura/testbed'

export const about = 'the agent with 50 containers and 2,000 events/s: memory, CPU, event to alert, decision to freeze'

const AGENT = join(import.meta.dirname, '../apps/agent/src')
const MAIN = join(AGENT, 'main.ts')
const INSPECTOR_PORT = 21_150
const TICKS_PER_SECOND = 100
const SETTLE_MS = 15_000
const SAMPLE_MS = 1000
/** Events that one turn of the load makes: fork, exec, the libraries it opens, exit. */
const EVENTS_PER_TURN = 5
const ALERTS = 20
const ALERT_EVERY_MS = 700
const ATTACK = 'cp /bin/busybox /tmp/xmrig 2>/dev/null || cp /usr/bin/id /tmp/xmrig; exec /tmp/xmrig --donate-level 1'

/** The listener of the agent's own tests: it keeps every batch. */
interface TestServer {
  readonly batches: ReadonlyMap<string, { readonly batch: { readonly items: readonly BatchItem[] } }>
  token(): string
  close(): Promise<void>
}

async function openServer(): Promise<TestServer> {
  const { makeTestAuthority } = (await import(join(AGENT, 'testing/authority.ts'))) as {
    makeTestAuthority: () => Promise<unknown>
  }
  const { startTestServer } = (await import(join(AGENT, 'testing/server.ts'))) as {
    startTestServer: (authority: unknown) => Promise<TestServer>
  }
  return startTestServer(await makeTestAuthority())
}

interface Plan {
  readonly containers: number
  readonly events: number
  readonly seconds: number
  /** File that a profile of the agent is written to. */
  readonly profile: string | undefined
}

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string, otherwise: number) =>
    args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise
  const plan = {
    containers: option('--containers', 50),
    events: option('--events', 2000),
    seconds: option('--seconds', 60),
    profile: args.includes('--profile') ? args[args.indexOf('--profile') + 1] : undefined,
  }
  const directory = mkdtempSync('/tmp/yagura-bench-agent-')
  const closers: (() => Promise<unknown> | unknown)[] = [() => rmSync(directory, { recursive: true, force: true })]
  try {
    const server = await openServer()
    closers.push(() => server.close())
    const node = await makeNode({ name: `agent-${process.pid}`, sizeBytes: 4 * 2 ** 30 })
    closers.push(() => node.close())
    await node.importImage({ archive: await benchImageArchive(defaultCacheDir()), name: BENCH_IMAGE })
    await startLoad(node, plan)
    await measure(node, server, plan, directory)
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

/** Each container runs a small program again and again, so that all of them together make as many events as wanted. */
async function startLoad(node: Node, { containers, events }: Plan): Promise<void> {
  const pauseS = (containers * EVENTS_PER_TURN) / events
  const command = ['/bin/sh', '-c', `while :; do sleep ${pauseS.toFixed(3)}; done`]
  for (let first = 0; first < containers; first += 5) {
    const names = Array.from({ length: Math.min(5, containers - first) }, (_, index) => `load-${first + index}`)
    await Promise.all(names.map((name) => node.run({ image: BENCH_IMAGE, name, command })))
  }
}

async function measure(node: Node, server: TestServer, plan: Plan, directory: string): Promise<void> {
  const environment = {
    PATH: process.env.PATH,
    YAGURA_DATA_DIR: directory,
    YAGURA_RUNTIME_ROOT: node.root,
    YAGURA_HANDOVER_DIR: 'off',
    YAGURA_LOG_LEVEL: 'warn',
    // a round of checks runs in a process of its own
    YAGURA_COMPLIANCE_HOURS: '0',
  }
  // enrols once: what only that needs is not there when an enrolled agent starts
  await end(await start({ ...environment, YAGURA_ENROLMENT_TOKEN: server.token() }, server))
  const agent = await start(environment, server)
  try {
    await sleep(SETTLE_MS)
    const endProfile = plan.profile === undefined ? undefined : await startProfile(agent)
    const found = await watch(agent, server, plan)
    print(plan, found)
    if (plan.profile !== undefined) writeFileSync(plan.profile, JSON.stringify(await endProfile?.()))
    const alertMs = await alerts(node, server)
    console.log(`event to alert at the server, ${alertMs.length} times: ${percentiles(alertMs)} (goal: p99 100 ms)`)
    const after = memoryOf(agent.pid ?? 0)
    console.log(`memory afterwards: RSS ${after.rss.toFixed(0)} MiB, PSS ${after.pss.toFixed(0)} MiB`)
  } finally {
    await end(agent)
  }
}

async function start(env: NodeJS.ProcessEnv, server: TestServer): Promise<ChildProcess> {
  takeItems(server)
  const agent = spawn(process.execPath, [`--inspect-port=${INSPECTOR_PORT}`, MAIN], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const deadlineMs = Date.now() + 120_000
  while (!takeItems(server).some(({ item }) => item === 'inventory-complete')) {
    if (agent.exitCode !== null || Date.now() > deadlineMs) throw new Error('The agent did not start.')
    await sleep(200)
  }
  return agent
}

/** SIGUSR1 opens the inspector of a Node process (https://nodejs.org/api/debugger.html); what ends it gives the profile. */
async function startProfile(agent: ChildProcess): Promise<() => Promise<unknown>> {
  agent.kill('SIGUSR1')
  await sleep(500)
  const answer = await fetch(`http://127.0.0.1:${INSPECTOR_PORT}/json/list`)
  const [target] = (await answer.json()) as { readonly webSocketDebuggerUrl: string }[]
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  let number = 0
  function ask(method: string): Promise<unknown> {
    const id = ++number
    socket.send(JSON.stringify({ id, method }))
    return new Promise((resolve) =>
      socket.addEventListener('message', ({ data }) => {
        const said = JSON.parse(String(data)) as {
          readonly id?: number
          readonly result?: { readonly profile?: unknown }
        }
        if (said.id === id) resolve(said.result?.profile)
      }),
    )
  }
  await ask('Profiler.enable')
  await ask('Profiler.start')
  return async () => {
    const profile = await ask('Profiler.stop')
    socket.close()
    return profile
  }
}

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null) return
  const ended = new Promise((resolve) => agent.once('exit', resolve))
  agent.kill('SIGINT')
  await ended
}

/** Items that came since the last call. What came before is not looked through again: the listener shares this thread. */
function takeItems({ batches }: TestServer): BatchItem[] {
  const fresh = [...batches.values()].slice(taken).flatMap(({ batch }) => batch.items)
  taken = batches.size
  return fresh
}

let taken = 0

interface Found {
  readonly memory: readonly Memory[]
  readonly cpuShare: number
  readonly eventsPerSecond: number
  readonly sentPerSecond: number
  readonly lost: number
}

async function watch(agent: ChildProcess, server: TestServer, { seconds }: Plan): Promise<Found> {
  const pid = agent.pid ?? 0
  const memory: Memory[] = []
  takeItems(server)
  const startMs = performance.now()
  const startTicks = ticksOf(pid)
  while (performance.now() - startMs < seconds * 1000) {
    await sleep(SAMPLE_MS)
    memory.push(memoryOf(pid))
  }
  const elapsedS = (performance.now() - startMs) / 1000
  const cpuS = (ticksOf(pid) - startTicks) / TICKS_PER_SECOND
  const items = takeItems(server)
  const health = items.flatMap((item) => (item.item === 'health' ? [item.health] : []))
  const [first, last] = [health[0], health.at(-1)]
  const healthS = first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0
  return {
    memory,
    cpuShare: cpuS / elapsedS,
    eventsPerSecond: first && last && healthS > 0 ? (last.eventsRead - first.eventsRead) / healthS : Number.NaN,
    sentPerSecond: items.length / elapsedS,
    lost: (last?.eventsLost ?? 0) - (first?.eventsLost ?? 0),
  }
}

function print({ containers, seconds }: Plan, found: Found): void {
  const { memory, cpuShare, eventsPerSecond, sentPerSecond, lost } = found
  const rss = memory.map((one) => one.rss)
  const pss = memory.map((one) => one.pss)
  const [load = 0] = loadavg()
  console.log(
    `${containers} containers, ${seconds} s, load of the machine ${load.toFixed(1)}: ${eventsPerSecond.toFixed(0)} events/s read, ` +
      `${sentPerSecond.toFixed(0)} items/s sent, ${lost} lost`,
  )
  console.log(
    `memory: RSS ${Math.min(...rss).toFixed(0)} to ${Math.max(...rss).toFixed(0)} MiB, PSS ${Math.max(...pss).toFixed(0)} MiB, ` +
      `anonymous ${Math.max(...memory.map((one) => one.anonymous)).toFixed(0)} MiB (goal: 150)`,
  )
  console.log(
    `processor: ${(100 * cpuShare).toFixed(1)} % of a core (goal: 2), ${((cpuShare / eventsPerSecond) * 1e6).toFixed(1)} µs an event`,
  )
}

/** A program in a container becomes an attack; how long until the server has the signal. */
async function alerts(node: Node, server: TestServer): Promise<number[]> {
  const delays: number[] = []
  for (let number = 0; number < ALERTS; number++) {
    takeItems(server)
    await node.exec(`load-${number}`, ['/bin/sh', '-c', ATTACK]).catch(() => undefined)
    const deadlineMs = Date.now() + 5000
    let delayMs: number | undefined
    while (delayMs === undefined && Date.now() < deadlineMs) {
      await sleep(1)
      delayMs = arrivalOf(server)
    }
    if (delayMs !== undefined) delays.push(delayMs)
    await sleep(ALERT_EVERY_MS)
  }
  return delays
}

const seen = new Map<string, number>()

/** From the event's own time to the moment its batch was here. */
function arrivalOf(server: TestServer): number | undefined {
  for (const item of takeItems(server)) {
    if (item.item !== 'signal' || !item.signal.rule.includes('miner')) continue
    if (seen.has(item.signal.id)) continue
    const delayMs = Date.now() - Date.parse(item.signal.at)
    seen.set(item.signal.id, delayMs)
    return delayMs
  }
  return undefined
}

function percentiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return `median ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms`
}

interface Memory {
  readonly rss: number
  readonly pss: number
  readonly anonymous: number
}

/** MiB. */
function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024
  return { rss: of('Rss'), pss: of('Pss'), anonymous: of('Anonymous') }
}

/** Time in user and kernel mode: proc_pid_stat(5), fields 14 and 15. */
function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
