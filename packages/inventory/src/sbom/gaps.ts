// Coverage gaps that the writer of an SBOM noted in it.
import { COVERAGE_GAP_CODES } from '@yagura/schema'
import type { SbomGap } from './document.ts'
import { membersOf, textOf } from './values.ts'

export function gapOfText(text: string): SbomGap[] {
  try {
    return gapOfValue(JSON.parse(text))
  } catch {
    return []
  }
}

export function gapOfValue(value: unknown): SbomGap[] {
  const { code, subject, reason, remedy, count } = membersOf(value)
  if (!COVERAGE_GAP_CODES.some((known) => known === code) || typeof reason !== 'string') return []
  return [
    {
      code: String(code),
      subject: textOf(subject, 4096) ?? '',
      reason: textOf(reason, 16_384) ?? '',
      remedy: textOf(remedy, 16_384) ?? null,
      count: typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : 1,
    },
  ]
}
