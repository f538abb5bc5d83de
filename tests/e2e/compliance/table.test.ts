// Published tables are those that their commands print now; they are aligned where they are published.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIVE } from './shown.ts'
import { middlewareTable } from './table.ts'

const ROOT = join(import.meta.dirname, '../../..')

test('checks of middleware: the records, and what real servers show', () => {
  expect(published('compliance-middleware.md')).toBe(inSubstance(middlewareTable()))
})

test('what is not shown on a real server says why', () => {
  for (const [product, { both, why }] of Object.entries(LIVE)) {
    const ids = [...middlewareTable().matchAll(/^\| ([A-Z]{2}-\d\d) \|/gm)].map(([, id]) => id ?? '')
    const own = ids.filter((id) => id.startsWith(both[0]?.slice(0, 2) ?? '-'))
    expect([product, own.filter((id) => !both.includes(id)).filter((id, at, all) => all.indexOf(id) === at)]).toEqual([
      product,
      Object.keys(why),
    ])
  }
})

test('controls of frameworks, and which of them are answered', () => {
  const argv = [join(ROOT, 'apps/cli/src/main.ts'), 'check', '--coverage', '--format', 'markdown']
  const printed = execFileSync(process.execPath, argv, { encoding: 'utf8', timeout: 20_000 })
  expect(published('compliance-coverage.md')).toBe(inSubstance(printed))
})

function published(name: string): string {
  return inSubstance(readFileSync(join(ROOT, 'docs', name), 'utf8'))
}

function inSubstance(text: string): string {
  return text
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/\| ?-/g, '|-')
    .replaceAll(/- \|/g, '-|')
    .replaceAll(/[*_]/g, '')
}
