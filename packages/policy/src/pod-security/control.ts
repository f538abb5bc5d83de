// One control of the Pod Security Standards.
import type { CheckedPod } from './pod.ts'

export type PodSecurityLevel = 'baseline' | 'restricted'

export interface Control {
  /** The name that the admission plugin of Kubernetes has for it. */
  readonly id: string
  readonly level: PodSecurityLevel
  /** Minor versions of Kubernetes 1.x from which a form of it holds, in order; it answers with what breaks it. */
  readonly versions: readonly (readonly [number, (pod: CheckedPod) => string[]])[]
  /** Baseline controls that it stands for at the restricted level. */
  readonly overrides?: readonly string[]
}
