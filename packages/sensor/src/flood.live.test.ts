// Ten thousand programs in two hundred short-lived containers: all must arrive, each with its container.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type CgroupKind, cgroupRoot, makeCgroup, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()
const CONTAINERS = 200
const EXECS_EACH = 50
const AT_ONCE = 4

/** One container's life: the group is made, a shell enters it and runs programs, the group is removed. */
async function runContainer(kind: CgroupKind, parent: string, id: string, marker: string): Promise<void> {
  const group = makeCgroup(kind, `${parent}/${id}`)
  const script = `echo $$ > ${group.procs} && for i in $(seq ${EXECS_EACH}); do /bin/true ${marker} ${id}; done`
  const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' })
  await once(child, 'exit')
  group.remove()
}

describe.skipIf(obstacle !== undefined)('flood', () => {
  test.each(['v2', 'v1'] as const)(
    '%s: every program of every short container arrives',
    async (kind) => {
      if (cgroupRoot(kind) === undefined) return expect(cgroupRoot(kind)).toBeUndefined()
      const live = await openLiveSensor()
      const marker = randomBytes(6).toString('hex')
      const parent = makeCgroup(kind, `/yagura-flood-${marker}/docker`)
      try {
        const ids = Array.from({ length: CONTAINERS }, () => randomBytes(32).toString('hex'))
        const queue = [...ids]
        const worker = async () => {
          for (let id = queue.pop(); id !== undefined; id = queue.pop())
            await runContainer(kind, `/yagura-flood-${marker}/docker`, id, marker)
        }
        const startedMs = performance.now()
        await Promise.all(Array.from({ length: AT_ONCE }, worker))
        const seconds = (performance.now() - startedMs) / 1000
        await live.settle()
        const execs = live.events.filter((event) => event.type === 'exec' && event.args[1] === marker)
        const right = execs.filter((event) => event.type === 'exec' && event.args[2] === event.containerId)
        const { eventsLost } = live.sensor.stats()
        console.log(
          `${kind}: ${execs.length} of ${CONTAINERS * EXECS_EACH} execs in ${seconds.toFixed(1)} s, ` +
            `${right.length} with the right container, ${eventsLost} records lost, ${live.events.length} events in all`,
        )
        expect(execs.length + eventsLost).toBeGreaterThanOrEqual(CONTAINERS * EXECS_EACH)
        expect(right.length).toBeGreaterThanOrEqual(0.999 * CONTAINERS * EXECS_EACH)
        expect(new Set(live.events.map((event) => event.id)).size).toBe(live.events.length)
      } finally {
        live.close()
        parent.remove()
      }
    },
    180_000,
  )
})
