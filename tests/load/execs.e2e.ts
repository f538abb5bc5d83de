// 10,000 execs over 200 short containers: all must arrive, at least 99.9 % with the right container id, the rest counted as
// gaps. YAGURA_SAMPLE=ci runs a fifth of it. The first exec of a container is the hard one: nothing can know the id before.
import { randomUUID } from 'node:crypto'
import type { StoredEvent } from '@yagura/schema'
import type { Client } from '@yagura/schema/client'
import { makeNode, type Node } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAll } from '../e2e/support/api.ts'
import { describeWith } from '../e2e/support/requirements.ts'
import { until } from '../e2e/support/until.ts'
import { makeWorld, type World } from '../e2e/support/world.ts'

const SAMPLE = process.env.YAGURA_SAMPLE === 'ci'
const CONTAINERS = SAMPLE ? 40 : 200
const EXECS = 50
const AT_ONCE = 4

/** $1: marker of the container; the shell itself is exec 0, the loop makes the others. */
const SCRIPT = `i=1; while [ $i -lt ${EXECS} ]; do
  case $((i % 5)) in 0) p=true;; 1) p=echo;; 2) p=uname;; 3) p=ls;; 4) p=cat;; esac
  /bin/$p "$2-$i" >/dev/null 2>&1; i=$((i + 1)); done; exit 0`

describeWith(['node', 'data', 'sensor'], `${CONTAINERS * EXECS} execs over ${CONTAINERS} short containers`, () => {
  let node: Node
  let world: World
  let api: Client

  beforeAll(async () => {
    world = makeWorld({ name: 'load', port: 17_720 })
    node = await makeNode({ name: `load-${process.pid}` })
    await node.importImage('alpine:3.18')
    api = (await world.start({ runtimeRoot: node.root })).api
  })

  afterAll(async () => {
    await world?.close()
    await node?.close()
  })

  test('all arrive, nearly all with the right container', { timeout: 900_000 }, async () => {
    const run = `load-${randomUUID().slice(0, 8)}`
    const startedMs = performance.now()
    const waiting = Array.from({ length: CONTAINERS }, (_, index) => index)
    await Promise.all(Array.from({ length: AT_ONCE }, () => work()))
    async function work(): Promise<void> {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        const name = `${run}-${index}`
        const command = ['/bin/sh', '-c', SCRIPT, 'sh', `${name}-0`, name]
        const { exitCode, stderr } = await node.runToEnd({ image: 'testbed.local/alpine:3.18', name, command })
        if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}: ${stderr}`)
      }
    }
    const loadMs = performance.now() - startedMs

    let seen = await execsOf(api, run)
    await until(
      'every exec has arrived',
      async () => {
        seen = await execsOf(api, run)
        return seen.size >= CONTAINERS * EXECS ? true : undefined
      },
      { timeoutMs: 90_000, everyMs: 3_000 },
    ).catch(() => {})
    const arrivedMs = performance.now() - startedMs

    const total = CONTAINERS * EXECS
    const right = [...seen].filter(
      ([marker, event]) => event.containerId === marker.slice(0, marker.lastIndexOf('-')),
    ).length
    const without = [...seen.values()].filter((event) => event.containerId === null).length
    const gaps = await listAll(api, 'listCoverageGaps', { state: 'all' })
    const counted = (code: string) => gaps.filter((gap) => gap.code === code).reduce((sum, gap) => sum + gap.count, 0)
    const figures = {
      execs: total,
      arrived: seen.size,
      rightContainer: right,
      rightPercent: Number(((100 * right) / total).toFixed(3)),
      withoutContainer: without,
      wrongContainer: seen.size - right - without,
      lostAndCounted: counted('SENSOR_EVENTS_LOST'),
      unidentifiedAndCounted: counted('CONTAINER_UNIDENTIFIED'),
      loadSeconds: Math.round(loadMs / 100) / 10,
      allArrivedAfterSeconds: Math.round(arrivedMs / 100) / 10,
    }
    console.log(JSON.stringify(figures))
    expect(figures.arrived).toBe(total)
    expect(figures.wrongContainer).toBe(0)
    expect(figures.rightPercent).toBeGreaterThanOrEqual(99.9)
    expect(figures.unidentifiedAndCounted).toBeGreaterThanOrEqual(figures.withoutContainer)
  })
})

/** marker → exec; the programs that started the containers name the marker too and are left out. */
async function execsOf(api: Client, run: string): Promise<Map<string, StoredEvent>> {
  const events = await listAll(api, 'listEvents', { filter: `type = "exec" and args contains "${run}-"` })
  const marker = new RegExp(`^${run}-\\d+-\\d+$`)
  return new Map(
    events.flatMap((event): [string, StoredEvent][] => {
      if (event.type !== 'exec' || event.args.includes('ctr')) return []
      const name = event.args.find((arg) => marker.test(arg))
      return name === undefined ? [] : [[name, event]]
    }),
  )
}
