// kill -9 of server, agent and database in any order, 20 times under load: nothing acknowledged is lost, nothing is stored
// twice, everything is back within 10 s. YAGURA_SAMPLE=ci does 6 rounds; YAGURA_SEED draws another plan.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { StoredEvent } from '@yagura/schema'
import type { Client } from '@yagura/schema/client'
import { removeAbandoned } from '@yagura/sensor'
import { makeNode, mustRun, type Node, runCommand } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminStatus } from '../e2e/support/admin-socket.ts'
import { listAll } from '../e2e/support/api.ts'
import { describeWith } from '../e2e/support/requirements.ts'
import { pause, until } from '../e2e/support/until.ts'
import { type Installation, makeWorld, type World } from '../e2e/support/world.ts'
import { drawRounds, type Victim } from './kills.ts'
import { type Entry, startLoad, stopLoad } from './ledger.ts'
import { findVictim } from './victims.ts'

const ROUNDS = process.env.YAGURA_SAMPLE === 'ci' ? 6 : 20
const SEED = Number(process.env.YAGURA_SEED ?? 20_261_123)
const BACK_WITHIN_MS = 10_000
/** Node's start takes this long on a quiet machine of the size Yagura is made for; a busier one is given more time. */
const QUIET_NODE_START_MS = 100
/**
 * What an agent has read and not yet written to its spool dies with it, and the next run says so: no more than this before a kill.
 * What happens afterwards waits in the rings.
 */
const UNWRITTEN_SECONDS = 2.5
/** The kill is noted down a moment before it is sent, the exec a moment before it happens. */
const CLOCK_SECONDS = 0.1

interface Round {
  readonly victims: readonly Victim[]
  /** Seconds since boot at which the agent was killed; null where it was not. */
  readonly agentKilledAt: number | null
  /** From the last kill of the round until the server was ready, and until fresh events came through. */
  readonly readyMs: number
  readonly backMs: number
}

describeWith(['node', 'data', 'sensor'], `${ROUNDS} rounds of kill -9`, () => {
  let node: Node
  let world: World
  let installation: Installation
  let handoverRoot: string
  const run = `chaos-${randomUUID().slice(0, 8)}`
  const loads = [`${run}-a`, `${run}-b`]

  beforeAll(async () => {
    handoverRoot = mkdtempSync('/run/yg-chaos-')
    world = makeWorld({ name: 'chaos', port: 17_730, env: { YAGURA_HANDOVER_DIR: handoverRoot } })
    node = await makeNode({ name: `chaos-${process.pid}` })
    const image = await node.importImage('alpine:3.18')
    installation = await world.start({ runtimeRoot: node.root })
    for (const name of loads) await startLoad(node, image, name)
  })

  afterAll(async () => {
    await world?.close()
    removeAbandoned(handoverRoot, { unreadMs: 0 })
    await runCommand(['umount', handoverRoot])
    rmSync(handoverRoot, { recursive: true })
    await node?.close()
  })

  test('nothing lost, nothing doubled, soon back', { timeout: 1_200_000 }, async () => {
    const { api, supervisor } = installation
    const [firstLoad = ''] = loads
    const asset = await until('the load is listed', async () => {
      const { items } = await api('listAssets', { query: { filter: `name = "${firstLoad}"` } })
      return items[0]?.id
    })
    await fresh(api, asset, Date.now())
    const rounds: Round[] = []
    const nodeStartsMs: number[] = []
    const acknowledged = new Set<string>()
    for (const kills of drawRounds(SEED, ROUNDS)) {
      let agentKilledAt: number | null = null
      let killedMs = 0
      for (const { victim, afterMs } of kills) {
        await pause(afterMs)
        // a victim that the round before this one took with it may still be starting
        const pid = await findVictim(victim, world.paths, supervisor.pid)
        killedMs = Date.now()
        if (victim === 'agent') agentKilledAt = uptimeSeconds()
        process.kill(pid, 'SIGKILL')
      }
      const victims = kills.map((kill) => kill.victim)
      await until(
        'the server is ready',
        async () => (await adminStatus(world.paths.server.adminSocket)).ready || undefined,
        {
          everyMs: 100,
        },
      )
      const readyMs = Date.now() - killedMs
      const page = await fresh(api, asset, killedMs)
      for (const event of page) if (event.type === 'exec' && event.args[0] === '/bin/true') acknowledged.add(event.id)
      rounds.push({ victims, agentKilledAt, readyMs, backMs: Date.now() - killedMs })
      nodeStartsMs.push(await nodeStartMs())
    }

    const book = (await Promise.all(loads.map((name) => stopLoad(node, name)))).flat()
    let stored: StoredEvent[] = []
    let report = compare(book, stored, rounds, run)
    await until(
      'everything has arrived',
      async () => {
        stored = await markedExecs(api, run)
        report = compare(book, stored, rounds, run)
        return report.lost.length === 0 ? true : undefined
      },
      { timeoutMs: 120_000, everyMs: 2_000 },
    ).catch(() => {})
    const gaps = await listAll(api, 'listCoverageGaps', { state: 'all' })
    const slowness = Math.max(1, median(nodeStartsMs) / QUIET_NODE_START_MS)
    console.log(
      JSON.stringify({
        seed: SEED,
        rounds: rounds.map(({ victims, readyMs, backMs }) => `${victims.join('+')} ${readyMs}/${backMs} ms`),
        slowness: Math.round(slowness * 10) / 10,
        slowestBackMs: Math.max(...rounds.map((round) => round.backMs)),
        execs: book.length,
        stored: stored.length,
        notKeptBeforeKills: report.notKept,
        lost: report.lost.slice(0, 20),
        lostCount: report.lost.length,
        doubled: report.doubled.length,
        restartsDeclared: gaps.filter((gap) => gap.code === 'SENSOR_RESTARTED').map((gap) => gap.count),
      }),
    )
    expect(report.lost).toEqual([])
    expect(report.doubled).toEqual([])
    const present = new Set(stored.map((event) => event.id))
    expect([...acknowledged].filter((id) => !present.has(id))).toEqual([])
    // each run says for itself what the one before had not kept, and nothing more
    const told = gaps.filter((gap) => gap.code === 'SENSOR_RESTARTED')
    if (report.notKept > 0) expect(told).not.toEqual([])
    for (const { reason } of told) expect(reason).toMatch(/had not kept what it saw for [0-4] s/)
    for (const round of rounds) expect(round.backMs).toBeLessThan(BACK_WITHIN_MS * slowness)
  })
})

