import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayMatch, requiredRun } from './required-run.ts'
import { secretRules } from './rules.ts'
import { sampleOf } from './testing.ts'

function runOf(pattern: string): string {
  const { length, bytes } = requiredRun(pattern)
  const chars = [...bytes.keys()].filter((byte) => bytes[byte] === 1).map((byte) => String.fromCharCode(byte))
  return `${length} ${chars.filter((char) => char === char.toLowerCase()).join('')}`
}

describe('the longest run that every match has', () => {
  it.each([
    ['\\b(ab_[0-9]{3})\\b', '6 0123456789_ab'],
    ['a=?[b]{2,9}c*', '3 =ab'],
    ['aaaa|bb', '2 ab'],
    ['(?:aaaa|bb)c', '3 abc'],
    ['(?:aa)?b', '1 b'],
    ['aa(?: b)?cc', '2 a'],
    ['aa\\s*"bbb"', '3 b'],
    ['[^a]{9}b', '1 b'],
    ['\\S{9}', '0 '],
    ['a.{3}bb', '2 b'],
    ['(?P<name>aaaa)b', '1 b'],
    ['(?i)ab(?i:c)', '3 abc'],
    ['[0-9-]{2}', '2 -0123456789'],
    ['\\.\\d{2}', '3 .0123456789'],
  ])('%s: %s', (pattern, run) => expect(runOf(pattern)).toBe(run))
})

it('a run is found wherever it lies, and only as a whole', () => {
  const run = requiredRun('[0-9]{4}')
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9 ]{0,30}$/), fc.nat(5), (text, start) => {
      const found = mayMatch(Buffer.from(text), start, text.length, run)
      expect(found).toBe(/[0-9]{4}/.test(text.slice(start)))
    }),
  )
})

/** Where the syntax is that of JavaScript too, which can make matches. */
const made = secretRules().filter(({ pattern }) => !/\(\?[a-z]+\)|\(\?[a-z]+:|\\b/.test(pattern().pattern()))

it('every sample, and whatever a pattern matches, has the run of its pattern', () => {
  for (const { sample, run } of secretRules()) {
    const text = Buffer.from(sampleOf(sample.text))
    expect(mayMatch(text, 0, text.length, run())).toBe(true)
  }
  expect(made.length).toBeGreaterThan(5)
  for (const { pattern, run } of made)
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(pattern().pattern())), (match) => {
        const text = Buffer.from(match, 'latin1')
        expect(mayMatch(text, 0, text.length, run())).toBe(true)
      }),
      { numRuns: 20 },
    )
})
