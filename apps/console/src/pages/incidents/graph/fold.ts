// What is alike in a large graph becomes one node: files that one process wrote, hosts that it tried, programs that it ran and
// that did nothing else. What speaks of an attack by itself is never folded away.
import type { GraphEdge, GraphNode } from '@yagura/schema'
import { isGrave } from './node-kinds.tsx'

export interface Folded {
  readonly node: GraphNode
  /** Nodes that this one stands for; none for a node of its own. */
  readonly members: readonly GraphNode[]
}

export interface FoldedGraph {
  readonly nodes: readonly Folded[]
  readonly edges: readonly GraphEdge[]
  /** Nodes that are not drawn. */
  readonly hidden: number
}

/** A graph of so many nodes is read as it is. */
const READABLE_NODES = 40
/** So many of a sort are no crowd. */
const FEW = 3

/** `open`: groups that the reader unfolded; `chosen`: a node that must be seen. */
export function foldGraph(
  graph: { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] },
  open: ReadonlySet<string>,
  chosen?: string,
): FoldedGraph {
  const asIs = graph.nodes.map((node): Folded => ({ node, members: [] }))
  if (graph.nodes.length <= READABLE_NODES) return { nodes: asIs, edges: graph.edges, hidden: 0 }
  const groups = [...groupsOf(graph, chosen)].filter(([id, members]) => members.length > FEW && !open.has(id))
  const groupOf = new Map(groups.flatMap(([id, members]) => members.map((node) => [node.id, id] as const)))
  const heads = groups.map(([id, members]): Folded => ({ node: { ...(members[0] as GraphNode), id }, members }))
  const drawn = new Map(
    graph.edges.map((edge) => {
      const [from, to] = [groupOf.get(edge.from) ?? edge.from, groupOf.get(edge.to) ?? edge.to]
      return [`${from}\n${to}\n${edge.kind}`, { ...edge, from, to }] as const
    }),
  )
  return {
    nodes: [...asIs.filter(({ node }) => !groupOf.has(node.id)), ...heads],
    edges: [...drawn.values()],
    hidden: groupOf.size,
  }
}

/** Nodes at an end of the graph that hang on the same node, in the same way, and are of the same kind and tags. */
function groupsOf(
  { nodes, edges }: { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] },
  chosen: string | undefined,
): Map<string, GraphNode[]> {
  const touching = new Map<string, GraphEdge[]>()
  for (const edge of edges)
    for (const end of [edge.from, edge.to]) {
      const known = touching.get(end)
      if (known) known.push(edge)
      else touching.set(end, [edge])
    }
  const groups = new Map<string, GraphNode[]>()
  for (const node of nodes) {
    const own = touching.get(node.id) ?? []
    const others = new Set(own.map((edge) => (edge.from === node.id ? edge.to : edge.from)))
    const [other] = others
    if (node.id === chosen || others.size !== 1 || other === undefined || isGrave(node)) continue
    const ways = [...new Set(own.map((edge) => `${edge.kind}${edge.from === node.id ? '>' : '<'}`))].sort().join(' ')
    const id = `fold ${other} ${node.kind} ${ways} ${node.tags.join(' ')}`
    const known = groups.get(id)
    if (known) known.push(node)
    else groups.set(id, [node])
  }
  return groups
}
