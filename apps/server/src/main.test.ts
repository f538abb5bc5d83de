// The server as a process, with its own embedded database, run by a user that is not root.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { item, sampleEvent, unprivileged } from '@yagura/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive } from './database/postmaster.ts'
import { batchOf, enrolTestAgent, sendBatch, type TestAgent } from './testing/agent.ts'
import { freePort } from './testing/server.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const user = unprivileged()

interface Running {
  readonly child: ChildProcess
  readonly log: () => string
}

let directory: string
let environment: Record<string, string>
let running: Running | undefined
const socket = () => join(directory, 'server', 'run', 'admin.sock')

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yg-server-'))
  if (user) await chown(directory, user.uid, user.gid)
  environment = {
    PATH: process.env.PATH ?? '',
    YAGURA_DATA_DIR: directory,
    YAGURA_PORT: String(await freePort()),
    YAGURA_AGENT_PORT: String(await freePort()),
  }
})

afterAll(async () => {
  if (running) await stop(running)
  const pid = await postmasterPid().catch(() => undefined)
  if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGQUIT')
  await rm(directory, { recursive: true, force: true })
})

function start(env: Record<string, string> = {}, as: typeof user | null = user): Running {
  const child = spawn(process.execPath, [MAIN], {
    ...as,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stdout?.on('data', (chunk) => {
    log += chunk
  })
  child.stderr?.on('data', (chunk) => {
    log += chunk
  })
  return { child, log: () => log }
}

async function exitOf({ child }: Running): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

async function stop(server: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  server.child.kill(signal)
  return exitOf(server)
}

async function startReady(): Promise<Running> {
  const server = start()
  await expect
    .poll(
      async () => {
        if (server.child.exitCode !== null) throw new Error(server.log())
        return (await admin('GET', '/status').catch(() => undefined))?.ready
      },
      { timeout: 25_000 },
    )
    .toBe(true)
  return server
}

// biome-ignore lint/suspicious/noExplicitAny: answers of three shapes
function admin(method: string, path: string): Promise<any> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket(), method, path, timeout: 5_000 }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(JSON.parse(text)))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function postmasterPid(): Promise<number> {
  const text = await readFile(join(directory, 'server', 'postgres', 'postmaster.pid'), 'utf8')
  return Number.parseInt(text, 10)
}

async function storedEventIds(): Promise<string[]> {
  const { url } = await admin('POST', '/sign-in-links')
  const [origin, token] = url.split('/signin#')
  const signedIn = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const response = await fetch(`${origin}/api/v1/events?limit=500`, { headers: { cookie } })
  const page = (await response.json()) as { items: { id: string }[] }
  return page.items.map(({ id }) => id).sort()
}

test.runIf(process.getuid?.() === 0)('refuses to run as root with one sentence', async () => {
  const server = start({}, null)
  expect(await exitOf(server)).toBe(2)
  expect(server.log().trim().split('\n')).toHaveLength(1)
  expect(server.log()).toContain('does not run as root')
})

test.each([
  ['a wrong setting', { YAGURA_PORT: 'x' }, /^YAGURA_PORT must be/],
  [
    'a database that is not there',
    { YAGURA_DATABASE_URL: 'postgres://x@127.0.0.1:1/x' },
    /^The database cannot be reached/,
  ],
  ['a data directory that cannot be made', { YAGURA_DATA_DIR: '/proc/nothing' }, /^The directory \/proc\/nothing/],
])('%s is one sentence and exit code 2', async (_, env, sentence) => {
  const server = start(env)
  expect(await exitOf(server)).toBe(2)
  const lines = server.log().trim().split('\n')
  expect(lines.at(-1)).toMatch(sentence)
  expect(server.log()).not.toMatch(/\n\s+at /)
})

test('first start, sign-in, enrolment; killed in every order nothing acknowledged is lost; stops in order', async () => {
  running = await startReady()
  const status = await admin('GET', '/status')
  expect(status).toMatchObject({
    version: '0.1.0',
    pid: running.child.pid,
    database: { kind: 'embedded' },
    ready: true,
  })
  expect(status.firstSignInUrl).toMatch(/\/signin#/)
  expect(running.log()).not.toContain(status.firstSignInUrl.split('#')[1])
  expect((await stat(socket())).mode & 0o777).toBe(0o600)
  expect((await stat(join(directory, 'server'))).mode & 0o077).toBe(0)

  const agent = await enrolTestAgent((await admin('POST', '/enrolment-tokens')).token, 'm1')
  const acknowledged: string[] = []
  await send(agent, 1, acknowledged)

  // The server alone is killed: the database goes on, and the next server adopts it.
  const before = await postmasterPid()
  await stop(running, 'SIGKILL')
  expect(isAlive(before)).toBe(true)
  running = await startReady()
  expect(await postmasterPid()).toBe(before)
  expect(running.log()).toContain('"adopted":true')
  await send(agent, 2, acknowledged)

  // The database alone is killed: the server starts it again.
  process.kill(before, 'SIGKILL')
  await send(agent, 3, acknowledged)
  // a backend that had not noticed yet may have taken the batch: the next postmaster comes either way
  await expect.poll(postmasterPid, { timeout: 20_000 }).not.toBe(before)

  // Both are killed.
  const second = await postmasterPid()
  process.kill(second, 'SIGKILL')
  await stop(running, 'SIGKILL')
  running = await startReady()
  await send(agent, 4, acknowledged)
  expect(await storedEventIds()).toEqual([...acknowledged].sort())
  expect(await admin('GET', '/status')).toMatchObject({ firstSignInUrl: null })

  const third = await postmasterPid()
  expect(await stop(running)).toBe(0)
  expect(isAlive(third)).toBe(false)
  expect(running.log()).toContain('"msg":"stopped"')
  running = undefined
}, 90_000)

/** As the agent does: the same batch again until it is acknowledged. */
async function send(agent: TestAgent, seq: number, acknowledged: string[]): Promise<void> {
  const ids = Array.from({ length: 20 }, (_, index) => `${seq}.0.${index}`)
  const batch = batchOf(
    agent,
    seq,
    ids.map((id) => item.event(sampleEvent(id))),
  )
  await expect
    .poll(async () => (await sendBatch(agent, batch).catch(() => undefined))?.status, {
      timeout: 20_000,
      interval: 200,
    })
    .toBe(200)
  acknowledged.push(...ids)
}

test('a database of another major version is refused with a sentence', async () => {
  const { ensureCluster } = await import('./database/cluster.ts')
  const { postgresPrograms } = await import('./database/programs.ts')
  const data = join(directory, 'server', 'postgres')
  await writeFile(join(data, 'PG_VERSION'), '9\n')
  const programs = await postgresPrograms(null)
  await expect(ensureCluster(programs, { data, socketDirectory: directory })).rejects.toMatchObject({
    message: expect.stringContaining('made by PostgreSQL 9'),
  })
})
