// What of a graph can be drawn: what comes from outside need not fit together.
import type { GraphEdge, GraphNode } from '@yagura/schema'
import { visibleText } from '../../../format/text.ts'

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

/** Edges between the same two nodes would have their words on top of each other: the first has all of them. */
export function labelsOf(
  edges: readonly GraphEdge[],
  wordOf: (edge: GraphEdge) => string,
): readonly (string | undefined)[] {
  const pairs = new Map<string, { first: number; words: Set<string> }>()
  edges.forEach((edge, index) => {
    const key = [edge.from, edge.to].sort().join('\n')
    const pair = pairs.get(key)
    if (pair) pair.words.add(wordOf(edge))
    else pairs.set(key, { first: index, words: new Set([wordOf(edge)]) })
  })
  const labels = new Map([...pairs.values()].map(({ first, words }) => [first, [...words].join(' · ')]))
  return edges.map((_, index) => labels.get(index))
}

/** A program of many names (busybox, a script's interpreter) by the name that it was called by, others by their path. */
export function nodeName({ kind, label, detail }: Pick<GraphNode, 'kind' | 'label' | 'detail'>): string {
  const called = detail.split(' ', 1)[0] ?? ''
  const isOther = kind === 'process' && called !== '' && lastPart(called) !== lastPart(label)
  return visibleText(isOther ? detail : label)
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
