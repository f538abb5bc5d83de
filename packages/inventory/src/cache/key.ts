// Results are kept under the identity of the content: diffIds, the version of the extractors, and the limits they kept to.
import type { LayerSource } from '@yagura/image'
import type { Limits } from '@yagura/kernel'
import type { Scope } from '../extract/extract-image.ts'
import { EXTRACTOR_VERSION } from '../extract/version.ts'

export interface KeyOptions {
  readonly limits: Limits
  readonly scope: Scope | undefined
  /** What else was looked for. */
  readonly inspect: readonly string[]
}

/** Undefined where some layer's bytes are not checked against its diffId: such a layer is neither kept nor answered for. */
export function keyOf(
  what: string,
  sources: readonly LayerSource[],
  { limits, scope, inspect }: KeyOptions,
): string | undefined {
  const ids = sources.map((source) => (source.verified ? source.layer?.diffId : undefined))
  if (ids.length === 0 || ids.includes(undefined)) return undefined
  return JSON.stringify([what, EXTRACTOR_VERSION, scope, inspect, limits, ids])
}
