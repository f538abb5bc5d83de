// Texts that come with their translations: the reader's language, or English.
import type { LocalisedText } from '@yagura/schema'
import { visibleText } from '../format/text.ts'
import { usePreferences } from '../preferences/preferences.ts'

export function useLocalised(): (text: LocalisedText) => string {
  const { language } = usePreferences()
  return (text) => visibleText(text[language] ?? text.en)
}
