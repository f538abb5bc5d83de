// What of a graph can be drawn: what comes from outside need not fit together.
import type { GraphEdge, GraphNode } from '@yagura/schema'

/** Nodes by id, and no edge without both of its ends. */
export function drawable(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): { nodes: readonly GraphNode[]; edges: readonly GraphEdge[] } {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const drawn = new Map(
    edges
      .filter((edge) => known.has(edge.from) && known.has(edge.to))
      .map((edge) => [`${edge.from}\n${edge.to}\n${edge.kind}`, edge]),
  )
  return { nodes: [...known.values()], edges: [...drawn.values()] }
}
