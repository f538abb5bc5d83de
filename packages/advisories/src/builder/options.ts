// What building needs to know.
import type { Clock } from '@yagura/kernel'
import type { BuildProgress } from '../sources/feed.ts'

export type { BuildProgress }

export interface BuildOptions {
  /** Folder with the feeds, each where its folder below sources/ says. */
  readonly from: string
  readonly out: string
  readonly clock: Clock
  readonly onProgress?: (progress: BuildProgress) => void
  /** A record that could not be read; building goes on without it. */
  readonly onRejected?: (file: string, reason: string) => void
}
