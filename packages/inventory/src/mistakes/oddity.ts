// Something about a file that is a mistake, if the file is still there in the end.

export interface Oddity {
  /** Name of the check. */
  readonly check: string
  /** In the layer. */
  readonly path: string
  /** What about it; may be empty. */
  readonly detail: string
}
