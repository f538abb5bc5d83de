// How long from a decision to a container that stands, and from the act that decided: the agent's own times.
import type { Watch } from './watch.ts'

export interface Freeze {
  /** From the agent's decision until the kernel says that every process of the container stands. */
  readonly fromDecisionMs: number
  /** From the last act that the decision was made of; null when its incident was not told. */
  readonly fromActMs: number | null
}

export function freezesOf(watch: Pick<Watch, 'actions' | 'incidents'>): Freeze[] {
  return watch.actions.flatMap(({ value }) => {
    if (value.kind !== 'freeze' || value.state !== 'done' || value.doneAt === null) return []
    const decidedMs = Date.parse(value.requestedAt)
    const doneMs = Date.parse(value.doneAt)
    const acts = watch.incidents
      .filter((one) => one.value.id === value.incidentId && one.value.containable)
      .slice(0, 1)
      .flatMap((one) => one.value.steps.map((step) => Date.parse(step.at)))
      .filter((atMs) => atMs <= decidedMs)
    return { fromDecisionMs: doneMs - decidedMs, fromActMs: acts.length === 0 ? null : doneMs - Math.max(...acts) }
  })
}
