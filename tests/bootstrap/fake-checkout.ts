// A checkout with the real `up` and pretended programs, so that its handling of users, views, signals and crashes is tested with
// real processes in a moment.
import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

const MAIN = `import { up } from './commands/up/up.ts'
up().catch((error) => {
  console.error(error.message)
  process.exitCode = 2
})
`

const SERVER = `import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { readable } from './readable.ts'
const data = process.env.YAGURA_DATA_DIR
const state = data + '/server'
if (process.env.YAGURA_TEST_REFUSE) {
  console.error(JSON.stringify({ level: 60, msg: 'The database is from a newer version.' }))
  process.exit(2)
}
function note(what) {
  appendFileSync(state + '/journal', JSON.stringify({ what, pid: process.pid, uid: process.getuid(), groups: process.getgroups(),
    status: readFileSync('/proc/self/status', 'utf8'), neighbour: readable(data + '/../neighbour'), atMs: Date.now() }) + '\\n')
}
mkdirSync(state + '/run', { recursive: true })
rmSync(state + '/run/admin.sock', { force: true })
const port = Number(process.env.YAGURA_PORT)
const status = { version: '0', consoleUrl: 'http://127.0.0.1:' + port, agentUrl: 'https://127.0.0.1:1', ready: true, firstSignInUrl: null }
process.on('SIGTERM', () => {
  note('server stopped')
  process.exit(0)
})
createServer((request, response) => {
  const answer = request.url === '/enrolment-tokens' ? { token: 'yge1.test', expiresAt: '' } : status
  response.end(JSON.stringify(answer))
}).listen(state + '/run/admin.sock', () => note('server started'))
createServer().listen(port, '127.0.0.1')
`

const AGENT = `import { appendFileSync, readFileSync, statSync } from 'node:fs'
const file = process.env.YAGURA_ENROLMENT_TOKEN_FILE
function note(what) {
  appendFileSync(process.env.YAGURA_DATA_DIR + '/agent/journal', JSON.stringify({ what, pid: process.pid, uid: process.getuid(),
    token: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777, atMs: Date.now() }) + '\\n')
}
process.on('SIGTERM', () => {
  note('agent stopped')
  process.exit(0)
})
note('agent started')
console.error(JSON.stringify({ level: 30, msg: 'The sensor is open.', mode: 'proc', reason: 'No kernel here.' }))
setInterval(() => {}, 1000)
`

const READABLE = `import { readFileSync } from 'node:fs'
export function readable(path) {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}
`

export interface Note {
  readonly what: string
  readonly pid: number
  readonly uid: number
  readonly groups: readonly number[]
  readonly status: string
  readonly neighbour: boolean
  readonly token: string
  readonly mode: number
  readonly atMs: number
}

export interface RunningUp {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  output(): string
}

export interface FakeCheckout {
  readonly home: string
  readonly checkout: string
  readonly dataDir: string
  start(env?: Record<string, string>): RunningUp
  /** What both programs noted, oldest first. */
  journal(): Note[]
  remove(): void
}

export async function makeFakeCheckout(): Promise<FakeCheckout> {
  const outer = mkdtempSync(join(tmpdir(), 'yagura-up-test-'))
  chmodSync(outer, 0o755)
  const home = join(outer, 'home')
  const checkout = join(home, 'yagura')
  const dataDir = join(home, 'data')
  const port = await freePort()
  const bin = join(checkout, 'node_modules/node-linux/bin')
  for (const path of [bin, join(checkout, 'node_modules/@yagura'), join(checkout, 'packages')])
    mkdirSync(path, { recursive: true })
  copyFileSync(process.execPath, join(bin, 'node'))
  chmodSync(join(bin, 'node'), 0o755)
  symlinkSync(join(ROOT, 'packages/kernel'), join(checkout, 'node_modules/@yagura/kernel'))
  for (const part of ['admin', 'commands/up']) {
    cpSync(join(ROOT, 'apps/cli/src', part), join(checkout, 'apps/cli/src', part), { recursive: true })
  }
  write(join(checkout, 'package.json'), '{"type":"module"}')
  write(join(checkout, 'apps/cli/src/main.ts'), MAIN)
  write(join(checkout, 'apps/server/src/main.ts'), SERVER)
  write(join(checkout, 'apps/server/src/readable.ts'), READABLE)
  write(join(checkout, 'apps/agent/src/main.ts'), AGENT)
  write(join(home, 'neighbour'), 'not for the server')

  function start(env: Record<string, string> = {}): RunningUp {
    const child = spawn(join(bin, 'node'), [join(checkout, 'apps/cli/src/main.ts')], {
      // a user that every system has and that owns nothing
      env: {
        PATH: process.env.PATH,
        YAGURA_DATA_DIR: dataDir,
        YAGURA_PORT: String(port),
        YAGURA_SERVICE_USER: 'nobody',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
    return { child, exited, output: () => output }
  }

  function journal(): Note[] {
    return ['server', 'agent']
      .flatMap((part) => readLines(join(dataDir, part, 'journal')))
      .map((line): Note => JSON.parse(line))
      .sort((a, b) => a.atMs - b.atMs)
  }
  return { home, checkout, dataDir, start, journal, remove: () => rmSync(outer, { recursive: true, force: true }) }
}

export async function until<T>(read: () => T | undefined | false, what: () => string, withinMs = 15_000): Promise<T> {
  const deadlineMs = Date.now() + withinMs
  for (;;) {
    const value = read()
    if (value) return value
    if (Date.now() > deadlineMs) throw new Error(`waited in vain: ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function write(path: string, content: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
