import type { GraphEdge, GraphNode } from '@yagura/schema'
import { expect, test } from 'vitest'
import { drawable, labelsOf, nodeName } from './drawable.ts'

const at = '2026-11-23T12:00:00.000Z'
const node = (id: string): GraphNode => ({ id, kind: 'process', label: id, detail: '', tags: [], at })
const edge = (from: string, to: string, kind: GraphEdge['kind'] = 'started'): GraphEdge => ({
  from,
  to,
  kind,
  at,
  signalId: null,
})

test('an edge without both of its ends is not drawn, and nothing twice', () => {
  const graph = drawable([node('a'), node('b'), node('a')], [edge('a', 'b'), edge('a', 'b'), edge('a', 'gone')])
  expect(graph.nodes.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(graph.edges).toEqual([edge('a', 'b')])
})

test('edges between the same two nodes say their words in one place, each once', () => {
  const edges = [edge('a', 'b'), edge('b', 'a', 'piped'), edge('b', 'c', 'read'), edge('a', 'b', 'started')]
  expect(labelsOf(edges, ({ kind }) => kind)).toEqual(['started · piped', undefined, 'read', undefined])
})

test('a program of many names is called by the one it was called by', () => {
  const named = (label: string, detail: string) => nodeName({ ...node('a'), label, detail })
  expect(named('/bin/busybox', 'cat /etc/shadow')).toBe('cat /etc/shadow')
  expect(named('/bin/sh', 'sh -c id')).toBe('/bin/sh')
  expect(named('/bin/sh', '')).toBe('/bin/sh')
  expect(nodeName({ kind: 'file', label: '/tmp/a', detail: 'open' })).toBe('/tmp/a')
})
