// What a target of `yagura check` is asked, and what it answers.
import type { Clock } from '@yagura/kernel'
import type { CheckResult } from '@yagura/schema'
import type { CheckProblem } from '../report.ts'

export interface TargetRequest {
  /** Of manifests and images; undefined for this machine. */
  readonly path: string | undefined
  /** Root of the machine's files. */
  readonly root: string
  readonly procRoot: string
  /** Name of the machine in results. */
  readonly resource: string
  readonly clock: Clock
  /** RFC 3339 */
  readonly observedAt: string
  readonly profile: string | undefined
  /** Ask servers over the network as a stranger would. */
  readonly probe: boolean
  /** File with credentials for asking servers themselves. */
  readonly credentials: string | undefined
  readonly kubernetesVersion: string | undefined
  /** Values that a baseline expects instead of the records' own. */
  readonly expected: ReadonlyMap<string, unknown>
}

export interface TargetAnswer {
  /** The target is not there: nothing to check. */
  readonly isAbsent?: boolean
  readonly results: readonly CheckResult[]
  readonly problems: readonly CheckProblem[]
}

export type Target = (request: TargetRequest) => Promise<TargetAnswer>
