// Lineages: where they begin, who is in them, and that the tables stay bounded whatever comes.
import type { KernelEvent } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../testing/world.ts'
import { createProcessTable } from './process-table.ts'

const START = Date.UTC(2026, 0, 1)

function event(type: string, pid: number, startNs: string, more: object = {}): KernelEvent {
  return {
    id: `${type}.${pid}.${startNs}`,
    at: '2026-01-01T00:00:00Z',
    source: 'ebpf',
    pid,
    tid: pid,
    parentPid: 1,
    startNs,
    uid: 0,
    gid: 0,
    command: 'x',
    exe: '/x',
    cgroupId: '1',
    containerId: 'c',
    ancestry: [],
    type,
    ...more,
  } as unknown as KernelEvent
}

describe('lineages', () => {
  it('begin at the container, at a session, at a request; the runtime is in none of them', () => {
    const world = createWorld()
    const kinds: string[] = []
    const init = world.container('c1', '/app')
    init.accept('10.9.9.9', 40_000)
    init.run('worker')
    world.inject('c1', 'sh -c probe')
    for (const { type, containerId } of world.events) if (type === 'exec') kinds.push(containerId ?? 'node')
    expect(kinds).toEqual(['node', 'c1', 'c1', 'node', 'c1'])
    expect(world.told.signals).toEqual([])
  })

  it('are found by ancestry when the beginning was not seen, the container below its first process', () => {
    const table = createProcessTable(100, () => false)
    table.noteInit('c', 50)
    const ancestry = [
      { pid: 60, exe: '/sh', startNs: '6' },
      { pid: 50, exe: '/app', startNs: '5' },
      { pid: 40, exe: '/shim', startNs: '4' },
    ]
    const actor = table.of(event('open', 70, '7', { ancestry }), START)
    const sibling = table.of(event('open', 71, '8', { ancestry: ancestry.slice(1) }), START)
    expect(actor.lineage).toBe(sibling.lineage)
    expect(actor.lineage.root.pid).toBe(50)
    expect([actor.parent?.containerId, actor.parent?.parent?.parent?.containerId]).toEqual(['c', null])
  })

  it('tell a number that is used again from who had it before', () => {
    const table = createProcessTable(100, () => false)
    const first = table.of(event('open', 70, '7'), START)
    const { lineage } = first
    const second = table.of(event('open', 70, '9'), START)
    expect(second).not.toBe(first)
    expect(first.alive).toBe(false)
    expect(lineage.live).toBe(0)
  })
})

describe('bounds', () => {
  it('hold for processes that are never seen to end, and keep those of a protected chain', () => {
    const table = createProcessTable(200, (chain) => chain === 7)
    const kept = table.of(event('open', 5, '1'), START)
    kept.lineage.chain = 7
    for (let pid = 100; pid < 5000; pid++) {
      const actor = table.of(event('open', pid, String(pid), { containerId: `c${pid % 50}` }), START + pid)
      if (pid % 3 === 0) actor.tags = 1
    }
    expect(table.size).toBeLessThanOrEqual(200)
    expect(table.find(5)).toBe(kept)
    expect(table.evicted).toBeGreaterThan(4000)
  })

  it('hold for a program that starts itself anew and ends, again and again', () => {
    const table = createProcessTable(1000, () => false)
    let actor = table.of(event('open', 100, '1'), START)
    for (let generation = 0; generation < 10_000; generation++) {
      const pid = 101 + (generation % 500)
      const child = table.forked(
        actor,
        event('fork', actor.pid, actor.startNs, { childPid: pid, childStartNs: String(generation + 2) }) as never,
        START + generation,
      )
      table.exited(actor, START + generation)
      if (generation % 100 === 0) table.sweep(START + generation * 100)
      if (child === undefined) throw new Error('no child')
      actor = child
    }
    let depth = 0
    for (let one = actor.parent; one !== null; one = one.parent) depth++
    expect(depth).toBeLessThan(200)
    expect(actor.lineage.live).toBe(1)
  })
})
