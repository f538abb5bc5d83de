import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { middlewareTable } from './table.ts'

const ROOT = join(import.meta.dirname, '../../..')

test('the published table is that of the records and of what real servers show', () => {
  expect(published('compliance-middleware.md')).toBe(inSubstance(middlewareTable()))
})

function published(name: string): string {
  return inSubstance(readFileSync(join(ROOT, 'docs', name), 'utf8'))
}

/** Tables are aligned where they are published. */
function inSubstance(text: string): string {
  return text
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/\| ?-/g, '|-')
    .replaceAll(/- \|/g, '-|')
    .replaceAll(/[*_]/g, '')
}
