import type { IncidentStep } from '@yagura/schema'
import { expect, test } from 'vitest'
import { groupSteps } from './group-steps.ts'

function stepAt(at: string): IncidentStep {
  return {
    at,
    tactic: 'execution',
    technique: null,
    signalId: '01J00000000000000000000000',
    rule: 'a-rule',
    grade: 'weak',
    sentence: { en: at },
    process: null,
    eventIds: [],
    missing: null,
  }
}

test('what happens within a minute is one group, and a pause begins the next with its length', () => {
  const times = ['12:00:00.000', '12:00:20.000', '12:01:20.000', '12:05:20.500'].map((time) => `2026-11-23T${time}Z`)
  const groups = groupSteps([times[3], times[0], times[2], times[1]].map((at) => stepAt(at ?? '')))
  expect(groups.map(({ afterMs, steps }) => [afterMs, steps.map(({ number, step }) => [number, step.at])])).toEqual([
    [
      null,
      [
        [1, times[0]],
        [2, times[1]],
        [3, times[2]],
      ],
    ],
    [240_500, [[4, times[3]]]],
  ])
})

test('no steps, no groups', () => {
  expect(groupSteps([])).toEqual([])
})
