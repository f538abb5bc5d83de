import { expect, test } from 'vitest'
import { imageResults } from './results.ts'

test('a mistake is a fail of its check, in every language', () => {
  const mistake = {
    check: 'sudo',
    severity: 'low' as const,
    title: 'sudo',
    message: 'm',
    path: null,
    layer: null,
    remedy: 'Out.',
  }
  const asked = { resource: 'i', assetKey: null, controls: { of: () => [] }, observedAt: '2026-01-01T00:00:00Z' }
  expect(imageResults({ ...asked, mistakes: [mistake, { ...mistake, check: 'of-tomorrow' }] })).toMatchObject([
    {
      check: 'IMAGE-sudo',
      verdict: 'fail',
      title: { en: 'sudo', ja: expect.stringContaining('sudo'), zh: expect.stringContaining('sudo') },
      fix: { en: 'Out.', ja: expect.not.stringContaining('Out'), zh: expect.not.stringContaining('Out') },
    },
    { check: 'IMAGE-of-tomorrow', title: { en: 'sudo', ja: 'sudo', zh: 'sudo' } },
  ])
})
