// Texts of the console. Each catalogue is a chunk of its own; only the chosen one is loaded.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { getPreferences, type Language, onPreferences } from '../preferences/preferences.ts'
import type en from './catalogues/en.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console'
    resources: { console: typeof en }
    returnNull: false
  }
}

const CATALOGUES: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import('./catalogues/en.json'),
  ja: () => import('./catalogues/ja.json'),
  zh: () => import('./catalogues/zh.json'),
}

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'console'))
    i18next.addResourceBundle(language, 'console', (await CATALOGUES[language]()).default)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** Loads the catalogue of the chosen language and follows later choices. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: getPreferences().language,
    fallbackLng: false,
    ns: ['console'],
    defaultNS: 'console',
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  await load(getPreferences().language)
  onPreferences(() => {
    const { language } = getPreferences()
    if (language !== i18next.language) void load(language)
  })
}
