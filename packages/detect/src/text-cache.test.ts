import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTextCache } from './text-cache.ts'

it('gives what was worked out for the very text, however few its places are', () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 40 }), { maxLength: 200 })
  fc.assert(
    fc.property(texts, (all) => {
      const cached = createTextCache(8, (text) => ({ text }))
      for (const text of all) expect(cached(text).text).toBe(text)
    }),
  )
})

it('works a text out once as long as nothing else takes its place', () => {
  let made = 0
  const cached = createTextCache(1024, (text) => {
    made++
    return text.length
  })
  for (const text of ['/etc/passwd', '/etc/shadow', '/etc/passwd', '/etc/shadow']) cached(text)
  expect(made).toBe(2)
})
