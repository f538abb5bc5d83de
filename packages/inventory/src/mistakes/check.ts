// What a check says of itself. Its finding adds what was found, and where.
import type { Image, Severity } from '@yagura/schema'

export interface Check {
  readonly id: string
  readonly severity: Severity
  readonly title: string
  /** What to do, in one sentence. */
  readonly remedy: string
}

export interface Evidence {
  /** One sentence. */
  readonly message: string
  /** diffId of the layer, where it is known. */
  readonly layer?: string | null
}

/** Looks at the configuration and the history of an image. */
export interface ConfigurationCheck extends Check {
  find(image: Image): readonly Evidence[]
}
