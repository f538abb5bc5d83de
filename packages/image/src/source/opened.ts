// What every source gives back.
import type { Clock, Limits } from '@yagura/kernel'
import type { CoverageGapReport, Image } from '@yagura/schema'
import type { LayerSource } from '../layer/source.ts'

export interface OpenedImage {
  readonly image: Image
  /** Bottom to top. */
  readonly layers: readonly LayerSource[]
  /** Left out: installed software counts, not lock files. */
  readonly scope?: 'source'
  /** What could not be seen while opening. */
  readonly gaps: readonly CoverageGapReport[]
  close(): Promise<void>
}

export interface OpenOptions {
  readonly limits: Limits
  readonly clock: Clock
  readonly containerdRoot: string
  readonly podmanRoot: string
  readonly signal?: AbortSignal | undefined
}
