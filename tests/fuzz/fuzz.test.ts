// A short sample of every parser, the same each time. `npm run fuzz` looks longer and elsewhere.
import { describe, expect, test } from 'vitest'
import { inputOf } from './mutate.ts'
import { parsers } from './parsers/index.ts'
import { runParsers } from './run.ts'

const SEED = 1
const CASES = 80
const names = parsers.map(({ name }) => name)

test('every parser has examples, and the same case is the same bytes', () => {
  for (const { name, seeds } of parsers) {
    const examples = seeds()
    expect(examples.length, name).toBeGreaterThan(0)
    expect(inputOf(name, examples, SEED, 1000)).toEqual(inputOf(name, examples, SEED, 1000))
  }
  expect(new Set(names).size).toBe(names.length)
})

describe.concurrent('nothing unforeseen', () => {
  test.each([
    ['of one half of the parsers', names.filter((_, at) => at % 2 === 0)],
    ['of the other half', names.filter((_, at) => at % 2 === 1)],
  ])(
    '%s',
    async (_, some) => {
      const findings = await runParsers(some, { seed: SEED, first: 0, cases: CASES })
      expect(findings.map(({ parser, number, what }) => `${parser} --seed ${SEED} --case ${number}: ${what}`)).toEqual(
        [],
      )
    },
    120_000,
  )
})
