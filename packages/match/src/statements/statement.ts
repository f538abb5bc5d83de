// What people say of findings: exceptions of the own team, and VEX statements of those who made the software.
import type { Suppression } from '@yagura/schema'

export interface Statement {
  readonly kind: Suppression['kind']
  /** Names of the vulnerability, any of them. */
  readonly vulnerabilities: readonly string[]
  /** `affected` and `under-investigation` settle nothing, but withdraw what was said before them. */
  readonly verdict: 'accepted' | 'not-affected' | 'fixed' | 'affected' | 'under-investigation'
  /** Any of these; empty where it holds for everything. */
  readonly products: readonly Product[]
  readonly reason: string
  /** File, document or feed. */
  readonly source: string
  readonly line: number | null
  /** YYYY-MM-DD: the last day it holds. */
  readonly expires: string | null
  /** RFC 3339 in UTC; decides between statements that contradict. */
  readonly statedAt: string | null
}

/** All that is given must fit. */
export interface Product {
  readonly package?: string
  /** A purl, the name of an image, or an image as purl. */
  readonly id?: string
  /** A location of the package is this path, or inside of it. */
  readonly path?: string
  /** Where not empty, `id` is a whole and the statement is about these parts of it, by purl. */
  readonly parts?: readonly string[]
}
