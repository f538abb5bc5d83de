import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readControls } from '@yagura/compliance'
import { expect, test } from 'vitest'
import { coveragePage } from '../../../apps/cli/src/commands/check/coverage.ts'
import { middlewareTable } from './table.ts'

const ROOT = join(import.meta.dirname, '../../..')

test('the published tables are those of the records and the controls', () => {
  expect(published('compliance-middleware.md')).toBe(inSubstance(middlewareTable()))
  const { tables } = readControls(join(ROOT, 'content/controls'))
  expect(published('compliance-coverage.md')).toBe(inSubstance(coveragePage(tables)))
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
