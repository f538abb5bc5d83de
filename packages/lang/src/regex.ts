// Regular expressions that strangers write, in linear time: RE2 syntax by re2js, never the engine of JavaScript.
import { err, ok, type Result } from '@yagura/kernel/result'
import { RE2JS } from 're2js'
import { ConditionError } from './condition/error.ts'

const MAX_PATTERN_CHARS = 1024

/** A predicate that is true where the pattern matches the whole text, as Falco's `regex` operator does. */
export function compileRegex(pattern: string): Result<(text: string) => boolean, ConditionError> {
  if (pattern.length > MAX_PATTERN_CHARS) {
    return err(new ConditionError(`The pattern is longer than ${MAX_PATTERN_CHARS} characters.`, 0, 0))
  }
  try {
    const compiled = RE2JS.compile(pattern)
    return ok((text) => compiled.matches(text))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return err(new ConditionError(`This is not a regular expression of RE2: ${reason}.`, 0, 0))
  }
}
