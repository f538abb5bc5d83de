// Chains in a snapshot: sets and maps as lists.
import type { Chain } from '../../chain/chain.ts'

export type SavedChain = Omit<
  Chain,
  'containerIds' | 'assetKeys' | 'best' | 'sources' | 'told' | 'nodes' | 'edges' | 'learnable' | 'number'
> & {
  readonly containerIds: string[]
  readonly assetKeys: string[]
  readonly best: [string, Chain['best'] extends Map<string, infer Value> ? Value : never][]
  readonly sources: string[]
  readonly told: [string, number][]
  readonly nodes: [string, Chain['nodes'] extends Map<string, infer Value> ? Value : never][]
  readonly edges: [string, Chain['edges'] extends Map<string, infer Value> ? Value : never][]
  readonly learnable: [number, string][]
}

export function saveChain(chain: Chain): SavedChain {
  const { number: _, ...rest } = chain
  return {
    ...rest,
    containerIds: [...chain.containerIds],
    assetKeys: [...chain.assetKeys],
    best: [...chain.best],
    sources: [...chain.sources],
    told: [...chain.told].slice(-256),
    nodes: [...chain.nodes],
    edges: [...chain.edges],
    learnable: [...chain.learnable],
    // −∞ has no JSON
    incident: chain.incident === null ? null : { ...chain.incident, sentAtMs: Math.max(0, chain.incident.sentAtMs) },
  }
}

/** Who was told of more than was saved takes only what is newer than that: more updates than come in the time between two saves. */
export const REVISIONS_AHEAD = 100

export function aheadOf(chain: Chain): Chain {
  const { incident } = chain
  if (incident !== null) chain.incident = { ...incident, revision: incident.revision + REVISIONS_AHEAD }
  return chain
}

export function loadChain(saved: SavedChain): Chain {
  return aheadOf({
    ...saved,
    number: 0,
    containerIds: new Set(saved.containerIds),
    assetKeys: new Set(saved.assetKeys),
    best: new Map(saved.best) as Chain['best'],
    sources: new Set(saved.sources),
    told: new Map(saved.told),
    nodes: new Map(saved.nodes),
    edges: new Map(saved.edges),
    // older ones were saved without a sign
    learnable: new Map(saved.learnable.map(([edge, key]) => [edge | 0, key])),
  })
}
