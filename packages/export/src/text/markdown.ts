// Text of strangers in GitHub-flavoured Markdown. What could be markup, an @mention, a #reference or a link is written as a character
// reference, which Markdown never takes for markup (CommonMark, section 2.5); backslashes and backticks would not hold inside a table.
import { visible } from './visible.ts'

export function markdownText(text: string): string {
  return visible(text)
    .replace(/[&<>|\\`*_~[\]()!#@:^$"'{}]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)
}

/** As code: for names and versions. Mentions are not looked for inside. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`
}
