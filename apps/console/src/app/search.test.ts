import fc from 'fast-check'
import { expect, test } from 'vitest'
import { innerPath, parseSearch, pick, printSearch } from './search.ts'

test('an address can be read', () => {
  expect(printSearch({ filter: 'severity in (high, critical)', panel: undefined, sort: '-severity' })).toBe(
    '?filter=severity+in+(high,+critical)&sort=-severity',
  )
})

test('what an address holds comes back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'grapheme' })), (search) => {
      expect(parseSearch(printSearch(search))).toEqual({ ...search })
    }),
  )
})

test('only known names that hold text are kept', () => {
  expect(pick({ filter: 'a', evil: 'b', sort: 3, panel: '' }, ['filter', 'sort', 'panel'])).toEqual({ filter: 'a' })
})

test('nobody is sent to another site after signing in', () => {
  expect(innerPath('/findings?filter=a')).toBe('/findings?filter=a')
  for (const bad of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined, ''])
    expect(innerPath(bad)).toBe('/')
})
