import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Detection } from '@yagura/detect'
import { incidentReport, type KernelEvent, signal } from '@yagura/schema'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { goFirst } from '../host/priority.ts'
import { openSelfGuard, type SelfGuardOptions } from './guard.ts'

const OWN = { pid: 500, parentPid: 400 }
let parent: string
let directory: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'yg-guard-'))
  directory = join(parent, 'agent')
  mkdirSync(directory)
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

function rig(more: Partial<SelfGuardOptions> = {}) {
  let nowMs = Date.parse('2026-11-23T10:00:00Z')
  const machine = { forks: 0, free: 2 ** 40, boot: 'b1' }
  const open = () =>
    openSelfGuard({
      hostKey: 'host:m1',
      clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
      directory,
      eventsRead: undefined,
      ...OWN,
      machine: { forks: () => machine.forks, freeBytes: () => machine.free, bootId: () => machine.boot },
      ...more,
    })
  return { open, machine, pass: (ms: number) => (nowMs += ms) }
}

function event(more: object): KernelEvent {
  const base = { id: 'e.1', at: '2026-11-23T10:00:00Z', pid: 900, startNs: '7', exe: '/bin/bash', containerId: null }
  return { ancestry: [], result: 0, ...base, ...more } as unknown as KernelEvent
}
const kill = (more: object = {}) =>
  event({ type: 'kill', targetPid: OWN.pid, targetExe: '/node', targetContainerId: null, signal: 9, ...more })
const titles = (told: readonly Detection[]) =>
  told.map((one) => (one.kind === 'incident' ? `${one.incident.severity}: ${one.incident.title.en}` : one.kind))

describe('acts', () => {
  test('a signal to the agent is an incident that the schema takes; of a container a critical one', () => {
    const guard = rig().open()
    const told = guard.receive(kill({ containerId: 'c1' }))
    expect(titles(told)).toEqual(['signal', 'critical: Somebody reaches for the agent'])
    for (const one of told) {
      if (one.kind === 'signal') expect(signal.parse(one.signal)).toMatchObject({ grade: 'strong', eventIds: ['e.1'] })
      if (one.kind === 'incident') expect(incidentReport.parse(one.incident).containerIds).toEqual(['c1'])
    }
    expect(titles(rig().open().receive(kill()))).toEqual(['signal', 'high: Somebody reaches for the agent'])
  })

  test.each([
    ['the service manager stops it', kill({ pid: 1, signal: 15 })],
    ['who started it stops it', kill({ pid: OWN.parentPid, signal: 15 })],
    ['the signal asks only whether it is there', kill({ signal: 0 })],
    ['it was not allowed', kill({ result: -1 })],
    ['another process is meant', kill({ targetPid: 501 })],
    ['the agent does it', kill({ pid: OWN.pid })],
    ['a child of the agent does it', kill({ ancestry: [{ pid: OWN.pid, exe: '', startNs: '1' }] })],
  ])('nothing is said when %s', (_, act) => {
    expect(rig().open().receive(act)).toEqual([])
  })

  test('process 1 of a container is no service manager', () => {
    expect(
      rig()
        .open()
        .receive(kill({ pid: 1, signal: 15, containerId: 'c1' })),
    ).toHaveLength(2)
  })

  test('reaching into the agent, detaching programs from a container, and changing its files', () => {
    const { open, pass } = rig()
    const guard = open()
    const said = (act: KernelEvent) => {
      pass(60_000)
      return titles(guard.receive(act))[1]
    }
    expect(said(event({ type: 'trace', targetPid: OWN.pid, action: 'attach', call: 'ptrace' }))).toContain('reaches')
    const detach = { type: 'call', call: 'bpf', numbers: ['34'] }
    expect(said(event({ ...detach, containerId: 'c1' }))).toContain('reaches')
    expect(said(event(detach))).toBeUndefined()
    expect(said(event({ type: 'unlink', path: `${directory}/spool/x` }))).toContain('changed by others')
    expect(said(event({ type: 'open', path: `${directory}/state/x`, flags: 1 }))).toContain('changed by others')
    expect(said(event({ type: 'open', path: `${directory}/state/x`, flags: 0 }))).toBeUndefined()
    expect(said(event({ type: 'unlink', path: `${directory}-2/x` }))).toBeUndefined()
    expect(said(event({ type: 'unlink', path: `${directory}/x`, containerId: 'c1' }))).toBeUndefined()
  })

  test('again and again is one incident that grows', () => {
    const { open, pass } = rig()
    const guard = open()
    const ids = [0, 1, 2].map(() => {
      pass(20_000)
      const [, told] = guard.receive(kill())
      return told?.kind === 'incident' ? `${told.incident.id} ${told.incident.revision}` : ''
    })
    const id = ids[0]?.split(' ')[0]
    expect(ids).toEqual([`${id} 1`, `${id} 2`, `${id} 3`])
    expect(guard.receive(kill())).toEqual([])
  })
})

