// The stages of ATT&CK as the chain sees them: their weight, the one that fits the place in the chain, and what comes next.
import { TACTICS, type Tactic } from '@yagura/schema'

export const TACTIC_COUNT = TACTICS.length

/** How much a stage says about an attack: looking around is cheap, taking data away is not. Set by hand. */
const WEIGHTS: Readonly<Record<Tactic, number>> = {
  reconnaissance: 0.5,
  'resource-development': 0.5,
  'initial-access': 1,
  execution: 1,
  persistence: 1.2,
  'privilege-escalation': 1.3,
  'defense-evasion': 1,
  'credential-access': 1.2,
  discovery: 0.6,
  'lateral-movement': 1.3,
  collection: 0.8,
  'command-and-control': 1.3,
  exfiltration: 1.5,
  impact: 1.5,
}

export function weightOfTactic(tactic: Tactic): number {
  return WEIGHTS[tactic]
}

export function rankOf(tactic: Tactic): number {
  return TACTICS.indexOf(tactic)
}

/** Of the tactics a technique may stand for the first that is later than the last one seen, else the most fitting. */
export function placeTactic(candidates: readonly Tactic[], last: Tactic | null): Tactic | null {
  const [best] = candidates
  if (best === undefined) return null
  if (last === null || candidates.length === 1) return best
  return candidates.find((one) => rankOf(one) > rankOf(last)) ?? best
}

/** Length of the longest strictly rising row (patience sorting): how far a chain went through the stages in their order. */
export function longestRise(ranks: readonly number[]): number {
  const tails: number[] = []
  for (const rank of ranks) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((tails[middle] as number) < rank) low = middle + 1
      else high = middle
    }
    tails[low] = rank
  }
  return tails.length
}

/**
 * What follows a stage, set by hand after the order of acts in published reports on container malware (Kinsing S0599, Doki S0600,
 * Hildegard S0601, TeamTNT G0139 in MITRE ATT&CK) and the campaigns of our own bench. Rows need not add up to one: what is left is
 * "nothing more was seen".
 */
const NEXT: Readonly<Partial<Record<Tactic, Readonly<Partial<Record<Tactic, number>>>>>> = {
  reconnaissance: { 'initial-access': 0.7, discovery: 0.1 },
  'resource-development': { 'initial-access': 0.7, execution: 0.1 },
  'initial-access': { execution: 0.6, discovery: 0.15, persistence: 0.1, 'command-and-control': 0.1 },
  execution: { 'command-and-control': 0.25, discovery: 0.2, persistence: 0.15, 'credential-access': 0.15, impact: 0.1 },
  persistence: { 'defense-evasion': 0.25, discovery: 0.2, 'credential-access': 0.2, impact: 0.15 },
  'privilege-escalation': { persistence: 0.3, 'credential-access': 0.25, 'defense-evasion': 0.15, impact: 0.1 },
  'defense-evasion': { 'command-and-control': 0.2, impact: 0.2, 'credential-access': 0.2, execution: 0.15 },
  'credential-access': { 'lateral-movement': 0.4, discovery: 0.2, exfiltration: 0.2, collection: 0.1 },
  discovery: { 'credential-access': 0.3, 'lateral-movement': 0.2, 'privilege-escalation': 0.2, impact: 0.1 },
  'lateral-movement': { execution: 0.35, persistence: 0.2, impact: 0.15, 'privilege-escalation': 0.15 },
  collection: { exfiltration: 0.7, 'command-and-control': 0.1, impact: 0.05 },
  'command-and-control': { execution: 0.3, impact: 0.2, discovery: 0.15, 'credential-access': 0.15, exfiltration: 0.1 },
  exfiltration: { impact: 0.25, 'defense-evasion': 0.2, 'lateral-movement': 0.1 },
  impact: { 'defense-evasion': 0.2, 'lateral-movement': 0.15, persistence: 0.15 },
}

export function nextTactics(last: Tactic | null): { tactic: Tactic; probability01: number }[] {
  if (last === null) return []
  return Object.entries(NEXT[last] ?? {})
    .map(([tactic, probability01]) => ({ tactic: tactic as Tactic, probability01 }))
    .sort((left, right) => right.probability01 - left.probability01)
    .slice(0, 3)
}
