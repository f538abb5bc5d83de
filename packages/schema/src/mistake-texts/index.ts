// What is said of mistakes of images in languages other than English, in which findings carry it themselves.
import { ja } from './ja.ts'
import { zh } from './zh.ts'

/** By name of the check. */
export type MistakeTexts = Readonly<Record<string, readonly [title: string, remedy: string]>>

const LANGUAGES: Readonly<Record<string, MistakeTexts>> = { ja, zh }

export const MISTAKE_LANGUAGES: readonly string[] = Object.keys(LANGUAGES)

interface Texts {
  readonly check: string
  readonly title: string
  readonly remedy: string
}

/** The same mistake in the words of the language; as it is where there are none, as for the check of a newer version. */
export function localiseMistake<T extends Texts>(mistake: T, language: string): T {
  const texts = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined
  const own = texts && Object.hasOwn(texts, mistake.check) ? texts[mistake.check] : undefined
  return own ? { ...mistake, title: own[0], remedy: own[1] } : mistake
}
