import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { imageResults } from './results.ts'
import { readImageTexts } from './texts.ts'

const ROOT = join(import.meta.dirname, '../../../../..')
const texts = readImageTexts(join(ROOT, 'content/checks/image/texts.yaml'))

test('every mistake that scans tell of is there in Japanese and Chinese', () => {
  const directory = join(ROOT, 'packages/inventory/src/mistakes')
  const known = readdirSync(directory)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(directory, name), 'utf8').matchAll(/id: '([a-z-]+)',\s*severity:/g)])
    .map((match) => match[1] as string)
  expect(known.length).toBeGreaterThan(70)
  expect(known.filter((id) => !texts.has(id))).toEqual([])
  expect([...texts.keys()].filter((id) => !known.includes(id))).toEqual([])
})

test('results carry them', () => {
  const mistake = {
    check: 'sudo',
    severity: 'low' as const,
    title: 'sudo',
    message: 'm',
    path: null,
    layer: null,
    remedy: 'Out.',
  }
  const asked = {
    resource: 'i',
    assetKey: null,
    mistakes: [mistake],
    controls: { of: () => [] },
    observedAt: '2026-01-01T00:00:00Z',
  }
  expect(imageResults({ ...asked, texts })[0]).toMatchObject({
    title: { en: 'sudo', ja: 'sudo がある', zh: '含有 sudo' },
    fix: { en: 'Out.', ja: expect.stringContaining('取り除く'), zh: expect.stringContaining('移除') },
  })
  expect(imageResults(asked)[0]?.title).toEqual({ en: 'sudo' })
})
