// A parser under test.
export interface FuzzedParser {
  /** Kind and name, as in `extractor/rpm`. */
  readonly name: string
  /** Examples, good and bad; never empty. */
  seeds(): readonly Buffer[]
  /** Throws what a caller could not expect. A refusal that is foreseen is no throw. */
  parse(bytes: Buffer): unknown
}
