// The agent against the real server with its real database, as two processes: enrolment, and a server that is killed while
// things happen. Needs root, for kernel events and because the server is started as `nobody`.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { storedEvent } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol } from './identity/enrol.ts'
import { sayWhatIsMissing } from './testing/skip.ts'

const isLeftOut = sayWhatIsMissing(
  'The agent with the real server',
  process.getuid?.() === 0 ? undefined : 'this is not root',
)
const NOBODY = { uid: 65_534, gid: 65_534 }
const APPS = join(import.meta.dirname, '../..')
const data = mkdtempSync('/tmp/yg-agent-server-')
const adminSocket = join(data, 'server/run/admin.sock')
const running = new Set<ChildProcess>()
let cookie = ''
/** Of the console and of agents; free when the test begins, for several checkouts may be tested at once. */
let ports: readonly [number, number] = [0, 0]

interface Status {
  readonly ready: boolean
  readonly firstSignInUrl: string | null
}

function start(program: string, env: Record<string, string>, ids: { uid?: number; gid?: number } = {}): ChildProcess {
  const child = spawn(process.execPath, [join(APPS, program, 'src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      HOME: data,
      YAGURA_DATA_DIR: data,
      YAGURA_LOG_LEVEL: 'error',
      YAGURA_HANDOVER_DIR: 'off',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
    ...ids,
  })
  running.add(child)
  return child
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  running.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  return ended
}

/** One request of the machine's administrator. */
function admin<T>(method: string, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request({ socketPath: adminSocket, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(JSON.parse(text)))
    })
    asked.on('error', reject)
    asked.end(method === 'POST' ? '{}' : undefined)
  })
}

async function until<T>(find: () => Promise<T | undefined>, what: string): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await find().catch(() => undefined)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what} did not come.`)
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function startServer(): Promise<{ server: ChildProcess; status: Status }> {
  const server = start('server', { YAGURA_PORT: String(ports[0]), YAGURA_AGENT_PORT: String(ports[1]) }, NOBODY)
  const status = await until(async () => {
    const now = await admin<Status>('GET', '/status')
    return now.ready ? now : undefined
  }, 'The server')
  return { server, status }
}

async function api(path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${ports[0]}/api/v1${path}`, { headers: { cookie } })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.json()
}

async function signIn(url: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${ports[0]}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(url).hash.slice(1) }),
  })
  cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}

let server: ChildProcess

beforeAll(async () => {
  if (isLeftOut) return
  execFileSync('chmod', ['755', data])
  mkdirSync(join(data, 'server'))
  chownSync(join(data, 'server'), NOBODY.uid, NOBODY.gid)
  ports = [await freePort(), await freePort()]
  const started = await startServer()
  server = started.server
  await signIn(started.status.firstSignInUrl ?? '')
}, 120_000)

afterAll(async () => {
  for (const child of running) await end(child, 'SIGTERM')
  rmSync(data, { recursive: true, force: true })
}, 30_000)

describe.skipIf(isLeftOut)('with the real server', () => {
  it('says in one sentence that a token was used', async () => {
    const { token } = await admin<{ token: string }>('POST', '/enrolment-tokens')
    const node = { machineId: '9'.repeat(32), hostname: 'other', agentVersion: '1' }
    expect((await enrol(token, node)).ok).toBe(true)
    const again = await enrol(token, node)
    expect(!again.ok && again.error.message).toMatch(/^The server refused the enrolment token: .*\.$/)
  })

  it('brings every exec exactly once although the server is killed in between', async () => {
    const { token } = await admin<{ token: string }>('POST', '/enrolment-tokens')
    const tokenFile = join(data, 'token')
    writeFileSync(tokenFile, token, { mode: 0o600 })
    const agent = start('agent', { YAGURA_ENROLMENT_TOKEN_FILE: tokenFile })
    await until(async () => {
      const { items } = (await api('/agents')) as { items: { health: { sensorMode: string } | null }[] }
      return items.find((one) => one.health?.sensorMode === 'ebpf')
    }, 'The agent')

    const marker = `yagura-marker-${process.pid}`
    const wanted: string[] = []
    function act(count: number): void {
      for (let number = 0; number < count; number += 1) {
        wanted.push(`${marker}-${wanted.length}`)
        execFileSync('/bin/true', [wanted.at(-1) ?? ''])
      }
    }
    act(50)
    await end(server, 'SIGKILL')
    act(100)
    server = (await startServer()).server
    act(50)

    const found = await until(async () => {
      const args = await markers(marker)
      return args.length >= wanted.length ? args : undefined
    }, 'Every exec')
    expect(found.sort()).toEqual(wanted.sort())
    await end(agent, 'SIGTERM')
    expect(agent.exitCode).toBe(0)
  }, 120_000)
})

/** Last argument of every stored exec with the marker. */
async function markers(marker: string): Promise<string[]> {
  const found: string[] = []
  let path = '/events?limit=500'
  for (;;) {
    const page = (await api(path)) as { items: unknown[]; next: string | null }
    for (const item of page.items) {
      const event = storedEvent.parse(item)
      const last = event.type === 'exec' ? event.args.at(-1) : undefined
      if (last?.startsWith(marker)) found.push(last)
    }
    if (page.next === null) return found
    path = `/events?limit=500&after=${encodeURIComponent(page.next)}`
  }
}
