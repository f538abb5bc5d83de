import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('so many at once, so many waiting in their order, the rest is told to come back', async () => {
  const gate = createGate(2, 2)
  const started: number[] = []
  const releases: (() => void)[] = []
  const work = (n: number) =>
    gate(async () => {
      started.push(n)
      await new Promise<void>((resolve) => releases.push(resolve))
      if (n === 0) throw new Error('failed work frees its place too')
    })
  const all = [0, 1, 2, 3, 4].map(work)
  const results = Promise.allSettled(all)
  await expect(all[4]).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(started).toEqual([0, 1])
  for (let n = 0; n < 4; n++) {
    await expect.poll(() => releases.length).toBeGreaterThan(n)
    releases[n]?.()
  }
  expect((await results).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ])
  expect(started).toEqual([0, 1, 2, 3])
})
