// The whole agent as a process of its own, against a listener with real TLS, a real containerd and real kernel events.
// Needs root, containerd and YAGURA_DATA; without them the part that is missing is left out, loudly.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BatchItem } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTestAuthority, type TestAuthority } from './testing/authority.ts'
import {
  alpineRootfs,
  startContainerd,
  type TestContainerd,
  whyNoContainers,
  writeOciArchive,
} from './testing/containerd.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { sayWhatIsMissing } from './testing/skip.ts'

const directory = mkdtempSync('/tmp/yg-agent-e2e-')
const IMAGE = 'docker.io/library/alpine:3.18'
const isLeftOut = sayWhatIsMissing('The agent with real containers', whyNoContainers())

let authority: TestAuthority
let server: TestServer
let containerd: TestContainerd | undefined
let imageDigest = ''
const agents = new Set<ChildProcess>()

beforeAll(async () => {
  authority = await makeTestAuthority()
  server = await startTestServer(authority)
  if (isLeftOut) return
  const root = join(directory, 'node')
  mkdirSync(root)
  containerd = await startContainerd(root)
  const rootfs = alpineRootfs()
  imageDigest = writeOciArchive(rootfs, join(root, 'alpine.tar'), IMAGE, join(root, 'oci'))
  containerd.ctr('images', 'import', '--snapshotter', 'native', join(root, 'alpine.tar'))
}, 60_000)

afterAll(async () => {
  for (const agent of agents) agent.kill('SIGKILL')
  await containerd?.stop()
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

function startAgentProcess(data: string, env: Record<string, string> = {}): { agent: ChildProcess; log: () => string } {
  const agent = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      YAGURA_DATA_DIR: join(directory, data),
      YAGURA_ENROLMENT_TOKEN: server.token(),
      YAGURA_RUNTIME_ROOT: join(directory, 'node'),
      YAGURA_HANDOVER_DIR: 'off',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  agents.add(agent)
  let text = ''
  agent.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return { agent, log: () => text }
}

function items(): BatchItem[] {
  return [...server.batches.values()].flatMap(({ batch }) => batch.items)
}

async function until<T>(find: () => T | undefined, what: string, log: () => string): Promise<T> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not come.\n${log()}`)
}

function exitOf(agent: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => agent.once('exit', (code) => resolve(code)))
}

describe('agent', () => {
  it('enrols, says how the host and itself are, and ends on SIGTERM', async () => {
    const { agent, log } = startAgentProcess('first')
    const host = await until(
      () => items().find((item) => item.item === 'asset' && item.asset.facts.kind === 'host'),
      'The host',
      log,
    )
    expect(host).toMatchObject({ asset: { state: 'running', facts: { kind: 'host', cpus: expect.any(Number) } } })
    await until(() => items().find((item) => item.item === 'health'), 'Health', log)
    await until(() => items().find((item) => item.item === 'inventory-complete'), 'The end of the inventory', log)
    const ended = exitOf(agent)
    agent.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(log()).not.toContain(server.token())
  })

  it.skipIf(isLeftOut)(
    'reports a container with its image, the image with its packages, and what runs in it',
    async () => {
      server.wantImages = [imageDigest]
      const { agent, log } = startAgentProcess('second')
      await until(() => (log().includes('The agent is running') ? true : undefined), 'The start', log)
      const command = ['/bin/sh', '-c', 'sleep 1; while :; do /bin/true --password hunter2; sleep 0.2; done']
      containerd?.run('e2e-web', IMAGE, ['--env', 'KEY=never-sent'], command)

      // other programs run containers on this machine too
      const found = await until(
        () =>
          items().find(
            (item) => item.item === 'asset' && item.asset.name === 'e2e-web' && item.asset.state === 'running',
          ),
        'The container',
        log,
      )
      expect(found).toMatchObject({
        asset: {
          name: 'e2e-web',
          facts: {
            runtime: 'containerd',
            containerId: 'e2e-web',
            imageName: IMAGE,
            imageDigest,
            namespace: 'default',
          },
        },
      })
      const report = await until(() => items().find((item) => item.item === 'image'), 'The image', log)
      if (report.item !== 'image') return
      expect(report.report.image.digest).toBe(imageDigest)
      expect(report.report.packages.map((one) => one.name)).toContain('busybox')
      expect(report.report.image.config.environment).toContain('DB_PASSWORD=[removed]')

      const event = await until(
        () =>
          items().find(
            (item) =>
              item.item === 'event' && item.event.containerId === 'e2e-web' && item.event.exe.endsWith('/busybox'),
          ),
        'An event of the container',
        log,
      )
      expect(event).toMatchObject({ event: { containerId: 'e2e-web', source: 'ebpf' } })
      // booleans: a failure must not print everything that runs on the machine
      const everything = JSON.stringify(items())
      expect(everything.includes('hunter2')).toBe(false)
      expect(everything.includes('never-sent')).toBe(false)
      const ended = exitOf(agent)
      agent.kill('SIGTERM')
      expect(await ended).toBe(0)
    },
    120_000,
  )

  it.each([
    [{ YAGURA_SENSOR: 'maybe' }, 'YAGURA_SENSOR is \\"maybe\\"; it must be auto, proc or off.'],
    [{ YAGURA_ENROLMENT_TOKEN: '' }, 'This agent is not enrolled, and no enrolment token was given.'],
    [{ YAGURA_ENROLMENT_TOKEN: 'yge1.x' }, 'The enrolment token is not one'],
  ])('exits 2 with one sentence for %j', async (env, sentence) => {
    const { agent, log } = startAgentProcess('refused', env)
    expect(await exitOf(agent)).toBe(2)
    expect(log()).toContain(sentence)
    expect(log().trim().split('\n')).toHaveLength(1)
    expect(log()).not.toContain('    at ')
  })
})
