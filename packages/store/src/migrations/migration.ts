// A migration: plain SQL, done whole or not at all.
export interface Migration {
  /** Never changes once published; migrations run in the order of the list. */
  readonly name: string
  readonly statements: readonly string[]
}
