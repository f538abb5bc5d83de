// What a test asks for, where that is a plain list of names.
import type { Comparison, Exists, Membership } from '@yagura/lang'

/** The names of `x = a`, `x in (a, b)` and `x intersects (a, b)`; for a field of several values they mean the same. */
export function wantedNames(test: Comparison | Membership | Exists): readonly string[] | undefined {
  if (test.transforms || test.kind === 'exists') return undefined
  if (test.kind === 'comparison') return test.operator === '=' && !test.against ? [String(test.value)] : undefined
  return test.operator === 'pmatch' ? undefined : test.values.map(String)
}
