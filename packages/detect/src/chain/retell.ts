// A chain from the incident that was told of it: what is known of a campaign after the state that was saved before it is gone on from.
import type { IncidentReport, Tactic } from '@yagura/schema'
import { type Chain, createChain } from './chain.ts'
import { evidence } from './score.ts'

/** `known` is the same chain as the saved state has it, perhaps with fewer steps. */
export function chainOfReport(report: IncidentReport, known: Chain | undefined): Chain {
  const openedAtMs = Date.parse(report.openedAt)
  const chain = known ?? createChain(0, report.id, report.root, openedAtMs)
  chain.steps.splice(0, chain.steps.length, ...report.steps.map((step) => ({ atMs: Date.parse(step.at), step })))
  chain.stepsLeftOut = report.stepsLeftOut
  chain.order = []
  for (const { step, atMs } of chain.steps) {
    if (chain.order.at(-1) !== step.tactic) chain.order.push(step.tactic)
    noteEvidence(chain, step.tactic, step.grade)
    if (step.grade !== 'weak') chain.hasMedium = true
    if (step.grade === 'strong') chain.hasStrong = true
    chain.lastAtMs = Math.max(chain.lastAtMs, atMs)
  }
  for (const id of report.containerIds) chain.containerIds.add(id)
  for (const key of report.assetKeys) chain.assetKeys.add(key)
  for (const node of report.nodes) chain.nodes.set(node.id, node)
  for (const edge of report.edges) chain.edges.set(`${edge.from}>${edge.to}>${edge.kind}`, edge)
  chain.title = report.title
  chain.severity = report.severity
  chain.score = Math.max(chain.score, report.score)
  chain.incident = { revision: report.revision, openedAtMs, sentAtMs: 0, isDirty: false }
  return chain
}

/** What the evidence weighed is not told; about as much as such a signal weighs. */
function noteEvidence(chain: Chain, tactic: Tactic, grade: 'weak' | 'medium' | 'strong'): void {
  const worth = {
    weak: evidence('low', 0.4, 0.6),
    medium: evidence('medium', 0.7, 0.6),
    strong: evidence('high', 1, 0.7),
  }
  const before = chain.best.get(tactic)
  if (before === undefined || before.evidence < worth[grade]) {
    chain.best.set(tactic, { tactic, evidence: worth[grade], distance: 0 })
  }
}
