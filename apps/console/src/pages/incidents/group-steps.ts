// Steps in groups: what happened in one go is read in one go, and pauses of the attacker are seen.
import type { IncidentStep } from '@yagura/schema'

/** Longer than a script takes from one command to the next. */
const PAUSE_MS = 60_000

export interface StepGroup {
  readonly at: string
  /** Time since the end of the group before; null for the first. */
  readonly afterMs: number | null
  /** With the number of each step in the whole story, from 1. */
  readonly steps: readonly { readonly number: number; readonly step: IncidentStep }[]
}

export function groupSteps(steps: readonly IncidentStep[]): readonly StepGroup[] {
  const inOrder = steps
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((step, index) => ({ number: index + 1, step }))
  const groups: { at: string; afterMs: number | null; steps: { number: number; step: IncidentStep }[] }[] = []
  let beforeMs: number | null = null
  for (const numbered of inOrder) {
    const atMs = Date.parse(numbered.step.at)
    const afterMs = beforeMs === null ? null : atMs - beforeMs
    const open = groups.at(-1)
    if (open && afterMs !== null && afterMs <= PAUSE_MS) open.steps.push(numbered)
    else groups.push({ at: numbered.step.at, afterMs, steps: [numbered] })
    beforeMs = atMs
  }
  return groups
}
