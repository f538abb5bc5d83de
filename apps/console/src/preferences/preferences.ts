// What a person chose for this browser: language, theme, density, time zone. Kept in local storage, never on the server.
import { useSyncExternalStore } from 'react'

export const LANGUAGES = ['en', 'ja', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
export const DENSITIES = ['compact', 'comfortable'] as const
export type Density = (typeof DENSITIES)[number]

export interface Preferences {
  readonly language: Language
  readonly theme: Theme
  readonly density: Density
  /** IANA name; empty means the zone of this browser. */
  readonly timeZone: string
}

const KEY = 'yagura.preferences'
const listeners = new Set<() => void>()
let current = read()

/** The best of our languages for what the browser asks for. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0]
    const found = LANGUAGES.find((language) => language === base)
    if (found) return found
  }
  return 'en'
}

/** Stored text as preferences; anything unknown falls back to its default. */
export function parsePreferences(text: string | null, wanted: readonly string[]): Preferences {
  let stored: Partial<Record<keyof Preferences, unknown>> = {}
  try {
    const parsed: unknown = JSON.parse(text ?? '{}')
    if (typeof parsed === 'object' && parsed !== null) stored = parsed
  } catch {}
  return {
    language: LANGUAGES.find((value) => value === stored.language) ?? languageFor(wanted),
    theme: THEMES.find((value) => value === stored.theme) ?? 'system',
    density: DENSITIES.find((value) => value === stored.density) ?? 'compact',
    timeZone: typeof stored.timeZone === 'string' && isTimeZone(stored.timeZone) ? stored.timeZone : '',
  }
}

function isTimeZone(name: string): boolean {
  if (name === '') return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function read(): Preferences {
  if (typeof window === 'undefined') return parsePreferences(null, [])
  try {
    return parsePreferences(localStorage.getItem(KEY), navigator.languages)
  } catch {
    return parsePreferences(null, navigator.languages)
  }
}

export function getPreferences(): Preferences {
  return current
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {}
  applyTheme()
  for (const listener of listeners) listener()
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, getPreferences)
}

/** Puts the theme on the document; `system` follows the operating system while the page is open. */
export function applyTheme(): void {
  const dark =
    current.theme === 'dark' ||
    (current.theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}
