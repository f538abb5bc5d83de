// Sentences of the engine's own signals, in the languages of the console.
import { redactArguments } from '@yagura/kernel'
import type { LocalisedText } from '@yagura/schema'
import { baseName, type Process } from './actor.ts'

const MAX = 300
const NAMED_MAX = 160

export function sentence(en: string, ja: string, zh: string): LocalisedText {
  return { en, ja, zh }
}

/** Program and arguments, short enough for a sentence. */
export function named(actor: Process): string {
  const [, ...rest] = redactArguments(actor.args)
  const name = baseName(actor.exe) || actor.command
  return clip([name, ...rest].join(' ').replace(/\s+/g, ' '), NAMED_MAX)
}

export function clip(text: string, max = MAX): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`
}

export function peer(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
