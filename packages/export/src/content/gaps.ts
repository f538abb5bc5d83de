// Gaps of the image, as against those of judging it: whoever matches the packages again finds the latter by himself.
import type { CoverageGapReport } from '@yagura/schema'

/** What a list of packages tells its reader, so that it is known not to be whole. */
export function gapsOfImage(gaps: readonly CoverageGapReport[]) {
  return gaps
    .filter(({ code }) => !isOfMatching(code))
    .map(({ code, subject, reason, remedy, count }) => ({ code, subject, reason, remedy, count }))
}

function isOfMatching(code: CoverageGapReport['code']): boolean {
  return code.startsWith('ADVISORIES_') || code === 'VERSION_UNDETERMINED' || code === 'END_OF_LIFE'
}
