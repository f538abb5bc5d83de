import type { KernelEvent } from '@yagura/schema'
import { event as eventContract } from '@yagura/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRepetition } from './repetition.ts'

let serial = 0
function act(type: 'exec' | 'fork' | 'exit' | 'connect', pid: number, more: object = {}): KernelEvent {
  serial += 1
  const socket = { family: 'inet', protocol: 'tcp', localAddress: '', localPort: serial, remoteAddress: '10.0.0.1' }
  const own = {
    exec: { args: ['sleep', '1'], argsTruncated: false, cwd: '/' },
    fork: { childPid: pid + 1, childStartNs: String(pid + 1) },
    exit: { exitCode: 0, signal: 0 },
    connect: { ...socket, remotePort: 80, result: 0 },
  }[type]
  return eventContract.parse({
    ...{ id: `r.0.${serial}`, at: `2026-01-01T00:00:00.${String(serial % 1000).padStart(3, '0')}Z`, source: 'ebpf' },
    ...{ pid, tid: pid, parentPid: 1, startNs: String(pid), uid: 0, gid: 0, command: 'sh', exe: '/bin/sh' },
    ...{ cgroupId: '9', containerId: 'c', ancestry: [{ pid: 1, exe: '/init', startNs: '1' }] },
    ...{ type, ...own, ...more },
  })
}

function rig() {
  const clock = { ms: 0, monotonicMs: () => clock.ms }
  const repetition = createRepetition(clock)
  const sent: KernelEvent[] = []
  const send = (event: KernelEvent) => void sent.push(event)
  function see(event: KernelEvent): void {
    if (repetition.takes(event)) return
    repetition.owed(event, send)
    send(event)
  }
  /** A process is born, runs a program and ends. */
  function turn(pid: number, more: object = {}): void {
    see(act('fork', pid - 1))
    see(act('exec', pid, more))
    see(act('exit', pid))
  }
  return { clock, repetition, sent, send, see, turn }
}

/** How many acts of this kind the events stand for. */
function stoodFor(events: readonly KernelEvent[], type: KernelEvent['type']): number {
  return events.filter((one) => one.type === type).reduce((sum, { repeats }) => sum + (repeats?.count ?? 1), 0)
}

describe('repetition', () => {
  it('sends the first of a kind one by one and tells the rest together, with their number and since when', () => {
    const { clock, repetition, sent, send, turn } = rig()
    for (let pid = 10; pid < 1010; pid += 2) turn(pid)
    expect(sent).toHaveLength(15)
    clock.ms = 2000
    repetition.tick(send)
    const together = sent.slice(15)
    expect(together.map((one) => [one.type, one.repeats?.count])).toEqual([
      ['fork', 495],
      ['exec', 495],
      ['exit', 495],
    ])
    expect(together.map((one) => eventContract.safeParse(one).success)).toEqual([true, true, true])
    expect(repetition.oldestMs()).toBeUndefined()
  })

  it('loses none: every act is sent or stands in a number, whatever comes in between', () => {
    const step = fc.record({
      kind: fc.nat(5),
      pid: fc.integer({ min: 2, max: 9 }),
      program: fc.nat(2),
      ms: fc.nat(4000),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { clock, repetition, sent, send, see } = rig()
        const seen = new Map<KernelEvent['type'], number>()
        for (const { kind, pid, program, ms } of steps) {
          clock.ms += kind === 5 ? ms : 1
          repetition.tick(send)
          const type = (['fork', 'exec', 'exit', 'connect', 'exec', 'exec'] as const)[kind] ?? 'exec'
          see(act(type, pid, type === 'exec' ? { args: [`p${program}`] } : {}))
          seen.set(type, (seen.get(type) ?? 0) + 1)
        }
        repetition.flush(send)
        for (const [type, count] of seen) expect(stoodFor(sent, type)).toBe(count)
        expect(repetition.oldestMs()).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it('tells a process from its beginning when it does something new, its parents first', () => {
    const { sent, see, turn } = rig()
    for (let pid = 10; pid < 30; pid += 2) turn(pid)
    sent.length = 0
    see(act('fork', 99))
    see(act('exec', 100))
    see(act('fork', 100))
    expect(sent).toEqual([])
    const ancestry = [{ pid: 100, exe: '/bin/sh', startNs: '100' }]
    see(act('connect', 101, { ancestry }))
    expect(sent.map((one) => [one.type, one.pid])).toEqual([
      ['fork', 99],
      ['exec', 100],
      ['fork', 100],
      ['connect', 101],
    ])
    // and its end, for its beginning was told
    see(act('exit', 100))
    expect(sent.at(-1)).toMatchObject({ type: 'exit', pid: 100 })
  })

  it('tells a process that lives on, though it began like many others', () => {
    const { clock, repetition, sent, send, see, turn } = rig()
    for (let pid = 10; pid < 30; pid += 2) turn(pid)
    clock.ms = 5000
    repetition.tick(send)
    sent.length = 0
    see(act('exec', 100))
    clock.ms = 7000
    repetition.tick(send)
    expect(sent.map((one) => [one.type, one.pid, one.repeats])).toEqual([['exec', 100, undefined]])
  })

  it('does not take what differs in arguments, directory, user, parent or outcome for the same', () => {
    for (const more of [{ args: ['sleep', '2'] }, { cwd: '/tmp' }, { uid: 1 }, { injected: true }, { ancestry: [] }]) {
      const { sent, turn, see } = rig()
      for (let pid = 10; pid < 30; pid += 2) turn(pid)
      sent.length = 0
      see(act('exec', 100, more))
      expect(sent).toHaveLength(1)
    }
    const { sent, turn, see } = rig()
    for (let pid = 10; pid < 30; pid += 2) turn(pid)
    sent.length = 0
    see(act('exec', 100))
    see(act('exit', 100, { exitCode: 1 }))
    expect(sent.map((one) => one.type)).toEqual(['exec', 'exit'])
  })

  it('takes a number that is used again for another process', () => {
    const { clock, repetition, sent, send, see, turn } = rig()
    for (let pid = 10; pid < 30; pid += 2) turn(pid)
    sent.length = 0
    see(act('exec', 100))
    see(act('exec', 100, { startNs: '777' }))
    see(act('connect', 100, { startNs: '777' }))
    expect(sent.map((one) => [one.type, one.startNs])).toEqual([
      ['exec', '777'],
      ['connect', '777'],
    ])
    clock.ms = 5000
    repetition.tick(send)
    expect(stoodFor(sent, 'exec')).toBe(2 + 5)
  })

  it('forgets a kind that was not seen for a minute: it is news again', () => {
    const { clock, repetition, sent, send, turn } = rig()
    for (let pid = 10; pid < 30; pid += 2) turn(pid)
    for (let round = 0; round < 40; round += 1) {
      clock.ms += 2000
      repetition.tick(send)
    }
    sent.length = 0
    turn(100)
    expect(sent.map((one) => one.type)).toEqual(['fork', 'exec', 'exit'])
  })

  it('goes one by one where there are more kinds than it keeps', () => {
    const { sent, see } = rig()
    for (let round = 0; round < 10; round += 1) {
      for (let number = 0; number < 600; number += 1) see(act('exec', 5000 + number, { exe: `/bin/p${number}` }))
    }
    expect(sent.length).toBeGreaterThan(600 * 5)
    expect(sent.filter((one) => one.exe === '/bin/p599')).toHaveLength(10)
  })
})
