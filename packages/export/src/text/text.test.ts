import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOSTILE_TEXTS } from '../testing/reports.ts'
import { csvRow } from './csv.ts'
import { jsonDocument } from './json.ts'
import { markdownCode } from './markdown.ts'
import { pathReference } from './uri.ts'
import { shortened } from './visible.ts'
import { xmlText } from './xml.ts'

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE_TEXTS))
const runs = { numRuns: 300 }

test('XML text has characters of XML 1.0 only, and no markup', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(xmlText(text)).toMatch(/^[\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
      expect(xmlText(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|apos);)/)
    }),
    runs,
  )
})

test('Markdown code has nothing that Markdown takes for markup', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const inside = markdownCode(text).slice('<code>'.length, -'</code>'.length)
      expect(inside).not.toMatch(/[|\\`*_~[\]()!<>@:\n]|&(?!#\d+;)|#(?!\d+;)|www\./i)
    }),
    runs,
  )
})

test('a row of CSV is one row, and no cell begins a formula', () => {
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 4 }), (cells) => {
      const row = csvRow(cells)
      expect(row.endsWith('\r\n')).toBe(true)
      expect(row.slice(0, -2)).not.toMatch(/[\r\n]/)
      expect(row).not.toMatch(/(^|,)"?\s*[=+@|-]/)
    }),
    runs,
  )
})

test('a path is a reference of safe characters that decodes to itself', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const uri = pathReference(`/${text}`)
      expect(uri).toMatch(/^[A-Za-z0-9\-._~!*'()%/]*$/)
      expect(decodeURIComponent(uri)).toBe(text.toWellFormed().replace(/^\/+/, ''))
    }),
    runs,
  )
})

test('JSON reads back to the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(JSON.parse(jsonDocument(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    runs,
  )
})

test('a text that is cut says so and stays well-formed', () => {
  expect(shortened('abcdef', 4)).toBe('abc…')
  expect(shortened('ab😀cd', 4).isWellFormed()).toBe(true)
  expect(shortened('abcd', 4)).toBe('abcd')
})
