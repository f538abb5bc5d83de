// What every source gives back.
import type { Clock, Limits } from '@yagura/kernel'
import type { CoverageGapReport, Image } from '@yagura/schema'
import type { LayerSource } from '../layer/source.ts'
import type { Platform } from '../manifest/platform.ts'
import type { RegistryOptions } from './registry/options.ts'

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
  readonly dockerRoot: string
  readonly dockerSocket: string
  /** Before /run and /proc; empty for this machine. */
  readonly hostRoot: string
  readonly registry: RegistryOptions
  /** Undefined: this machine's own, where there is a choice. */
  readonly platform?: Platform | undefined
  readonly signal?: AbortSignal | undefined
}
