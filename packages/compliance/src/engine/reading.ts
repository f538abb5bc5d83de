// What a target answers when it is asked for the value behind a source.
import type { CheckEvidence } from '@yagura/schema'

type EvidenceSource = CheckEvidence['source']

export type Scalar = string | number | boolean
export type Value = Scalar | readonly Scalar[]

export type Reading =
  | { readonly kind: 'value'; readonly source: EvidenceSource; readonly place: string; readonly value: Value }
  /** Looked, and the key is not there. */
  | { readonly kind: 'absent'; readonly source: EvidenceSource; readonly place: string }
  /** Could not look: the next source is asked, and without any answer the verdict is an error that says this. */
  | { readonly kind: 'unreadable'; readonly place: string; readonly reason: string }
  /** This target has no such source here (no credentials, no network probe asked for). */
  | { readonly kind: 'not-asked'; readonly place: string; readonly reason: string }

/** Asks for one source of a record, such as `conf:ssl`. Never throws for what a stranger wrote. */
export type Read = (source: string) => Promise<Reading> | Reading
