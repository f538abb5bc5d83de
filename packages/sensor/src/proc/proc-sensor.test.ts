// The fallback needs neither root nor BPF: it is tested on the processes and sockets that this test makes.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { createLogger, systemClock } from '@yagura/kernel'
import { event as eventSchema, type KernelEvent } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSensor, type Sensor } from '../sensor.ts'

describe('the sensor without BPF', () => {
  let sensor: Sensor
  let nowMs = 0
  const clock = { nowMs: () => systemClock.nowMs(), monotonicMs: () => nowMs }
  /** One look: the pause is over. */
  const look = () => {
    const events: KernelEvent[] = []
    nowMs += 1000
    expect(sensor.poll((event) => events.push(event))).toBe(events.length)
    expect(events.filter((event) => !eventSchema.safeParse(event).success)).toEqual([])
    return events
  }

  beforeAll(async () => {
    const logger = createLogger('test', { level: 'silent' })
    sensor = await openSensor({ mode: 'proc', objectPath: '', withoutHooks: [], clock, logger })
    expect(look()).toEqual([])
  })
  afterAll(() => sensor.close())

  test('says what it is and what is missing, once', () => {
    expect(sensor.mode).toBe('proc')
    expect(sensor.hooks.every((hook) => hook.state === 'missing')).toBe(true)
    expect(sensor.gaps()).toMatchObject([{ code: 'SENSOR_UNAVAILABLE', scope: 'host' }])
    expect(sensor.gaps()).toEqual([])
  })

  test('processes that start, become another program, and end', async () => {
    const token = randomBytes(8).toString('hex')
    const script = 'read a; exec /bin/cat'
    const child = spawn('/bin/sh', ['-c', script, token], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    const own = (events: KernelEvent[]) => events.filter((event) => event.pid === child.pid)
    expect(own(look())).toMatchObject([
      { type: 'exec', source: 'proc', args: ['/bin/sh', '-c', script, token], parentPid: process.pid },
    ])
    expect(own(look())).toEqual([])
    child.stdin?.write('\n')
    let became: KernelEvent[] = []
    for (let attempt = 0; attempt < 100 && became.length === 0; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      became = own(look())
    }
    expect(became).toMatchObject([{ type: 'exec', args: ['/bin/cat'] }])
    expect(became[0]?.ancestry[0]?.pid).toBe(process.pid)
    child.stdin?.end()
    await once(child, 'exit')
    expect(own(look())).toMatchObject([{ type: 'exit', exitCode: -1 }])
  })

  test('connections that are opened and accepted', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
    const [accepted] = await once(server, 'connection')
    const found = look().filter((event) => event.type === 'connect' || event.type === 'accept')
    const own = found.filter((event) => event.localPort === port || event.remotePort === port)
    expect(own.map(({ type, pid }) => [type, pid]).sort()).toEqual([
      ['accept', process.pid],
      ['connect', process.pid],
    ])
    accepted.destroy()
    socket.destroy()
    server.close()
  })

  test('does not look again before the pause is over', () => {
    look()
    expect(sensor.poll(() => {})).toBe(0)
  })
})
