// How much a chain weighs. The best piece of evidence of each stage counts, so that repetition adds nothing; stages in their order,
// many stages, and sources that know nothing of each other add.
import type { Severity, Tactic } from '@yagura/schema'
import { longestRise, rankOf, weightOfTactic } from './tactics.ts'

/**
 * At `INCIDENT` a chain with at least one medium signal becomes an incident; at `CONTAIN` a policy may contain by itself.
 * Set from replays of benign work: INCIDENT is 1.2 times the highest score that a benign chain reached, CONTAIN is 4 above.
 * `yagura detect replay FILE --format json` prints `highestQuietScore` for a recording of your own benign work.
 */
export const INCIDENT = 6
export const CONTAIN = INCIDENT + 4
/** An incident with a strong signal in which so many acts followed each other may be contained as well. */
export const ACTS_OF_CAMPAIGN = 3

const SEVERITY_SCORES: Readonly<Record<string, number>> = { critical: 10, high: 8, medium: 5, low: 3 }

/** Severity 1…10, by confidence and rarity. */
export function evidence(severity: Severity, confidence01: number, rarity01: number): number {
  return (SEVERITY_SCORES[severity] ?? 1) * confidence01 * rarity01
}

export interface Scored {
  readonly tactic: Tactic
  readonly evidence: number
  /** Steps of weak links (files, sockets) between this signal and the chain's own lineage. */
  readonly distance: number
}

export function scoreOf(best: readonly Scored[], order: readonly Tactic[], sources: number): number {
  let score = 0
  for (const one of best) {
    score += weightOfTactic(one.tactic) * Math.log2(1 + one.evidence) * 2 ** (-one.distance / 8)
  }
  score += 1.5 * Math.max(0, longestRise(order.map(rankOf)) - 1)
  if (best.length >= 3) score += 1
  if (sources >= 2) score += 1
  return score
}
