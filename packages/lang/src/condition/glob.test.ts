import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileGlob } from './glob.ts'

it('agrees with the obvious recursive definition', () => {
  const matches = (pattern: string, text: string): boolean => {
    if (pattern === '') return text === ''
    if (pattern[0] === '*') return matches(pattern.slice(1), text) || (text !== '' && matches(pattern, text.slice(1)))
    return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && matches(pattern.slice(1), text.slice(1))
  }
  const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((list) => list.join(''))
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((list) => list.join(''))
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      expect(compileGlob(p)(t)).toBe(matches(p, t))
    }),
    { numRuns: 1000 },
  )
})

it('takes an escaped star as a star', () => {
  expect(compileGlob('a\\*')('a*')).toBe(true)
  expect(compileGlob('a\\*')('ab')).toBe(false)
})

it('is not exponential', () => {
  expect(compileGlob('*a'.repeat(500))(`${'a'.repeat(5000)}b`)).toBe(false)
})
