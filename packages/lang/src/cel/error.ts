// What can go wrong with a CEL expression. None of these ever means "true": the caller turns each into an error verdict.
// They are no `Error`s: one is thrown for every absent field that `||` forgives, and a stack trace costs more than the evaluation.

/** The text is no CEL, or names what is not there. Found before anything is evaluated. */
export class CelSyntaxError extends Error {
  /** Offset in the text, in UTF-16 units. */
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.name = 'CelSyntaxError'
    this.at = at
  }
}

/** An error value of the language: `&&`, `||`, `all` and `exists` may forgive it when the other side decides. */
export class CelFailure {
  readonly message: string
  /** It is no fault of the expression or the object: what was asked for is not to be had here. */
  readonly unavailable: boolean

  constructor(message: string, unavailable = false) {
    this.message = message
    this.unavailable = unavailable
  }
}

/** The cost limit was reached. Nothing forgives it. */
export class CelBudgetExceeded {
  readonly message = 'the expression costs more than its limit'
}

export function noOverload(what: string): CelFailure {
  return new CelFailure(`no such overload: ${what}`)
}
