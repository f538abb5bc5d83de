// When a chain may be contained: by its weight, or because it goes on act after act.
import type { SignalGrade, Tactic } from '@yagura/schema'
import { expect, it } from 'vitest'
import { addToChain, type Chain, createChain } from './chain.ts'
import { isContainable } from './incident.ts'
import { CONTAIN, INCIDENT } from './score.ts'

function grown(
  acts: readonly (readonly [atMs: number, tactic: Tactic, grade: SignalGrade, evidence: number, pid?: number])[],
): Chain {
  const chain = createChain(1, 'c', null, 0)
  for (const [index, [atMs, tactic, grade, evidence, pid = 7]] of acts.entries())
    addToChain(chain, {
      key: String(index),
      step: {
        at: new Date(atMs).toISOString(),
        tactic,
        technique: null,
        signalId: String(index),
        rule: String(index),
        grade,
        sentence: { en: '' },
        process: { pid, startNs: '1', exe: '/bin/x', args: [], containerId: 'c1' },
        eventIds: [],
        missing: null,
      },
      atMs,
      grade,
      isSequence: false,
      severity: 'high',
      title: { en: '' },
      source: 'syscall',
      scored: { tactic, evidence, distance: 0 },
      containerId: null,
      assetKey: 'a',
      edge: index,
      profileKey: '',
    })
  return chain
}

it('goes on: three acts, one of them strong', () => {
  const chain = grown([
    [0, 'execution', 'strong', 6],
    [2000, 'credential-access', 'medium', 3],
    [4000, 'credential-access', 'medium', 3],
  ])
  expect(chain.score).toBeGreaterThanOrEqual(INCIDENT)
  expect(chain.score).toBeLessThan(CONTAIN)
  expect(isContainable(chain)).toBe(true)
})

it('is one act that was seen from three sides', () => {
  const chain = grown([
    [0, 'execution', 'strong', 6],
    [10, 'credential-access', 'medium', 3],
    [20, 'credential-access', 'medium', 3],
  ])
  expect(chain.score).toBeGreaterThanOrEqual(INCIDENT)
  expect(isContainable(chain)).toBe(false)
})

it('needs something strong, and counts no hints', () => {
  const medium = grown([
    [0, 'execution', 'medium', 4],
    [2000, 'credential-access', 'medium', 3],
    [4000, 'credential-access', 'medium', 3],
  ])
  expect(isContainable(medium)).toBe(false)
  const hints = grown([
    [0, 'execution', 'strong', 6],
    [2000, 'credential-access', 'weak', 3],
    [4000, 'credential-access', 'weak', 3],
  ])
  expect(isContainable(hints)).toBe(false)
})

const HEAVY = ['execution', 'credential-access', 'exfiltration', 'impact'] as const

it('is heavy, but the work of one process at one time: ending that is enough', () => {
  const chain = grown(HEAVY.map((tactic, index) => [index * 10, tactic, 'strong', 8] as const))
  expect(chain.score).toBeGreaterThanOrEqual(CONTAIN)
  expect(isContainable(chain)).toBe(false)
})

it('is heavy and the work of several processes, or of one that went on', () => {
  const several = grown(HEAVY.map((tactic, index) => [index * 10, tactic, 'strong', 8, index] as const))
  expect(isContainable(several)).toBe(true)
  const longer = grown(HEAVY.map((tactic, index) => [index * 500, tactic, 'strong', 8] as const))
  expect(isContainable(longer)).toBe(true)
})
