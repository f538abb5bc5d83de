import { parseCondition } from '@yagura/lang'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chosenValues, toggleValue, understood } from './edit.ts'

const fields = FILTER_FIELDS.findings

test('picking values builds the text a person would write', () => {
  let text = toggleValue('', 'severity', 'critical', fields)
  expect(text).toBe('severity = critical')
  text = toggleValue(text, 'severity', 'high', fields)
  expect(text).toBe('severity in (critical, high)')
  text = toggleValue(text, 'type', 'deb', fields)
  expect(text).toBe('severity in (critical, high) and type = deb')
  expect(chosenValues(text, 'severity', fields)).toEqual(['critical', 'high'])
  text = toggleValue(text, 'severity', 'critical', fields)
  text = toggleValue(text, 'severity', 'high', fields)
  expect(text).toBe('type = deb')
  expect(toggleValue(text, 'type', 'deb', fields)).toBe('')
})

test('a truth value replaces its opposite', () => {
  expect(toggleValue('fixable = true', 'fixable', 'false', fields)).toBe('fixable = false')
})

test('the rest of a filter is kept', () => {
  const text = toggleValue('asset contains web or asset contains db', 'severity', 'high', fields)
  expect(parseCondition(text, fields).ok).toBe(true)
  expect(text).toContain('asset contains db')
  expect(text).toContain('severity = high')
})

test('picking any value twice gives back a filter of the same meaning', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), (value) => {
      const once = toggleValue('severity = high', 'package', value, fields)
      expect(parseCondition(once, fields).ok).toBe(true)
      expect(chosenValues(once, 'package', fields)).toEqual([value])
      expect(toggleValue(once, 'package', value, fields)).toBe('severity = high')
    }),
  )
})

test('plain words become a search by name, conditions stay', () => {
  expect(understood('openssl', fields, 'title')).toBe('title icontains openssl')
  expect(understood('  log4j shell ', fields, 'title')).toBe('title icontains "log4j shell"')
  expect(understood('severity = high', fields, 'title')).toBe('severity = high')
  expect(understood('severity = hihg', fields, 'title')).toBe('severity = hihg')
  expect(understood('severity', fields, 'title')).toBe('severity')
  expect(understood('', fields, 'title')).toBe('')
})
