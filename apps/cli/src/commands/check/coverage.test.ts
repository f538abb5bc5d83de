import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readControls } from '@yagura/compliance'
import { expect, test } from 'vitest'
import { coveragePage } from './coverage.ts'

const ROOT = join(import.meta.dirname, '../../../../..')

test('the published page is that of the tables of controls', () => {
  const { tables } = readControls(join(ROOT, 'content/controls'))
  const published = readFileSync(join(ROOT, 'docs/compliance-coverage.md'), 'utf8')
  expect(inSubstance(published)).toBe(inSubstance(coveragePage(tables)))
})

/** Tables are aligned where they are published. */
function inSubstance(text: string): string {
  return text
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/\| ?-/g, '|-')
    .replaceAll(/- \|/g, '-|')
}
