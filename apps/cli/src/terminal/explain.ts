// An error as the user reads it: one sentence, perhaps a second that says what to do. Never a stack trace, unless asked for.
import { ERROR_CODES, escapeForTerminal, toYaguraError } from '@yagura/kernel'

export function explain(thrown: unknown, withStack = false): { readonly text: string; readonly exitCode: number } {
  const error = toYaguraError(thrown)
  const sentence = error.code === 'INTERNAL' ? `Something went wrong inside Yagura: ${error.message}` : error.message
  const hint = error.hint ? ` ${error.hint}` : ''
  const stack = withStack ? `${(error.cause instanceof Error ? error.cause : error).stack}\n` : ''
  return { text: `yagura: ${escapeForTerminal(sentence + hint)}\n${stack}`, exitCode: ERROR_CODES[error.code].exit }
}
