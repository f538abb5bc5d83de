// The small parts of `up`: settings, environments, ports, logs, what is said.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@yagura/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agentEnvironment, serverEnvironment } from './environment.ts'
import { openLogFile } from './log-file.ts'
import { portProblem } from './ports.ts'
import { watchSensor } from './sensor-state.ts'
import { readUpSettings } from './settings.ts'
import { welcomeText } from './terminal.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yagura-up-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

describe('readUpSettings', () => {
  it('puts the agent port behind the console port', () => {
    const settings = unwrap(readUpSettings({ YAGURA_DATA_DIR: dir, YAGURA_PORT: '9000' }, 0))
    expect(settings).toMatchObject({ host: '127.0.0.1', port: 9000, agentPort: 9001, serviceUser: 'yagura' })
  })

  it.each([
    [{ YAGURA_PORT: '0' }, 'YAGURA_PORT is "0"; it must be a port number from 1 to 65535.'],
    [{ YAGURA_AGENT_PORT: 'x' }, 'YAGURA_AGENT_PORT is "x"; it must be a port number from 1 to 65535.'],
    [{ YAGURA_PORT: '65535' }, 'YAGURA_AGENT_PORT is "65536"'],
    [{ YAGURA_PORT: '7', YAGURA_AGENT_PORT: '7' }, 'YAGURA_PORT and YAGURA_AGENT_PORT are both 7; they must differ.'],
    [{ YAGURA_SERVICE_USER: 'root' }, 'YAGURA_SERVICE_USER is "root"; it must be the name of a user other than root.'],
    [{ YAGURA_SERVICE_USER: '-u' }, 'YAGURA_SERVICE_USER is "-u"'],
  ])('refuses %j', (env, message) => {
    const result = readUpSettings({ YAGURA_DATA_DIR: dir, ...env }, 0)
    expect(result.ok).toBe(false)
    expect(!result.ok && result.error.message).toContain(message)
  })
})

describe('environments', () => {
  const env = {
    PATH: '/evil',
    NODE_OPTIONS: '--import /evil.mjs',
    npm_config_cache: '/x',
    LANG: 'ja_JP.UTF-8',
    HTTPS_PROXY: 'http://proxy',
    YAGURA_DATABASE_URL: 'postgres://secret',
    YAGURA_ENROLMENT_TOKEN: 'secret',
    YAGURA_SENSOR: 'proc',
    YAGURA_PORT: '1',
    AWS_SECRET_ACCESS_KEY: 'secret',
  }
  const systemPath = expect.stringContaining('/usr/bin')

  it('gives the server its settings and nothing of the agent', () => {
    expect(serverEnvironment(env, '/data', '/home')).toEqual({
      PATH: systemPath,
      HOME: '/home',
      LANG: 'ja_JP.UTF-8',
      HTTPS_PROXY: 'http://proxy',
      YAGURA_DATABASE_URL: 'postgres://secret',
      YAGURA_PORT: '1',
      YAGURA_DATA_DIR: '/data',
    })
  })

  it('gives the agent its settings and no secret of the server', () => {
    expect(agentEnvironment(env, '/data', '/data/token')).toEqual({
      PATH: systemPath,
      LANG: 'ja_JP.UTF-8',
      YAGURA_SENSOR: 'proc',
      YAGURA_DATA_DIR: '/data',
      YAGURA_ENROLMENT_TOKEN_FILE: '/data/token',
      NODE_COMPILE_CACHE: '/data/agent/compile-cache',
    })
  })
})

describe('portProblem', () => {
  it('names the setting when the port is in use', async () => {
    const other = createServer()
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port))
    })
    try {
      expect(await portProblem('127.0.0.1', port, 'YAGURA_PORT')).toMatchObject({
        code: 'PORT_IN_USE',
        message: `Port ${port} is in use: set YAGURA_PORT to a free one.`,
      })
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
    expect(await portProblem('127.0.0.1', port, 'YAGURA_PORT')).toBeUndefined()
  })

  it('says when the address is not of this machine', async () => {
    expect((await portProblem('192.0.2.1', 7440, 'YAGURA_PORT'))?.message).toBe(
      'YAGURA_HOST is "192.0.2.1", which is not an address of this machine.',
    )
  })
})

describe('openLogFile', () => {
  it('keeps a bounded size and one older file', () => {
    const path = join(dir, 'logs/server.log')
    const log = openLogFile(path, { maxBytes: 100 })
    for (let line = 0; line < 50; line += 1) log.write(`line ${line}\n`)
    expect(statSync(path).size).toBeLessThanOrEqual(100)
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(100)
    expect(readFileSync(path, 'utf8')).toMatch(/line 49\n$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('remembers the last complaint, else the last line', () => {
    const log = openLogFile(join(dir, 'server.log'))
    expect(log.lastWords()).toBeUndefined()
    log.write('{"level":30,"msg":"hello"}\nplain')
    expect(log.lastWords()).toBe('{"level":30,"msg":"hello"}')
    log.write(' text\n{"level":60,"msg":"Port 1 is in use."}\n{"level":30,"msg":"bye"}\nnull\n')
    expect(log.lastWords()).toBe('Port 1 is in use.')
  })
})

describe('watchSensor', () => {
  it.each([
    [{ mode: 'ebpf', reason: null }, 'kernel events by eBPF'],
    [{ mode: 'ebpf', reason: 'Two hooks are missing.' }, 'kernel events by eBPF: Two hooks are missing'],
    [{ mode: 'proc', reason: 'Not root.' }, 'processes by /proc only: Not root'],
    [{ mode: 'off', reason: null }, 'off'],
  ])('reads %j from the log of the agent', async (fields, expected) => {
    const sensor = watchSensor()
    const log = openLogFile(join(dir, 'agent.log'), { onEntry: sensor.onEntry })
    log.write(`{"level":30,"msg":"hello"}\n${JSON.stringify({ level: 30, msg: 'The sensor is open.', ...fields })}`)
    log.write('\n')
    expect(await sensor.within(10_000)).toBe(expected)
  })

  it('does not wait for ever', async () => {
    expect(await watchSensor().within(1)).toBeUndefined()
  })
})

it('welcomes with the address, the link and what is missing', () => {
  const settings = unwrap(readUpSettings({ YAGURA_DATA_DIR: dir }, 0))
  const status = {
    version: '0.1.0',
    consoleUrl: 'http://127.0.0.1:7440',
    agentUrl: '',
    ready: true,
    firstSignInUrl: null,
  }
  const first = { ...status, firstSignInUrl: 'http://127.0.0.1:7440/signin#abc' }
  expect(welcomeText({ settings, status: first, hasAdvisories: true })).toContain(
    'http://127.0.0.1:7440/signin#abc  (once)',
  )
  expect(welcomeText({ settings, status: first, hasAdvisories: true })).not.toContain('db update')
  expect(welcomeText({ settings, status, hasAdvisories: false })).toMatch(/bin\/yagura signin[\s\S]*db update/)
})
