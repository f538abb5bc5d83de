// What a case is: how it is made, and how its scan must end.
import type { Outcome } from './scan.ts'

export interface Made {
  /** As typed after `yagura scan`. */
  readonly target: string
  readonly options?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  close?(): Promise<void>
}

export interface HostileCase {
  /** In the list of bad inputs. */
  readonly number: number
  readonly title: string
  make(work: string): Made | Promise<Made>
  /** Names of the packages that are found all the same, sorted. */
  readonly packages?: readonly string[]
  /** Codes of the coverage gaps, sorted, each once; that there is no advisory database is left out. */
  readonly gaps?: readonly string[]
  /** In place of a report: what standard error says, with exit code 2. */
  readonly refused?: RegExp
  readonly check?: (outcome: Outcome, made: Made) => void
  /** Default: 20. */
  readonly seconds?: number
  /** Memory above that of a scan of a small good image. Default: 64. */
  readonly megabytes?: number
}
