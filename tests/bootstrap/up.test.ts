// `yagura up` with real processes: rights, closed directories, crashes, signals. As root it is tested with a service user; as
// another user the same without.
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeCheckout, makeFakeCheckout, type Note, type RunningUp, until } from './fake-checkout.ts'

const isRoot = process.getuid?.() === 0

let fake: FakeCheckout
let running: RunningUp[] = []
beforeEach(async () => {
  fake = await makeFakeCheckout()
  running = []
})
afterEach(async () => {
  for (const { child, exited } of running) {
    child.kill('SIGTERM')
    await exited
  }
  fake.remove()
})

function start(env?: Record<string, string>): RunningUp {
  const up = fake.start(env)
  running.push(up)
  return up
}

/** The latest note of a kind, once there are at least `count` of them. */
function noted(what: string, up: RunningUp, count = 1): Promise<Note> {
  return until(
    () => {
      const notes = fake.journal().filter((note) => note.what === what)
      return notes.length >= count ? notes.at(-1) : undefined
    },
    () => `${what} ×${count}\n${up.output()}`,
  )
}

function closeTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (entry.isSymbolicLink() || entry.name === 'node_modules') continue
    if (entry.isDirectory()) closeTree(inner)
    chmodSync(inner, entry.isDirectory() ? 0o700 : 0o600)
  }
}

describe('up', () => {
  it('runs the server with no rights and the agent enrolled', async () => {
    const up = start()
    const server = await noted('server started', up)
    const agent = await noted('agent started', up)
    expect(server.status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(server.uid === 0).toBe(false)
    expect(agent).toMatchObject({ uid: process.getuid?.(), token: 'yge1.test', mode: 0o600 })
    if (isRoot) {
      expect(server.groups.filter((gid) => gid !== 65_534)).toEqual([])
      expect(server.status).toMatch(/^CapBnd:\t0+$/m)
      expect(server.status).toMatch(/^CapEff:\t0+$/m)
    }
    await until(() => up.output().includes('Address     http://127.0.0.1:'), up.output)
    await until(() => up.output().includes('Sensor      processes by /proc only: No kernel here'), up.output)
    expect(statSync(join(fake.dataDir, 'server')).uid).toBe(server.uid)
    expect(statSync(join(fake.dataDir, 'agent')).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['a closed home directory', () => chmodSync(fake.home, 0o700)],
    ['a closed checkout', () => chmodSync(fake.checkout, 0o700)],
    ['a checkout made under umask 077', () => closeTree(fake.home)],
  ])('works in %s, and shows the server nothing else of it', async (_, close) => {
    chmodSync(join(fake.home, 'neighbour'), 0o600)
    close()
    const up = start()
    const server = await noted('server started', up)
    await noted('agent started', up)
    expect(server.neighbour).toBe(!isRoot)
  })

  it('brings back what is killed', async () => {
    const up = start()
    const server = await noted('server started', up)
    const agent = await noted('agent started', up)
    process.kill(agent.pid, 'SIGKILL')
    process.kill(server.pid, 'SIGKILL')
    expect((await noted('server started', up, 2)).pid).not.toBe(server.pid)
    expect((await noted('agent started', up, 2)).pid).not.toBe(agent.pid)
    expect(up.output()).toContain('The server ended (by SIGKILL); starting it again.')
  })

  it('refuses a second one on the same data, and a port in use', async () => {
    const up = start()
    await noted('agent started', up)
    const second = start()
    expect(await second.exited).toBe(2)
    expect(second.output()).toMatch(/^Yagura is already running on .* \(process \d+\)\.\n$/)
    const third = start({ YAGURA_DATA_DIR: join(fake.home, 'other') })
    expect(await third.exited).toBe(2)
    expect(third.output()).toMatch(/^Port \d+ is in use: set YAGURA_PORT to a free one\.\n$/)
  })

  it('says what the server said when it refuses to start', async () => {
    const up = start({ YAGURA_TEST_REFUSE: '1' })
    expect(await up.exited).toBe(2)
    expect(up.output()).toContain('The database is from a newer version.')
  })

  it('stops the agent before the server', async () => {
    const up = start()
    await noted('agent started', up)
    up.child.kill('SIGTERM')
    expect(await up.exited).toBe(0)
    expect(fake.journal().map(({ what }) => what)).toEqual([
      'server started',
      'agent started',
      'agent stopped',
      'server stopped',
    ])
    expect(existsSync(join(fake.dataDir, 'up.lock'))).toBe(false)
  })

  it('leaves nothing behind when it is killed, and starts again', async () => {
    const up = start()
    await noted('agent started', up)
    up.child.kill('SIGKILL')
    await noted('agent stopped', up)
    await noted('server stopped', up)
    const again = start()
    await noted('agent started', again, 2)
    expect(again.output()).not.toContain('already running')
  })
})
