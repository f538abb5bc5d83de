import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readControls } from '@yagura/compliance'
import { expect, test } from 'vitest'
import { coveragePage } from '../../../apps/cli/src/commands/check/coverage.ts'
import { middlewareTable } from './table.ts'

const ROOT = join(import.meta.dirname, '../../..')

test('the published tables are those of the records and the controls', () => {
  expect(readFileSync(join(ROOT, 'docs/compliance-middleware.md'), 'utf8')).toBe(middlewareTable())
  const { tables } = readControls(join(ROOT, 'content/controls'))
  expect(readFileSync(join(ROOT, 'docs/compliance-coverage.md'), 'utf8')).toBe(coveragePage(tables))
})
