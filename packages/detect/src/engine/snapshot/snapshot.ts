// Everything that must outlive a restart, packed and read back: models, open chains, who belongs to them, files that matter.

import type { Model } from '../../baseline/model.ts'
import type { Edge, Profile } from '../../baseline/profile.ts'
import { createSketch, type Sketch } from '../../baseline/sketch.ts'
import type { ChainStore } from '../../chain/store.ts'
import type { ContainerIdentity } from '../../contract/identity.ts'
import type { Files, SavedFiles } from '../files.ts'
import type { ProcessTable } from '../process-table.ts'
import { loadActors, type SavedActors, saveActors } from './actors.ts'
import { loadChain, type SavedChain, saveChain } from './chains.ts'
import { seal, unseal } from './envelope.ts'

export interface Parts {
  readonly model: Model
  readonly chains: ChainStore
  readonly table: ProcessTable
  readonly files: Files
}

interface Saved {
  readonly profiles: (Omit<Profile, 'edges'> & { readonly edges: number[] })[]
  readonly sketchHalvedAtMs: number
  readonly chains: SavedChain[]
  readonly condemned: string[]
  readonly identities: ContainerIdentity[]
  readonly actors: SavedActors
  readonly files: SavedFiles
}

const EDGE_NUMBERS = 5
const CHAINS_MAX = 1024
const IDENTITIES_MAX = 2048
/** Edges of all profiles together. */
const EDGES_MAX = 131_072

export function takeSnapshot(
  parts: Parts,
  sketch: Sketch,
  condemned: Iterable<string>,
  identities: readonly ContainerIdentity[],
): Uint8Array {
  const chains = [...parts.chains.all()]
    .sort((left, right) => Number(right.incident !== null) - Number(left.incident !== null) || right.score - left.score)
    .slice(0, CHAINS_MAX)
  const saved: Saved = {
    profiles: saveProfiles(parts.model),
    sketchHalvedAtMs: sketch.halvedAtMs(),
    chains: chains.map(saveChain),
    condemned: [...condemned],
    identities: identities.slice(-IDENTITIES_MAX),
    actors: saveActors(parts.table, parts.chains),
    files: parts.files.save((number) => parts.chains.find(number)?.id ?? ''),
  }
  const cells = sketch.cells()
  return seal(saved, new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength))
}

/** False when it was no snapshot of ours; then nothing was changed. */
export interface Restored {
  readonly sketch: Sketch
  readonly condemned: readonly string[]
  readonly identities: readonly ContainerIdentity[]
}

export function restoreSnapshot(bytes: Uint8Array, parts: Parts): Restored | undefined {
  const opened = unseal(bytes)
  if (opened === undefined) return undefined
  const saved = opened.json as Saved
  const sketch = sketchOf(opened.cells, saved.sketchHalvedAtMs)
  if (sketch === undefined) return undefined
  const profiles = saved.profiles.map(({ edges, ...rest }) => ({
    ...rest,
    lastRun: rest.lastRun | 0,
    edges: unpackEdges(edges),
  }))
  parts.model.restore(profiles)
  const numbers = new Map<string, number>()
  for (const one of saved.chains) {
    const chain = parts.chains.restore(loadChain(one))
    if (chain !== undefined) numbers.set(chain.id, chain.number)
  }
  loadActors(parts.table, saved.actors, numbers)
  parts.files.load(saved.files, (id) => numbers.get(id) ?? 0)
  return { sketch, condemned: saved.condemned, identities: saved.identities }
}

function saveProfiles(model: Model): Saved['profiles'] {
  let left = EDGES_MAX
  const saved: Saved['profiles'] = []
  for (const { edges, ...rest } of [...model.profiles()].sort((one, other) => other.usedDay - one.usedDay)) {
    if (left <= 0) break
    const packed: number[] = []
    for (const [hash, edge] of edges) {
      if (left-- <= 0) break
      packed.push(hash, edge.runs, edge.runsBefore, edge.lastRun, edge.day)
    }
    saved.push({ ...rest, edges: packed })
  }
  return saved
}

function unpackEdges(packed: readonly number[]): Map<number, Edge> {
  const edges = new Map<number, Edge>()
  for (let at = 0; at + EDGE_NUMBERS <= packed.length; at += EDGE_NUMBERS) {
    const [hash = 0, runs = 0, runsBefore = 0, lastRun = 0, day = 0] = packed.slice(at, at + EDGE_NUMBERS)
    // older ones were saved without a sign
    edges.set(hash | 0, { runs, runsBefore, lastRun: lastRun | 0, day })
  }
  return edges
}

function sketchOf(cells: Uint8Array, halvedAtMs: number): Sketch | undefined {
  const fresh = createSketch()
  if (cells.length !== fresh.sizeBytes) return undefined
  // copied: a view into a buffer of somebody else need not lie on an even address
  const copy = new Uint8Array(cells)
  return createSketch(new Uint16Array(copy.buffer, copy.byteOffset, copy.length / 2), halvedAtMs)
}
