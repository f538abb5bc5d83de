// Where the events of an incident are: filters for the list of events, over the time of the incident.
import { printValue } from '@yagura/lang'
import type { IncidentDetail, ProcessRef } from '@yagura/schema'

const AROUND_MS = 5 * 60_000

type Span = Pick<IncidentDetail, 'openedAt' | 'updatedAt' | 'steps'>

/** From a little before the first step to a little after the last change. */
export function spanOf({ openedAt, updatedAt, steps }: Span): { readonly from: string; readonly to: string } {
  const times = [openedAt, updatedAt, ...steps.map(({ at }) => at)].map((at) => Date.parse(at))
  return {
    from: new Date(Math.min(...times) - AROUND_MS).toISOString(),
    to: new Date(Math.max(...times) + AROUND_MS).toISOString(),
  }
}

export function eventsOfProcess(process: Pick<ProcessRef, 'pid' | 'startNs'>): string {
  return `pid = ${process.pid} and startNs = ${printValue(process.startNs)}`
}

export function eventsOfContainers(containerIds: readonly string[]): string {
  const [only, ...others] = containerIds
  if (only === undefined) return ''
  if (others.length === 0) return `containerId = ${printValue(only)}`
  return `containerId in (${containerIds.map((id) => printValue(id)).join(', ')})`
}
