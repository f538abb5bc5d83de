// Refusals are told once: as events where the kernel's own events do not tell them.
import { event } from '@yagura/schema'
import type { VerdictNotice } from '@yagura/sensor'
import { expect, it } from 'vitest'
import { refusalEvent } from './refusal.ts'

const notice: VerdictNotice = {
  kind: 'deny-open',
  at: '2026-01-01T00:00:00.000001Z',
  pid: 7,
  startNs: '12345',
  exe: '/usr/bin/python3.11',
  cgroupId: '9',
  containerId: 'c1',
  object: '/etc/cron.d/x',
}

it('is an event that anybody can read', () => {
  const made = refusalEvent(notice, 'a.1')
  expect(event.parse(made)).toMatchObject({
    type: 'call',
    call: 'refused:deny-open',
    detail: '/etc/cron.d/x',
    result: -1,
  })
})

it.each(['deny-exec', 'deny-connect', 'quarantine', 'doomed'] as const)('%s is told by events of its own', (kind) => {
  expect(refusalEvent({ ...notice, kind }, 'a.1')).toBeUndefined()
})

it('is of containers only', () => {
  expect(refusalEvent({ ...notice, containerId: null }, 'a.1')).toBeUndefined()
})
