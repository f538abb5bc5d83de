// What is done against the agent is an incident at the server: its programs taken apart in the kernel, its disk filled, the agent killed.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeAbandoned } from '@yagura/sensor'
import { mustRun, runCommand } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findVictim } from '../chaos/victims.ts'
import { listAll } from './support/api.ts'
import { describeWith } from './support/requirements.ts'
import { until } from './support/until.ts'
import { type Installation, makeWorld, type World } from './support/world.ts'

const DISK_BYTES = 160 * 2 ** 20
/** Slots of the table of calls that are emptied: `socket` of x64 and of arm64. */
const SOCKET_CALLS: Readonly<Record<string, number>> = { x64: 41, arm64: 198 }

describeWith(['sensor'], 'the agent guards itself', () => {
  let world: World
  let installation: Installation
  let handoverRoot: string
  let disk: string

  beforeAll(async () => {
    handoverRoot = mkdtempSync('/run/yg-guard-')
    world = makeWorld({ name: 'guard', port: 17_790, env: { YAGURA_HANDOVER_DIR: handoverRoot } })
    disk = world.paths.agent.root
    mkdirSync(disk, { recursive: true })
    await mustRun(['mount', '-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=0700`, 'tmpfs', disk])
    installation = await world.start()
  })
  afterAll(async () => {
    await installation?.supervisor.stop()
    await runCommand(['umount', disk])
    await world?.close()
    removeAbandoned(handoverRoot, { unreadMs: 0 })
    await runCommand(['umount', handoverRoot])
    rmSync(handoverRoot, { recursive: true })
  })

  function incident(title: string): Promise<string> {
    return until(
      title,
      async () => {
        const incidents = await listAll(installation.api, 'listIncidents', { state: 'all' })
        return incidents.find((one) => one.title.en === title)?.title.en
      },
      { timeoutMs: 60_000 },
    )
  }

  test('programs taken out of the kernel', { timeout: 120_000 }, async () => {
    const [agent = ''] = readdirSync(handoverRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    const links = readdirSync(join(handoverRoot, agent)).find((name) => name.startsWith('links-')) ?? ''
    const slot = SOCKET_CALLS[process.arch] ?? 0
    const key = [slot & 0xff, slot >> 8, 0, 0].map(String)
    const table = join(handoverRoot, agent, links, 'table')
    await mustRun(['bpftool', 'map', 'delete', 'pinned', table, 'key', ...key])
    expect(await incident('The sensor does not see any more')).toBeDefined()
  })

  test('its disk filled', { timeout: 120_000 }, async () => {
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(DISK_BYTES - 80 * 2 ** 20, 1))
    writeFileSync(join(disk, 'more'), Buffer.alloc(20 * 2 ** 20, 1))
    expect(await incident('The disk of the agent is full')).toBeDefined()
    truncateSync(ballast, 0)
  })

  test('the agent killed', { timeout: 120_000 }, async () => {
    process.kill(await findVictim('agent', world.paths, installation.supervisor.pid), 'SIGKILL')
    expect(await incident('The agent was ended by force')).toBeDefined()
  })
})
