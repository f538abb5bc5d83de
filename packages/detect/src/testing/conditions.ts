// Conditions of rules, made up out of tests that somebody names: nested with and, or and not.
import fc from 'fast-check'

export function anyCondition(tests: readonly string[], widest: number): fc.Arbitrary<string> {
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(...tests),
      fc.array(tie('node'), { minLength: 2, maxLength: widest }).map((all) => `(${all.join(' and ')})`),
      fc.array(tie('node'), { minLength: 2, maxLength: widest }).map((all) => `(${all.join(' or ')})`),
      tie('node').map((one) => `not (${one})`),
    ),
  }))
  return node
}
