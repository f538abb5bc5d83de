// Characters that act on whoever shows a text, written out so that they only can be read: `\x1b`, `\u202e`.
import { escapeForTerminal } from '@yagura/kernel'

/** Control, bidirectional and line-separator characters written out; halves of surrogate pairs and noncharacters become U+FFFD. */
export function visible(text: string): string {
  return escapeForTerminal(text.toWellFormed()).replace(/[\ufeff\ufffe\uffff]/g, '\ufffd')
}

/** At most `most` characters, and said where it was longer. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}
