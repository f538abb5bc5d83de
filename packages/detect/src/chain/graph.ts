// Who did what to whom, for the picture of an incident: bounded, the way from the root down to each process that was seen.
import { redactArguments } from '@yagura/kernel'
import type { GraphEdge, GraphNode } from '@yagura/schema'
import { describeProcess, type Process } from '../engine/actor.ts'
import { tagNames } from '../tags/bits.ts'
import { type Chain, EDGES_MAX, NODES_MAX } from './chain.ts'

export interface GraphObject {
  readonly kind: 'file' | 'peer' | 'pipe' | 'process' | 'user'
  readonly label: string
  readonly detail: string
  readonly edge: GraphEdge['kind']
}

const DEPTH_MAX = 16

export function drawProcess(chain: Chain, actor: Process, at: string): string {
  const id = nodeId(actor)
  let one = actor
  for (let step = 0; step < DEPTH_MAX; step++) {
    putNode(chain, nodeOf(one, at))
    if (one === one.lineage.root || one.parent === null) break
    putNode(chain, nodeOf(one.parent, at))
    putEdge(chain, { from: nodeId(one.parent), to: nodeId(one), kind: 'started', at, signalId: null })
    one = one.parent
  }
  const { containerId } = actor
  if (containerId !== null) {
    const container = `c:${containerId}`.slice(0, 128)
    putNode(chain, {
      id: container,
      kind: 'container',
      label: containerId.slice(0, 12),
      detail: containerId,
      tags: [],
      at,
    })
    putEdge(chain, { from: container, to: nodeId(one), kind: 'started', at, signalId: null })
  }
  return id
}

export function drawObject(chain: Chain, from: string, object: GraphObject, at: string, signalId: string): void {
  const id = `${object.kind}:${object.label}`.slice(0, 128)
  putNode(chain, { id, kind: object.kind, label: object.label, detail: object.detail, tags: [], at })
  putEdge(chain, { from, to: id, kind: object.edge, at, signalId })
}

function nodeId(actor: Process): string {
  return `p:${actor.pid}:${actor.startNs}`
}

function nodeOf(actor: Process, at: string): GraphNode {
  return {
    id: nodeId(actor),
    kind: 'process',
    label: describeProcess(actor).slice(0, 512),
    detail: redactArguments(actor.args).join(' ').slice(0, 1024),
    tags: tagNames(actor.tags),
    at,
  }
}

function putNode(chain: Chain, node: GraphNode): void {
  const known = chain.nodes.get(node.id)
  if (known !== undefined) chain.nodes.set(node.id, { ...node, at: known.at })
  else if (chain.nodes.size < NODES_MAX) chain.nodes.set(node.id, node)
}

function putEdge(chain: Chain, edge: GraphEdge): void {
  const id = `${edge.from}>${edge.to}>${edge.kind}`
  if (!chain.edges.has(id) && chain.edges.size < EDGES_MAX) chain.edges.set(id, edge)
}