describe('what is not an event', () => {
  test('a run that did not end is told by the next, day by day in one incident; an end or another boot is not', () => {
    const { open, machine, pass } = rig()
    const first = open()
    expect(first.atStart).toEqual([])
    pass(60_000)
    const second = open()
    expect(titles(second.atStart)).toEqual(['signal', 'high: The agent was ended by force'])
    pass(60_000)
    const third = open()
    const told = [...second.atStart, ...third.atStart].flatMap((one) => (one.kind === 'incident' ? [one.incident] : []))
    expect(told.map(({ revision }) => revision)).toEqual([1, 2])
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
    machine.boot = 'b2'
    const fourth = open()
    expect(fourth.atStart).toEqual([])
    fourth.end()
    expect(open().atStart).toEqual([])
  })

  test('a disk that takes nothing is told, however much of it is free', () => {
    let isUnwritable = false
    const guard = rig({ isUnwritable: () => isUnwritable }).open()
    expect(guard.look()).toEqual([])
    isUnwritable = true
    expect(titles(guard.look())).toEqual(['signal', 'high: The disk of the agent is full'])
    expect(guard.look()).toEqual([])
  })

  test('a disk that fills is told once, and again after it had room', () => {
    const { open, machine, pass } = rig()
    const guard = open()
    expect(guard.look()).toEqual([])
    machine.free = 1000
    expect(titles(guard.look())).toEqual(['signal', 'high: The disk of the agent is full'])
    expect(guard.look()).toEqual([])
    machine.free = 2 ** 40
    guard.look()
    machine.free = 0
    pass(60_000)
    expect(guard.look()).toHaveLength(2)
  })

  test('a data directory that is removed or replaced', () => {
    const { open, pass } = rig()
    const guard = open()
    renameSync(directory, `${directory}-moved`)
    expect(titles(guard.look())).toEqual(['signal', 'high: Files of the agent were changed by others'])
    expect(guard.look()).toEqual([])
    pass(1)
    expect(existsSync(directory)).toBe(false)
  })

  test('what was taken from the sensor is named once, and again when it was put back meanwhile', () => {
    let gone: readonly string[] = []
    const { open, pass } = rig({ tampered: () => gone })
    const guard = open()
    expect(guard.look()).toEqual([])
    gone = ['exec', 'control']
    const told = guard.look()
    expect(titles(told)).toEqual(['signal', 'high: The sensor does not see any more'])
    const [first] = told
    expect(first?.kind === 'signal' ? first.signal.sentence.en : '').toContain('exec, control.')
    expect(guard.look()).toEqual([])
    gone = []
    guard.look()
    pass(60_000)
    gone = ['exec']
    expect(guard.look()).toHaveLength(2)
  })

  test('a sensor that sees nothing while processes begin is blind until it sees again', () => {
    let events = 10
    const { open, machine } = rig({ eventsRead: () => events })
    const guard = open()
    machine.forks += 20
    expect(guard.lookAtSight()).toEqual({ told: [], gaps: [] })
    machine.forks += 200
    const { told, gaps } = guard.lookAtSight()
    expect(titles(told)).toEqual(['signal', 'high: The sensor does not see any more'])
    expect(gaps).toMatchObject([{ code: 'SENSOR_UNAVAILABLE', subject: 'sight', resolved: false }])
    machine.forks += 200
    expect(guard.lookAtSight()).toEqual({ told: [], gaps: [] })
    events += 1
    expect(guard.lookAtSight()).toMatchObject({ told: [], gaps: [{ resolved: true }] })
  })
})

test('a priority that is not allowed is said', () => {
  expect(goFirst(join(parent, 'missing', 'oom_score_adj')).join(' ')).toContain('oom_score_adj')
})
