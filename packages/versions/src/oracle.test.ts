// Every scheme against what the ecosystem's own tool said (fixtures/, recorded by oracles/record.ts).
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compareVersions, type SchemeName } from './index.ts'

const fixtures = new URL('../fixtures/', import.meta.url)

test.each(readdirSync(fixtures).map((name) => name.replace('.tsv', '')))('%s orders as its own tool does', (scheme) => {
  const lines = readFileSync(new URL(`${scheme}.tsv`, fixtures), 'utf8')
    .trim()
    .split('\n')
  expect(lines.length).toBeGreaterThan(500)
  const wrong = lines.filter((line) => {
    const [a = '', b = '', expected] = line.split('\t')
    const result = compareVersions(scheme as SchemeName, a, b)
    return (result.ok ? String(result.value) : 'e') !== expected
  })
  expect(wrong).toEqual([])
})
