// What a stranger does: clone, `npm start`, open the address. In a directory that nobody else may enter, under a strict umask,
// with state of its own; and once more, which must be quick.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataPaths } from '@yagura/kernel'
import { createClient } from '@yagura/schema/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../architecture/repository.ts'
import { adminStatus } from '../e2e/support/admin-socket.ts'
import { until } from './fake-checkout.ts'

const PORT = 17_790
const ADDRESS = `http://127.0.0.1:${PORT}`
const FIRST_WITHIN_MS = 180_000
const AGAIN_WITHIN_MS = 60_000

let home = ''
let started: ChildProcess | undefined

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'yagura-fresh-')) // mode 0700
})
afterAll(async () => {
  await stop()
  rmSync(home, { recursive: true, force: true })
})

/** Runs in a fresh clone under umask 077; resolves with what was printed when the welcome is complete. */
async function start(withinMs: number): Promise<{ text: string; tookMs: number }> {
  const begunMs = performance.now()
  started = spawn('sh', ['-c', 'umask 077; exec npm start'], {
    cwd: join(home, 'yagura'),
    env: {
      PATH: process.env.PATH?.replace(`${join(ROOT, 'node_modules/.bin')}:`, ''),
      HOME: process.env.HOME,
      YAGURA_DATA_DIR: join(home, 'state'),
      YAGURA_PORT: String(PORT),
      YAGURA_HANDOVER_DIR: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const child = started
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk
    })
  }
  const address = () => text.includes(`Address     ${ADDRESS}`) || (child.exitCode !== null && text)
  await until(address, () => text, withinMs)
  const tookMs = Math.round(performance.now() - begunMs)
  await until(
    () => text.includes('Ctrl-C stops it.') || child.exitCode !== null,
    () => text,
  )
  return { text, tookMs }
}

async function stop(): Promise<number | null> {
  const child = started
  if (!child || child.exitCode !== null) return child?.exitCode ?? null
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  return closed
}

async function otherServer(socket: string, pid: number): Promise<boolean> {
  try {
    const status = await adminStatus(socket)
    return status.ready && status.pid !== pid
  } catch {
    return false
  }
}

test('a fresh clone starts with one command and shows this host', { timeout: FIRST_WITHIN_MS + 60_000 }, async () => {
  execFileSync('sh', ['-c', 'umask 077; git clone --quiet "$0" "$1"', ROOT, join(home, 'yagura')])
  const first = await start(FIRST_WITHIN_MS)
  const token = first.text.match(/\/signin#(\S+)/)?.[1]
  expect(token, first.text).toBeDefined()
  expect(first.text).toMatch(/^ {2}Sensor {6}\S/m)

  const page = await fetch(`${ADDRESS}/`)
  expect(await page.text()).toContain('<div id="root"')
  const signedIn = await fetch(`${ADDRESS}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  expect(signedIn.status).toBeLessThan(300)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const api = createClient({ baseUrl: ADDRESS, headers: () => ({ cookie }) })
  await expect
    .poll(async () => (await api('listAssets', { query: { kind: 'host' } })).total, { timeout: 15_000 })
    .toBe(1)

  const socket = dataPaths({ YAGURA_DATA_DIR: join(home, 'state') }).server.adminSocket
  const { pid } = await adminStatus(socket)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => otherServer(socket, pid), { timeout: 30_000 }).toBe(true)
  expect(await stop()).toBe(0)

  const again = await start(AGAIN_WITHIN_MS)
  expect(again.text).toContain('bin/yagura signin prints a link')
  console.log(JSON.stringify({ firstStartMs: first.tookMs, secondStartMs: again.tookMs }))
  expect(await stop()).toBe(0)
})
