import type { IncidentReport, ResponseAction } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { freezesOf } from './freezes.ts'

const at = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString()

function frozen(more: Partial<ResponseAction>): { atMs: number; value: ResponseAction } {
  const value = { kind: 'freeze', state: 'done', incidentId: 'i1', requestedAt: at(100), doneAt: at(112), ...more }
  return { atMs: 0, value: value as ResponseAction }
}

function incident(containable: boolean, ...steps: number[]): { atMs: number; value: IncidentReport } {
  const value = { id: 'i1', containable, steps: steps.map((ms) => ({ at: at(ms) })) }
  return { atMs: 0, value: value as IncidentReport }
}

describe('freezes', () => {
  it('are timed from the decision, and from the last act of the report that allowed it', () => {
    const incidents = [incident(false, 10), incident(true, 10, 90, 130), incident(true, 10, 90, 95)]
    expect(freezesOf({ actions: [frozen({})], incidents })).toEqual([{ fromDecisionMs: 12, fromActMs: 22 }])
  })

  it('are only those that were done', () => {
    const actions = [frozen({ state: 'refused' }), frozen({ kind: 'kill-tree' }), frozen({ doneAt: null })]
    expect(freezesOf({ actions, incidents: [] })).toEqual([])
    expect(freezesOf({ actions: [frozen({})], incidents: [] })).toEqual([{ fromDecisionMs: 12, fromActMs: null }])
  })
})
