// What building needs to know.
import type { Clock } from '@yagura/kernel'

export interface BuildProgress {
  readonly source: string
  readonly done: number
  readonly total: number
}

export interface BuildOptions {
  /** Folder with <ecosystem>/all.zip in it. */
  readonly from: string
  readonly out: string
  readonly clock: Clock
  readonly onProgress?: (progress: BuildProgress) => void
  /** A record that could not be read; building goes on without it. */
  readonly onRejected?: (file: string, reason: string) => void
}
