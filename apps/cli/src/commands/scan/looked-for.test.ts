import { expect, test } from 'vitest'
import { lookedFor } from './looked-for.ts'

test('everything is looked for, unless options say otherwise', () => {
  expect(lookedFor({})).toEqual(['packages', 'secrets', 'mistakes'])
  expect(lookedFor({ only: 'secrets, packages' })).toEqual(['secrets', 'packages'])
  expect(lookedFor({ skip: 'secrets' })).toEqual(['packages', 'mistakes'])
})

test('a word that is none of these, or nothing left, is refused', () => {
  expect(() => lookedFor({ only: 'licences' })).toThrow('licences')
  expect(() => lookedFor({ only: 'secrets', skip: 'secrets' })).toThrow('nothing is left')
})
