import { describe, expect, test } from 'vitest'
import { createKeywords } from './keywords.ts'
import { entropyBits, mask } from './mask.ts'
import { secretRules } from './rules.ts'
import { scanBytes } from './scan-bytes.ts'
import { placeholderOf, sampleOf } from './testing.ts'

function kinds(text: string, path: string): string[] {
  return scanBytes(Buffer.from(`first line\n${text}\nlast line\n`), path, { bytes: 1e6 }).secrets.map(
    ({ kind }) => kind,
  )
}

test('there are at least 120 kinds, each with its own name', () => {
  const ids = secretRules().map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThanOrEqual(120)
})

describe('every kind is found, and its placeholder is not', () => {
  test.each(secretRules().map((rule) => [rule.id, rule] as const))('%s', (id, { sample }) => {
    const name = kinds(sampleOf(sample.text), sample.path)
    expect(name).toContain(id)
    expect(kinds(placeholderOf(sample.text), sample.path)).not.toContain(id)
  })
})

test('a finding says where it is and shows at most four characters', () => {
  const text = sampleOf('ghp_{a36}')
  const [found] = scanBytes(Buffer.from(`a\nb\ntoken: ${text}\n`), 'app/x', { bytes: 1e5 }).secrets
  expect(found).toEqual({
    kind: 'github-token',
    severity: 'critical',
    path: 'app/x',
    line: 3,
    match: 'ghp_… (40 characters)',
  })
  expect(JSON.stringify(found)).not.toContain(text.slice(4, 12))
  expect(mask('12345678')).toBe('12… (8 characters)')
})

test('a spent budget is said, not passed over', () => {
  expect(scanBytes(Buffer.from(sampleOf('ghp_{a36}')), 'x', { bytes: 10 })).toEqual({ secrets: [], isComplete: false })
})

test('keywords are found in any case and inside one another', () => {
  const found: string[] = []
  const words = ['he', 'she', 'hers']
  createKeywords(words).find(Buffer.from('uSHErs'), (word, start) => found.push(`${words[word]}@${start}`))
  expect(found.sort()).toEqual(['he@2', 'hers@2', 'she@1'])
})

test('entropy is that of Shannon', () => {
  expect(entropyBits('aaaa')).toBe(0)
  expect(entropyBits('abcd')).toBe(2)
})
