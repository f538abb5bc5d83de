import { expect, test } from 'vitest'
import { createSequenceTracker } from './sequence.ts'

test('holes are counted for each CPU; the very first records count too', () => {
  const tracker = createSequenceTracker()
  for (const [cpu, sequence] of [
    [0, 0],
    [1, 2],
    [0, 1],
    [1, 3],
    [0, 5],
  ] as const)
    tracker.seen(cpu, sequence)
  expect(tracker.missing).toBe(2 + 3)
})
