// What is made from something else is up to date: OpenAPI, the client's operations, the BPF header, registries, tsconfig references.
import { expect, it } from 'vitest'
import { staleFiles } from '../scripts/generate.ts'

it('has no stale generated file', () => {
  expect(staleFiles(), 'run npm run generate').toEqual([])
})
