import { RECORD_CONSTANTS, RECORDS } from '@yagura/schema/kernel-record'
import { expect, test } from 'vitest'
import { countersSizeBytes, lossesOf, lossGaps } from './loss.ts'

test('losses of all CPUs are summed, and told by ring and type as the difference between two readings', () => {
  const cpus = 2
  const counters = new BigUint64Array(countersSizeBytes(cpus) / 8)
  const perCpu = counters.length / cpus
  const rings = 2
  const before = lossesOf([new Uint8Array(counters.buffer)], cpus)
  counters[rings + RECORDS.exec.type] = 3n
  counters[perCpu + rings + RECORDS.exec.type] = 4n
  counters[perCpu + rings + RECORDS.open.type] = 1n
  counters[rings + RECORD_CONSTANTS.TYPES + RECORDS.unlink.type] = 9n
  const after = lossesOf([new Uint8Array(counters.buffer)], cpus)
  const gaps = lossGaps(before, after, 'host:x', '2026-01-01T00:00:00.000Z')
  expect(gaps.map(({ subject, count, reason }) => [subject, count, reason])).toEqual([
    ['security/exec', 7, 'The security ring was full: 7 exec records were lost.'],
    ['bulk/open', 1, 'The bulk ring was full: 1 open record was lost.'],
    ['share/unlink', 9, 'A control group made more events than its share: 9 unlink records were left out.'],
  ])
  expect(lossGaps(after, after, 'host:x', '2026-01-01T00:00:00.000Z')).toEqual([])
})