/** The newest execs of a load, once one of them happened after `sinceMs`: the whole way from kernel to API works. */
function fresh(api: Client, asset: string, sinceMs: number): Promise<StoredEvent[]> {
  return until(
    'an exec from after the kill is in the API',
    async () => {
      const { items } = await api('listEvents', { query: { asset, filter: 'type = "exec"', limit: 200 } })
      return items.some((event) => Date.parse(event.at) > sinceMs) ? items : undefined
    },
    { timeoutMs: 40_000, everyMs: 200 },
  )
}

function markedBy(run: string): string {
  return `type = "exec" and exe = "/bin/busybox" and args contains "/bin/true ${run}-"`
}

function markedExecs(api: Client, run: string): Promise<StoredEvent[]> {
  return listAll(api, 'listEvents', { filter: markedBy(run) })
}

function markerOf(event: StoredEvent, run: string): string | undefined {
  return event.type === 'exec' ? event.args.find((arg) => arg.startsWith(run)) : undefined
}

interface Comparison {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly notKept: number
}

function compare(
  book: readonly Entry[],
  stored: readonly StoredEvent[],
  rounds: readonly Round[],
  run: string,
): Comparison {
  const counts = new Map<string, number>()
  for (const event of stored) {
    const marker = markerOf(event, run) ?? ''
    counts.set(marker, (counts.get(marker) ?? 0) + 1)
  }
  const killsOfAgent = rounds.flatMap(({ agentKilledAt }) => agentKilledAt ?? [])
  const missing = book.filter((entry) => !counts.has(entry.marker))
  const excused = (entry: Entry) =>
    killsOfAgent.some((at) => entry.atSeconds > at - UNWRITTEN_SECONDS && entry.atSeconds < at + CLOCK_SECONDS)
  const lost = missing.filter((entry) => !excused(entry)).map((entry) => `${entry.marker} at ${entry.atSeconds}`)
  const doubled = [...counts].filter(([, count]) => count > 1).map(([marker]) => marker)
  return { lost, doubled, notKept: missing.length - lost.length }
}

async function nodeStartMs(): Promise<number> {
  const startedMs = performance.now()
  await mustRun([process.execPath, '-e', '0'])
  return performance.now() - startedMs
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function uptimeSeconds(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
}
