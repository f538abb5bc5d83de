import type { GraphEdge, GraphNode } from '@yagura/schema'
import { expect, test } from 'vitest'
import { foldGraph } from './fold.ts'

const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  kind: 'file',
  label: id,
  detail: '',
  tags: [],
  at: '2026-11-23T00:00:00.000Z',
  ...more,
})
const edge = (from: string, to: string, kind: GraphEdge['kind'] = 'wrote'): GraphEdge => ({
  from,
  to,
  kind,
  at: '2026-11-23T00:00:00.000Z',
  signalId: null,
})

const files = Array.from({ length: 60 }, (_, i) => node(`f${i}`))
const large = {
  nodes: [node('p', { kind: 'process' }), node('c', { kind: 'process' }), ...files, node('x', { tags: ['DROP_EXEC'] })],
  edges: [edge('p', 'c', 'started'), edge('c', 'x', 'ran'), ...files.map(({ id }) => edge('p', id)), edge('p', 'x')],
}

test('what one process did sixty times is one node, and opens', () => {
  const folded = foldGraph(large, new Set())
  expect(folded.hidden).toBe(60)
  expect(folded.nodes.map(({ node: { id } }) => id).slice(0, 3)).toEqual(['p', 'c', 'x'])
  const [head] = folded.nodes.filter(({ members }) => members.length > 0)
  expect(head?.members).toHaveLength(60)
  expect(folded.edges).toHaveLength(4)
  expect(
    folded.edges.every(({ from, to }) => [from, to].every((end) => folded.nodes.some((one) => one.node.id === end))),
  ).toBe(true)
  expect(foldGraph(large, new Set([head?.node.id ?? ''])).hidden).toBe(0)
})

test('what is grave, chosen or between others is seen', () => {
  const grave = { ...large, nodes: large.nodes.map((one) => (one.id === 'f7' ? { ...one, tags: ['MINER'] } : one)) }
  const ids = foldGraph(grave, new Set(), 'f9').nodes.map(({ node: { id } }) => id)
  expect(ids).toEqual(expect.arrayContaining(['f7', 'f9', 'x']))
})

test('a small graph stays as it is', () => {
  const small = { nodes: large.nodes.slice(0, 12), edges: large.edges.slice(2, 8) }
  expect(foldGraph(small, new Set())).toEqual({
    nodes: small.nodes.map((one) => ({ node: one, members: [] })),
    edges: small.edges,
    hidden: 0,
  })
})
