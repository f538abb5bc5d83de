// Every hook can be missing alone: the rest go on, and the gap is told.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, systemClock } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'
import { describe, expect, test } from 'vitest'
import { HOOKS } from './hook/hooks.ts'
import { openSensor } from './sensor.ts'
import { lacksHierarchy, makeCgroup, OBJECT_PATH, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()
/** What hooks bring that no other does, as seen from outside; two tell of TCP connections, the one without the other. */
const EVENT_OF_HOOK: Readonly<Record<string, (event: KernelEvent) => boolean>> = {
  exec: (event) => event.type === 'exec',
  fork: (event) => event.type === 'fork',
  exit: (event) => event.type === 'exit',
  'connect-datagram': (event) => event.type === 'connect' && event.protocol === 'udp',
  accept: (event) => event.type === 'accept',
  open: (event) => event.type === 'open',
}

/** All hooks, in so many groups of hooks that are not neighbours in the table. */
function apart(groups: number): string[][] {
  return Array.from({ length: groups }, (_, group) =>
    HOOKS.filter((_, index) => index % groups === group).map(({ name }) => name),
  )
}

/** One program of which every hook sees something. */
function doEverything(directory: string): number | undefined {
  const script = `
    const net = require('net'), dgram = require('dgram'), fs = require('fs');
    fs.writeFileSync(${JSON.stringify(join(directory, 'file'))}, 'x');
    require('child_process').spawnSync('/bin/true');
    const server = net.createServer((s) => s.end()).listen(0, '127.0.0.1', () => {
      net.connect(server.address().port, '127.0.0.1').on('data', () => {}).on('close', () => {
        const udp = dgram.createSocket('udp4');
        udp.connect(9, '127.0.0.1', () => { udp.close(); server.close(); });
      });
    });`
  return spawnSync(process.execPath, ['-e', script], { timeout: 10_000 }).pid
}

describe.skipIf(obstacle !== undefined)('hooks', () => {
  // each hook is left out once: the kernel verifies all others each time, which is what takes long
  test.each(apart(6))('without %s and others far from it, the rest work', async (...names) => {
    const directory = mkdtempSync(join(tmpdir(), 'yg-sensor-'))
    const live = await openLiveSensor({ withoutHooks: names })
    try {
      expect(live.sensor.mode).toBe('ebpf')
      for (const hook of live.sensor.hooks) expect(hook.state).toBe(names.includes(hook.name) ? 'off' : 'attached')
      for (const name of names) expect(live.sensor.reason).toContain(name)
      const pid = doEverything(directory)
      await live.settle()
      const own = live.events.filter((event) => event.pid === pid || event.parentPid === pid)
      for (const [hook, isOf] of Object.entries(EVENT_OF_HOOK)) {
        expect([hook, own.some(isOf)]).toEqual([hook, !names.includes(hook)])
      }
      expect(live.sensor.gaps().map(({ code, subject }) => [code, subject])).toEqual(
        names.map((name) => ['SENSOR_HOOK_MISSING', name]),
      )
    } finally {
      live.close()
      rmSync(directory, { recursive: true })
    }
  })

  test.skipIf(lacksHierarchy('v2'))('without the cgroup hooks a container is still found while it lives', async () => {
    const token = randomBytes(8).toString('hex')
    const id = randomBytes(32).toString('hex')
    const live = await openLiveSensor({ withoutHooks: ['cgroup-made', 'cgroup-moved', 'cgroup-removed'] })
    const group = makeCgroup('v2', `/yagura-sensor-${token}/docker/${id}`)
    const child = spawn('/bin/sh', ['-c', `echo $$ > ${group.procs}; /bin/echo ${token}; read line`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    try {
      await live.until((events) => events.some((event) => event.containerId === id))
      expect(live.sensor.containers().some((container) => container.containerId === id)).toBe(true)
    } finally {
      child.stdin?.end()
      await once(child, 'exit')
      live.close()
      group.remove()
    }
  })

  test('with no hook at all there is still an answer', async () => {
    const live = await openLiveSensor({ withoutHooks: HOOKS.map(({ name }) => name) })
    expect(live.sensor.hooks.every((hook) => hook.state === 'off')).toBe(true)
    expect(live.sensor.gaps()).toHaveLength(HOOKS.length)
    live.close()
  })

  test('a tiny ring loses records: they are counted by type and told, never silent', async () => {
    const live = await openLiveSensor({ ringBytes: 4096, settings: { repeatMs: 0, bulkPerSecond: 0 } })
    try {
      const token = randomBytes(8).toString('hex')
      spawnSync('/bin/sh', [
        '-c',
        `for i in $(seq 100); do /bin/true ${token}; done; for i in $(seq 200); do : > /dev/shm/${token}; done; rm /dev/shm/${token}`,
      ])
      await live.settle()
      const execs = live.events.filter((event) => event.type === 'exec' && event.args.includes(token)).length
      const { eventsLost } = live.sensor.stats()
      const gaps = live.sensor.gaps()
      const lost = (subject: string) => gaps.find((gap) => gap.subject === subject)?.count ?? 0
      expect(execs).toBeLessThan(100)
      expect(lost('security/exec')).toBeGreaterThanOrEqual(100 - execs)
      expect(lost('bulk/open')).toBeGreaterThan(100)
      expect(gaps.every((gap) => gap.code === 'SENSOR_EVENTS_LOST')).toBe(true)
      // others on the machine go on meanwhile
      const told = gaps.reduce((sum, gap) => sum + gap.count, 0)
      expect(told).toBeGreaterThanOrEqual(eventsLost)
      expect(told).toBeLessThanOrEqual(live.sensor.stats().eventsLost)
      // later losses are told by themselves
      const later = live.sensor.gaps().reduce((sum, gap) => sum + gap.count, 0)
      expect(told + later).toBeLessThanOrEqual(live.sensor.stats().eventsLost)
    } finally {
      live.close()
    }
  })

  test('an object that is not there, or none at all, means /proc and a reason', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'yg-sensor-'))
    const bad = join(directory, 'bad.o')
    writeFileSync(bad, 'not an object')
    const options = {
      mode: 'auto',
      withoutHooks: [],
      clock: systemClock,
      logger: createLogger('test', { level: 'silent' }),
    } as const
    for (const objectPath of [join(directory, 'missing.o'), bad, process.execPath]) {
      const sensor = await openSensor({ ...options, objectPath })
      expect(sensor.mode).toBe('proc')
      expect(sensor.reason).toContain(objectPath)
      expect(sensor.gaps()).toMatchObject([{ code: 'SENSOR_UNAVAILABLE' }])
      sensor.close()
    }
    rmSync(directory, { recursive: true })
  })

  test('a handler may close the sensor or throw', async () => {
    const sensor = await openSensor({
      mode: 'auto',
      withoutHooks: [],
      clock: systemClock,
      logger: createLogger('test', { level: 'silent' }),
      objectPath: OBJECT_PATH,
    })
    spawnSync('/bin/true')
    expect(() =>
      sensor.poll(() => {
        throw new Error('handler')
      }),
    ).toThrow('handler')
    spawnSync('/bin/true')
    let handed = 0
    while (handed === 0) {
      sensor.poll(() => {
        handed++
        sensor.close()
      })
    }
    expect(handed).toBe(1)
    expect(sensor.poll(() => {})).toBe(0)
    sensor.close()
  })
})
