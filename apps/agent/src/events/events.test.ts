import { mkdtempSync, rmSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { type Clock, newId } from '@yagura/kernel'
import { type Batch, type BatchItem, batch, type KernelEvent, type Signal } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { openSpool } from '../spool/spool.ts'
import { type BatcherOptions, createBatcher } from './batcher.ts'
import { createBudgets } from './budget.ts'
import { createPump } from './pump.ts'

const directory = mkdtempSync('/tmp/yg-agent-events-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function testClock(): Clock & { ms: number } {
  const clock = { ms: 1000, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return clock
}

let serial = 0
function event(
  type: 'exec' | 'fork' | 'exit' | 'connect' | 'accept' | 'open',
  containerId: string | null,
  more: object = {},
): KernelEvent {
  serial += 1
  const process = { pid: 2, tid: 2, parentPid: 1, startNs: '5', uid: 0, gid: 0, command: 'x', exe: '/x', cgroupId: '9' }
  const socket = { family: 'inet', protocol: 'tcp', localAddress: '', localPort: 1, remoteAddress: '', remotePort: 2 }
  const own = {
    exec: { args: ['x'], argsTruncated: false, cwd: null },
    fork: { childPid: 3 },
    exit: { exitCode: 0, signal: 0 },
    connect: socket,
    accept: socket,
    open: { path: '/f', flags: 1, created: true },
  }[type]
  const base = { id: `r.0.${serial}`, at: '2026-01-01T00:00:00Z', source: 'ebpf', ancestry: [], containerId, type }
  return { ...base, ...process, ...own, ...more } as KernelEvent
}

function pumpWith(known: Set<string>) {
  const clock = testClock()
  const waiting: KernelEvent[] = []
  const passed: { priority: string; event: KernelEvent }[] = []
  const seen: KernelEvent[] = []
  const sent: BatchItem[] = []
  const pump = createPump({
    poll(handler) {
      const events = waiting.splice(0)
      for (const one of events) handler(one)
      return events.length
    },
    isKnown: (id) => known.has(id),
    detect: (one) => void seen.push(one),
    add: (priority, item) => {
      sent.push(item)
      if (item.item === 'event') passed.push({ priority, event: item.event })
    },
    clock,
    hostKey: 'host:x',
  })
  return { clock, waiting, passed, seen, sent, pump }
}

describe('pump', () => {
  it('sends exec, exit and connections of everything, forks of containers only; detection sees all', () => {
    const { waiting, passed, seen, pump } = pumpWith(new Set(['c']))
    const types = ['exec', 'fork', 'exit', 'connect', 'accept', 'open'] as const
    for (const type of types) waiting.push(event(type, null), event(type, 'c'))
    pump.tick()
    const shown = passed.map((one) => `${one.priority} ${one.event.type} ${one.event.containerId}`)
    expect(shown).toEqual([
      'high exec null',
      'high exec c',
      'high fork c',
      'high exit null',
      'high exit c',
      'high connect null',
      'high connect c',
      'high accept null',
      'high accept c',
    ])
    expect(seen).toHaveLength(12)
  })

  it('takes secrets out of arguments', () => {
    const { waiting, passed, pump } = pumpWith(new Set())
    waiting.push(event('exec', null, { args: ['app', '--password', 'hunter2'] }))
    pump.tick()
    expect(passed[0]?.event).toMatchObject({ args: ['app', '--password', '[removed]'] })
  })

  it('sends an event that a signal cites, once, before the signal', () => {
    const { waiting, sent, pump } = pumpWith(new Set(['c']))
    const open = event('open', 'c')
    waiting.push(open, event('open', 'c'))
    pump.tick()
    expect(sent).toEqual([])
    const signal = { id: 's', eventIds: [open.id] } as unknown as Signal
    pump.tell({ kind: 'signal', signal })
    pump.tell({ kind: 'signal', signal })
    expect(sent).toEqual([
      { item: 'event', event: open },
      { item: 'signal', signal },
      { item: 'signal', signal },
    ])
  })

  it('holds the first events of a container until it is known, in order', () => {
    const known = new Set<string>()
    const { clock, waiting, passed, pump } = pumpWith(known)
    waiting.push(event('exec', 'new', { pid: 1 }), event('exec', null, { pid: 2 }))
    pump.tick()
    expect(passed.map((one) => one.event.pid)).toEqual([2])
    known.add('new')
    waiting.push(event('exit', 'new', { pid: 3 }))
    clock.ms += 20
    pump.tick()
    expect(passed.map((one) => one.event.pid)).toEqual([2, 1, 3])
  })

  it('waits 50 ms at most, and only once for a container', () => {
    const { clock, waiting, passed, pump } = pumpWith(new Set())
    waiting.push(event('exec', 'unknown'))
    pump.tick()
    clock.ms += 49
    pump.tick()
    expect(passed).toHaveLength(0)
    clock.ms += 1
    pump.tick()
    expect(passed).toHaveLength(1)
    waiting.push(event('exec', 'unknown'))
    pump.tick()
    expect(passed).toHaveLength(2)
  })

  it('lets go of everything at the end', () => {
    const { waiting, passed, pump } = pumpWith(new Set())
    waiting.push(event('exec', 'a'), event('exec', 'b'))
    pump.tick()
    pump.flush()
    expect(passed).toHaveLength(2)
  })

  it('cuts a flood of one container, counts it, and leaves the others alone', () => {
    const { waiting, passed, pump } = pumpWith(new Set(['bomb', 'calm']))
    for (let number = 0; number < 30_000; number += 1) waiting.push(event('exec', 'bomb', { args: [`${number}`] }))
    for (let number = 0; number < 100; number += 1) waiting.push(event('exec', 'calm', { args: [`${number}`] }))
    pump.tick()
    expect(passed.filter((one) => one.event.containerId === 'calm')).toHaveLength(100)
    expect(passed.filter((one) => one.event.containerId === 'bomb')).toHaveLength(20_000)
    expect(pump.takeGaps()).toMatchObject([
      {
        code: 'LIMIT_REACHED',
        scope: 'host:x',
        count: 10_000,
        subject: 'process and network events of container bomb',
      },
    ])
    expect(pump.takeGaps()).toEqual([])
  })
})

describe('budgets', () => {
  it('fill again with time, up to the burst', () => {
    const budgets = createBudgets({ perSecond: 10, burst: 2 })
    expect([0, 0, 0, 50, 100, 5000, 5000, 5000].map((ms) => budgets.take('c', ms))).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      true,
      false,
    ])
    expect(budgets.takeCuts()).toEqual([{ key: 'c', count: 3 }])
  })
})

