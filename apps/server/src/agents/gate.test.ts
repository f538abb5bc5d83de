import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('so many at once, the others in their order, and failed work frees its place too', async () => {
  const gate = createGate(2)
  const started: number[] = []
  const releases: (() => void)[] = []
  const work = (n: number) =>
    gate.run(async () => {
      started.push(n)
      await new Promise<void>((resolve) => releases.push(resolve))
      if (n === 0) throw new Error('failed')
    })
  const results = Promise.allSettled([0, 1, 2, 3].map(work))
  expect(started).toEqual([0, 1])
  for (let n = 0; n < 4; n++) {
    await expect.poll(() => releases.length).toBeGreaterThan(n)
    releases[n]?.()
  }
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(started).toEqual([0, 1, 2, 3])
})

test('so many on their way; a place is given back once, however often', () => {
  const gate = createGate(1, 2)
  const leave = gate.enter()
  gate.enter()
  expect(() => gate.enter()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }))
  leave()
  leave()
  gate.enter()
  expect(() => gate.enter()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }))
})
