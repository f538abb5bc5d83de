// Texts of an image's configuration and history with the secrets masked that patterns find in them.
import { REMOVED } from '@yagura/kernel'
import { maskText } from './scan-bytes.ts'

export const CONFIGURATION = '(image configuration)'
export const CONFIGURATION_BUDGET = 4 * 1024 * 1024

/** text → what is shown in its place, where that is another. What cannot be looked at to the end is not shown. */
export function maskTexts(texts: ReadonlySet<string>): [string, string][] {
  const budget = { bytes: CONFIGURATION_BUDGET }
  return [...texts]
    .map((text): [string, string] => [text, maskText(text, CONFIGURATION, budget) ?? REMOVED])
    .filter(([text, masked]) => text !== masked)
}