describe('batcher', () => {
  function rig(server: Pick<Partial<BatcherOptions>, 'isAway' | 'isBehind'> = {}) {
    const clock = testClock()
    const agentId = newId()
    const spool = openSpool({ directory: mkdtempSync(`${directory}/`), agentId, boot: newId(), capBytes: 1 << 26 })
    const batcher = createBatcher({ spool, agentId, clock, isAway: () => false, onSpooled: () => {}, ...server })
    const next = () => spool.next('urgent') ?? spool.next('rest')
    function spooled() {
      const found = []
      for (let one = next(); one; one = next()) {
        found.push(batch.parse(JSON.parse(zstdDecompressSync(one.payload).toString())))
        spool.acknowledge(one.entry)
      }
      return found
    }
    return { clock, spool, batcher, spooled, agentId }
  }
  const finding: BatchItem = { item: 'runtime-finding', finding: {} as never }
  const item = (text = ''): BatchItem => ({ item: 'event', event: event('exec', null, { args: [text] }) })

  it('makes batches the contract takes, numbered from 1, high and low apart', () => {
    const { clock, batcher, spooled, agentId } = rig()
    batcher.add('high', item())
    batcher.add('low', item())
    batcher.tick()
    expect(spooled()).toEqual([])
    clock.ms += 200
    batcher.tick()
    expect(spooled()).toMatchObject([
      { agentId, seq: 1, priority: 'high', items: [{ item: 'event' }] },
      { agentId, seq: 2, priority: 'low', items: [{ item: 'event' }] },
    ])
  })

  it('takes what was seen just before an alarm along with it, and leaves it behind when that is much', () => {
    for (const [count, batches] of [
      [3, 1],
      [1000, 2],
    ] as const) {
      const { clock, spool, batcher } = rig()
      for (let number = 0; number < count; number += 1) batcher.add('high', item())
      clock.ms += 20
      batcher.tick()
      expect(spool.counts().batches).toBe(0)
      batcher.add('urgent', finding)
      batcher.tick()
      const told = JSON.parse(zstdDecompressSync(spool.next('urgent')?.payload ?? Buffer.alloc(0)).toString()) as Batch
      expect(told.items.map((one) => one.item).slice(-2)).toEqual(
        count === 3 ? ['event', 'runtime-finding'] : ['runtime-finding'],
      )
      clock.ms += 200
      batcher.tick()
      expect(spool.counts().batches).toBe(batches)
    }
  })

  it('lets what merely happened grow old while the server comes behind, but no alarm', () => {
    const { clock, spool, batcher } = rig({ isBehind: () => true })
    batcher.add('high', item())
    clock.ms += 300
    batcher.tick()
    expect(spool.counts().batches).toBe(0)
    batcher.add('urgent', finding)
    batcher.tick()
    expect(spool.next('urgent')).toBeDefined()
  })

  it('waits longer with what tells of repetition than with news', () => {
    const { clock, batcher, spooled } = rig()
    const repeats = { count: 9, since: '2026-01-01T00:00:00Z' }
    batcher.add('high', { item: 'event', event: event('exec', 'c', { repeats }) })
    clock.ms += 499
    batcher.tick()
    expect(spooled()).toEqual([])
    batcher.add('high', item())
    clock.ms += 1
    batcher.tick()
    expect(spooled()).toMatchObject([{ items: [{ event: { repeats } }, { item: 'event' }] }])
  })

  it('does not let an alarm wait for more, unless the server is away', () => {
    for (const isAway of [false, true]) {
      const { clock, batcher } = rig({ isAway: () => isAway })
      batcher.add('high', item())
      batcher.add('urgent', finding)
      clock.ms += 20
      batcher.tick()
      // nothing is left in memory once it is spooled
      expect(batcher.oldestAgeMs()).toBe(isAway ? 20 : 0)
    }
  })

  it('waits longer while the server is away', () => {
    const { clock, batcher, spooled } = rig({ isAway: () => true })
    batcher.add('high', item())
    clock.ms += 1999
    batcher.tick()
    expect(spooled()).toEqual([])
    clock.ms += 1
    batcher.tick()
    expect(spooled()).toHaveLength(1)
  })

  it('closes a batch by number and by size', () => {
    const { batcher, spooled } = rig()
    for (let number = 0; number < 2001; number += 1) batcher.add('high', item())
    expect(spooled().map((one) => one.items.length)).toEqual([2000])
    batcher.add('high', item('x'.repeat(16_000)))
    for (let number = 0; number < 80; number += 1) batcher.add('high', item('x'.repeat(16_000)))
    batcher.flush()
    const sizes = spooled().map((one) => JSON.stringify(one).length)
    expect(sizes.length).toBe(2)
    expect(Math.max(...sizes)).toBeLessThan(1_200_000)
  })
})
