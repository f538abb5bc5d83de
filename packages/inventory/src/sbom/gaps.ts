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
  const known = COVERAGE_GAP_CODES.find((one) => one === code)
  if (known === undefined || typeof reason !== 'string') return []
  return [
    {
      code: known,
      subject: textOf(subject, 4096) ?? '',
      reason: textOf(reason, 16_384) ?? '',
      remedy: textOf(remedy, 16_384) ?? null,
      count: typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : 1,
    },
  ]
}
