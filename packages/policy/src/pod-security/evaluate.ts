// Pod Security Standards of one object: a pod, or what makes pods.
import { podOf } from '../resource/pod.ts'
import { BASELINE } from './baseline.ts'
import type { Control, PodSecurityLevel } from './control.ts'
import { type CheckedPod, checkedPod } from './pod.ts'
import { RESTRICTED } from './restricted.ts'

export interface PodSecurityResult {
  readonly control: string
  readonly level: PodSecurityLevel
  readonly verdict: 'pass' | 'fail'
  /** What breaks it, by place. */
  readonly violations: readonly string[]
}

/** The newest minor version that changes a control. */
export const LATEST_MINOR = Math.max(
  ...[...BASELINE, ...RESTRICTED].flatMap(({ versions }) => versions.map(([from]) => from)),
)

/** `1.29`, `v1.29.3` or `latest` → 29; undefined for anything else. */
export function minorVersion(text: string): number | undefined {
  if (text === 'latest') return LATEST_MINOR
  const minor = /^v?1\.(\d{1,3})(?:\.\d+)?(?:[-+].*)?$/.exec(text)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

/** The controls of the level as of this version. At the restricted level some stand for one of the baseline. */
export function controlsOf(level: PodSecurityLevel, minor: number): Control[] {
  const holds = (control: Control) => control.versions.some(([from]) => from <= minor)
  const restricted = level === 'restricted' ? RESTRICTED.filter(holds) : []
  const overridden = new Set(restricted.flatMap(({ overrides }) => overrides ?? []))
  return [...BASELINE.filter((control) => holds(control) && !overridden.has(control.id)), ...restricted]
}

/** undefined: the object makes no pods. */
export function checkPodSecurity(
  object: unknown,
  level: PodSecurityLevel,
  minor: number = LATEST_MINOR,
): PodSecurityResult[] | undefined {
  const pod = podOf(object)
  if (!pod) return undefined
  const checked = checkedPod(pod.metadata, pod.spec)
  return controlsOf(level, minor).map((control) => {
    const violations = formOf(control, minor)(checked)
    return { control: control.id, level: control.level, verdict: violations.length === 0 ? 'pass' : 'fail', violations }
  })
}

function formOf({ versions }: Control, minor: number): (pod: CheckedPod) => string[] {
  return versions.findLast(([from]) => from <= minor)?.[1] ?? (() => [])
}
