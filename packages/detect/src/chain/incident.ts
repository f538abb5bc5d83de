// A chain as the incident that people read.
import type { IncidentReport } from '@yagura/schema'
import type { Chain } from './chain.ts'
import { CONTAIN } from './score.ts'
import { nextTactics } from './tactics.ts'

/** A loss this near to a step may hide what belongs to it. */
const LOSS_NEAR_MS = 5000

export function incidentOf(chain: Chain, nowMs: number, mergedInto: string | null = null): IncidentReport {
  const state = chain.incident
  if (state === null) throw new Error('the chain is no incident')
  return {
    id: chain.id,
    revision: state.revision,
    mergedInto,
    title: chain.title,
    severity: chain.severity,
    score: Math.round(chain.score * 100) / 100,
    assetKeys: [...chain.assetKeys],
    containerIds: [...chain.containerIds],
    root: chain.root,
    steps: chain.steps.map(({ step, atMs }) => ({ ...step, missing: missingAround(chain, atMs) ?? step.missing })),
    stepsLeftOut: chain.stepsLeftOut,
    nextTactics: nextTactics(chain.order.at(-1) ?? null),
    nodes: [...chain.nodes.values()],
    edges: [...chain.edges.values()].filter((edge) => chain.nodes.has(edge.from) && chain.nodes.has(edge.to)),
    containable: isContainable(chain),
    openedAt: new Date(state.openedAtMs).toISOString(),
    updatedAt: new Date(nowMs).toISOString(),
  }
}

export function isContainable(chain: Chain): boolean {
  return chain.score >= CONTAIN && (chain.hasStrong || chain.best.size >= 3)
}

function missingAround(chain: Chain, atMs: number): string | null {
  const near = chain.losses.filter((loss) => Math.abs(loss.atMs - atMs) <= LOSS_NEAR_MS)
  return near.length === 0 ? null : [...new Set(near.map((loss) => loss.reason))].join(' ').slice(0, 1024)
}
