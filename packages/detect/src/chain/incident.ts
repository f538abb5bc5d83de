// A chain as the incident that people read.
import type { IncidentReport, IncidentStep } from '@yagura/schema'
import type { Chain } from './chain.ts'
import { ACTS_OF_CAMPAIGN, CONTAIN, INCIDENT } from './score.ts'
import { nextTactics } from './tactics.ts'

/** What happens within this time of the first sign may be one act. */
const ONE_ACT_MS = 1000
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

/** By its weight, where ending one process is not enough; or because it goes on, act after act, whatever was done against it. */
export function isContainable(chain: Chain): boolean {
  if (chain.score >= CONTAIN && (chain.hasStrong || chain.best.size >= 3) && !isOneProcess(chain)) return true
  return chain.score >= INCIDENT && chain.hasStrong && actsOf(chain) >= ACTS_OF_CAMPAIGN
}

/** All that is more than a hint came from one process at one time, however many rules saw it. */
function isOneProcess(chain: Chain): boolean {
  const told = chain.steps.filter(({ step }) => step.grade !== 'weak')
  const [first] = told
  const keyOf = ({ process }: IncidentStep) => `${process?.pid} ${process?.startNs}`
  return (
    first !== undefined &&
    told.every(({ step, atMs }) => keyOf(step) === keyOf(first.step) && atMs - first.atMs < ONE_ACT_MS)
  )
}

/** Times at which something that is more than a hint was done; what one act shows from several sides is one. */
function actsOf(chain: Chain): number {
  let acts = 0
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { step, atMs } of chain.steps) {
    if (step.grade === 'weak' || atMs - lastMs < ONE_ACT_MS) continue
    acts++
    lastMs = atMs
  }
  return acts
}

function missingAround(chain: Chain, atMs: number): string | null {
  const near = chain.losses.filter((loss) => Math.abs(loss.atMs - atMs) <= LOSS_NEAR_MS)
  return near.length === 0 ? null : [...new Set(near.map((loss) => loss.reason))].join(' ').slice(0, 1024)
}
