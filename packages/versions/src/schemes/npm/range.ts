// Ranges of npm (`^1.2 || ~2.0.1`, `1.x`, `1 - 2`): npm's own implementation says what they hold, so there is no second opinion.
import { err, ok, type Result } from '@yagura/kernel'
import Range from 'semver/classes/range.js'
import SemVer from 'semver/classes/semver.js'

const MAX_RANGE_LENGTH = 4096

/** INPUT_INVALID names the version or the range that npm cannot read. */
export function satisfies(version: string, range: string): Result<boolean> {
  const read = attempt(() => new SemVer(version)) ?? attempt(() => new SemVer(version, { loose: true }))
  if (!read) return invalid(version, 'version')
  const set = range.length > MAX_RANGE_LENGTH ? undefined : attempt(() => new Range(range))
  return set ? ok(set.test(read)) : invalid(range, 'range')
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

function invalid(text: string, what: string): Result<never> {
  return err({ code: 'INPUT_INVALID', message: `“${text.slice(0, 128)}” is not a ${what} that npm can read.` })
}
