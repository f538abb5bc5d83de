import { defaultLimits } from '@yagura/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse.ts'

function parse(text: string, limits = defaultLimits) {
  return parseJson(Buffer.from(text), limits, 'The test document')
}

test('what is not JSON is said in one sentence', () => {
  const result = parse('<html>')
  expect(!result.ok && [result.error.code, result.error.message]).toEqual([
    'INPUT_INVALID',
    'The test document is not JSON.',
  ])
})

test('size and depth are limited before anything is built', () => {
  const deep = parse('['.repeat(200_000))
  expect(!deep.ok && deep.error.code).toBe('LIMIT_EXCEEDED')
  const large = parse(JSON.stringify('x'.repeat(100)), { ...defaultLimits, jsonBytes: 50 })
  expect(!large.ok && large.error.code).toBe('LIMIT_EXCEEDED')
  expect(parse('['.repeat(200) + ']'.repeat(200)).ok).toBe(true)
})

test('the number of values is limited, exactly', () => {
  const count = (value: unknown): number =>
    typeof value === 'object' && value !== null ? Object.values(value).reduce((sum, one) => sum + count(one), 1) : 1
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const jsonValues = count(JSON.parse(text))
      expect(parse(text, { ...defaultLimits, jsonValues }).ok).toBe(true)
      const refused = parse(text, { ...defaultLimits, jsonValues: jsonValues - 1 })
      expect(!refused.ok && refused.error.code).toBe('LIMIT_EXCEEDED')
    }),
  )
})

test('brackets inside strings are not depth', () => {
  expect(parse(JSON.stringify(`${'['.repeat(1000)}"\\${'{'.repeat(1000)}`)).ok).toBe(true)
})

test.each([
  '{"__proto__": {"admin": true}}',
  '{"\\u005f_proto__": {"admin": true}}',
  '{"a": {"__proto__": {"admin": true}}}',
])('%s changes no prototype, not even when it is spread later', (text) => {
  const result = parse(text)
  const value = result.ok ? (result.value as Record<string, object>) : {}
  expect(Object.keys(value)).not.toContain('__proto__')
  const merged: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) merged[key] = Object.assign({}, one)
  expect((merged as { admin?: boolean }).admin).toBeUndefined()
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})

test('agrees with JSON.parse on every document', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const result = parse(text)
      expect(result.ok && JSON.stringify(result.value)).toBe(
        JSON.stringify(JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value))),
      )
    }),
  )
})
