import { expect, test } from 'vitest'
import { createDiskGuard, freeBytesOf } from './disk.ts'

test('nothing is taken in while the disk is almost full, and it goes on when there is space again', async () => {
  let now = 0
  let free = 1e12
  let looked = 0
  const guard = createDiskGuard({ nowMs: () => now, monotonicMs: () => now }, async () => {
    looked += 1
    return free
  })
  await guard()
  free = 1000
  await guard()
  expect(looked).toBe(1)
  now = 2_000
  await expect(guard()).rejects.toMatchObject({ code: 'UNAVAILABLE', hint: expect.stringContaining('spool') })
  free = 1e12
  await expect(guard()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  now = 4_000
  await guard()
  expect(looked).toBe(3)
})

test('a directory that cannot be asked does not stop anything', async () => {
  const guard = createDiskGuard({ nowMs: () => 0, monotonicMs: () => 0 }, () => freeBytesOf('/nothing/there'))
  await expect(guard()).resolves.toBeUndefined()
  expect(await freeBytesOf('/')).toBeGreaterThan(0)
})
