import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counted, rememberingNumbers, startCounting } from './number-text.ts'
import { createTimestampWriter } from './time.ts'

const whole = fc.oneof(fc.maxSafeNat(), fc.nat(3000), fc.nat(0xffff_ffff))

test('numbers are what the engine would write, in any order', () => {
  const counting = startCounting('run.0.')
  const remembered = rememberingNumbers(4)
  fc.assert(
    fc.property(whole, (number) => {
      expect(counted(counting, number)).toBe(`run.0.${number}`)
      expect(remembered(number)).toBe(String(number))
    }),
  )
})

test('times are those of Date, with microseconds', () => {
  const write = createTimestampWriter()
  fc.assert(
    fc.property(fc.nat(4e12), fc.nat(999), (ms, micros) => {
      // sixteenths are exact in binary: nothing is rounded on the way
      const text = write(ms + Math.floor(micros / 62.5) / 16)
      expect(text.slice(0, 23)).toBe(new Date(ms).toISOString().slice(0, 23))
      expect(text).toMatch(/\.\d{6}Z$/)
      expect(Number(text.slice(23, 26))).toBe(Math.floor((Math.floor(micros / 62.5) / 16) * 1000))
    }),
  )
})
