// Every check, on one made server that passes and one that fails.
import { rmSync } from 'node:fs'
import type { CheckResult } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkMiddleware } from './check.ts'
import { PRODUCTS } from './process.ts'
import type { Asker } from './sources/read.ts'
import { databases } from './testing/databases.ts'
import { type Made, makeInstance } from './testing/fixture.ts'
import { loadContent } from './testing/recorded.ts'
import { servers } from './testing/servers.ts'

const { checks, problems } = loadContent()
const all = [...databases, ...servers]
/** The day decides which versions still get fixes. */
const clock = { nowMs: () => Date.UTC(2026, 10, 23), monotonicMs: () => 0 }
const results = new Map<Made, readonly CheckResult[]>()

function recorded({ answers = {} }: Made): Asker {
  return {
    ask: (source) => {
      const answer = answers[source]
      return answer === undefined ? Promise.reject(new Error('nobody recorded this')) : Promise.resolve(answer)
    },
  }
}

beforeAll(async () => {
  for (const made of all) {
    const instance = makeInstance(made)
    try {
      results.set(
        made,
        await checkMiddleware(instance, { checks, clock, runtime: recorded(made), prober: recorded(made) }),
      )
    } finally {
      rmSync(instance.process.root, { recursive: true })
    }
  }
})

test('the records are sound, and all there', () => {
  expect(problems).toEqual([])
  expect(checks).toHaveLength(193)
  for (const { check } of checks)
    for (const text of [check.title, check.why, check.fix])
      expect(Object.keys(text).sort(), check.id).toEqual(['en', 'ja', 'zh'])
})

describe.each(checks.map(({ check }) => [check.id, check.product] as const))('%s', (id, product) => {
  const verdicts = (kind: Made['kind']) =>
    all
      .filter((made) => made.product === product && made.kind === kind && (made.only?.includes(id) ?? true))
      .map((made) => [made.name, results.get(made)?.find(({ check }) => check === id)] as const)

  test.each(['good', 'bad'] as const)('%s', (kind) => {
    const [wanted, never] = kind === 'good' ? ['pass', 'fail'] : ['fail', 'pass']
    const found = verdicts(kind).map(
      ([name, result]) => `${name}: ${result?.verdict} ${result?.verdict === 'error' ? result.message.en : ''}`,
    )
    expect(found.filter((one) => one.includes(`: ${never}`))).toEqual([])
    expect(found.filter((one) => one.includes(`: ${wanted}`)).length, found.join('\n')).toBeGreaterThan(0)
  })
})

test('every product is among them', () => {
  expect(new Set(all.map(({ product }) => product))).toEqual(new Set(PRODUCTS))
})

afterAll(() => results.clear())

test('how many can only be answered by the server, and need credentials or a probe', () => {
  const kinds = checks.map(({ check: { rule } }) =>
    'get' in rule ? rule.get.map((source) => source.split(':', 1)[0]) : [],
  )
  const asks = ['sql', 'redis', 'mongo', 'http', 'cli']
  expect(kinds.filter((sources) => sources.every((kind) => asks.includes(kind ?? '')))).toHaveLength(20)
  expect(kinds.filter((sources) => sources.every((kind) => kind === 'net'))).toHaveLength(7)
})
