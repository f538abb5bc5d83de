// Rules of several steps: each step is a condition, and they hold in order, by processes that belong together, within a time.
// Bounded: the oldest unfinished ones go first. Touched only when a step holds, which is seldom.
import type { Predicate } from '@yagura/lang'
import type { Subject } from './subject.ts'

export type SequenceBy = 'process' | 'lineage' | 'container'

const MAX_OPEN = 2048
/** Processes above the one that took a step which may have started the one that takes the next. */
const NEAR_ANCESTORS = 4

interface Open {
  readonly step: number
  readonly atMs: number
  readonly eventIds: readonly string[]
}

export interface Sequence {
  readonly steps: readonly (Predicate<Subject> | undefined)[]
}

export interface SequenceState {
  /** The events of all steps when this one was the last; undefined otherwise. */
  advance(steps: readonly (Predicate<Subject> | undefined)[], subject: Subject): readonly string[] | undefined
}

export function createSequence(length: number, withinMs: number, by: SequenceBy): SequenceState {
  const open = new Map<string, Open>()

  return {
    advance(steps, subject) {
      let keys: string[] | undefined
      const { event } = subject
      // Last step first, so that one event does not take two steps.
      for (let step = length - 1; step >= 0; step -= 1) {
        if (!steps[step]?.(subject)) continue
        keys ??= keysOf(subject, by)
        const nowMs = Date.parse(event.at)
        const before = step === 0 ? undefined : newest(open, keys, step - 1, nowMs - withinMs)
        if (step > 0 && !before) continue
        const eventIds = [...(before?.eventIds ?? []), event.id]
        if (step === length - 1) {
          for (const key of keys) for (let done = 0; done < length; done += 1) open.delete(`${done} ${key}`)
          return eventIds
        }
        const atMs = before?.atMs ?? nowMs
        for (const key of keys) {
          open.delete(`${step} ${key}`)
          open.set(`${step} ${key}`, { step, atMs, eventIds })
        }
        while (open.size > MAX_OPEN) open.delete(open.keys().next().value as string)
      }
      return undefined
    },
  }
}

function newest(
  open: ReadonlyMap<string, Open>,
  keys: readonly string[],
  step: number,
  sinceMs: number,
): Open | undefined {
  let found: Open | undefined
  for (const key of keys) {
    const one = open.get(`${step} ${key}`)
    if (one && one.atMs >= sinceMs && (!found || one.atMs > found.atMs)) found = one
  }
  return found
}

function keysOf({ event, context }: Subject, by: SequenceBy): string[] {
  if (by === 'container') return [`container ${event.containerId ?? 'host'}`]
  const keys = [`${event.pid} ${event.startNs}`]
  if (by === 'process') return keys
  for (let depth = 0; depth < NEAR_ANCESTORS; depth += 1) {
    const one = context.ancestor(depth)
    // What started the container started everything in it.
    if (!one || one.containerId !== event.containerId) break
    keys.push(`${one.pid} ${one.startNs}`)
  }
  return keys
}
