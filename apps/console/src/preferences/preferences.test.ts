import { expect, test } from 'vitest'
import { languageFor, parsePreferences } from './preferences.ts'

test('the language is the first one the browser asks for that we have', () => {
  expect(languageFor(['fr-FR', 'zh-Hans-CN', 'ja'])).toBe('zh')
  expect(languageFor(['ja-JP'])).toBe('ja')
  expect(languageFor(['de'])).toBe('en')
})

test('damaged or hostile stored preferences become defaults', () => {
  const defaults = { language: 'en', theme: 'system', density: 'compact', timeZone: '' }
  for (const text of [null, '', '{', 'null', '[]', '3', '{"theme":"<b>","timeZone":"Mars/Olympus","language":7}'])
    expect(parsePreferences(text, ['en'])).toEqual(defaults)
})

test('stored choices are kept', () => {
  const chosen = { language: 'ja', theme: 'dark', density: 'comfortable', timeZone: 'Asia/Tokyo' }
  expect(parsePreferences(JSON.stringify(chosen), ['en'])).toEqual(chosen)
})
