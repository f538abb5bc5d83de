// Regular expressions of rules. They are matched in linear time, which is not quick; the same names come again and again.
import { compileRegex as compileAny } from '@yagura/lang/regex'
import { createTextCache } from '../text-cache.ts'

const TEXTS = 64
const TEXT_CHARS_MAX = 256

export function compileRegex(pattern: string): ReturnType<typeof compileAny> {
  const compiled = compileAny(pattern)
  if (!compiled.ok) return compiled
  const test = compiled.value
  const known = createTextCache(TEXTS, test)
  return { ok: true, value: (text) => (text.length > TEXT_CHARS_MAX ? test(text) : known(text)) }
}
