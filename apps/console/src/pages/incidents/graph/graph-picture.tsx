// The picture: processes and data from cause to effect. Every node takes the focus and opens with Enter.
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Panel,
  Position,
  ReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './graph.css'
import type { GraphEdge, GraphNode } from '@yagura/schema'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../design/button.tsx'
import { Failure, Skeleton } from '../../../design/states.tsx'
import { useFormat } from '../../../design/use-format.ts'
import { visibleText } from '../../../format/text.ts'
import { drawable, labelsOf, nodeName } from './drawable.ts'
import { type Folded, type FoldedGraph, foldGraph } from './fold.ts'
import { layOut, NODE_HEIGHT_PX, NODE_WIDTH_PX, type Positions } from './layout.ts'
import { isGrave, NodeIcon } from './node-kinds.tsx'

interface GraphPictureProps {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

type Drawn = Node<{ readonly node: GraphNode; readonly members: readonly GraphNode[]; readonly text: string }, 'object'>

const NONE: ReadonlySet<string> = new Set()

/** In the words on hover. */
const SHOWN_NAMES = 30

const NODE_TYPES = { object: ObjectNode }

export function GraphPicture({ nodes, edges, chosen, onChoose }: GraphPictureProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [open, setOpen] = useState(NONE)
  const whole = useMemo(() => drawable(nodes, edges), [nodes, edges])
  const graph = useMemo(() => foldGraph(whole, open, chosen), [whole, open, chosen])
  const choose = (id: string) => {
    if (graph.nodes.some((one) => one.node.id === id && one.members.length > 0)) setOpen(new Set([...open, id]))
    else onChoose(id)
  }
  const { positions, error, retry } = usePositions(graph)
  const drawn = useMemo(
    () =>
      graph.nodes.map(({ node, members }): Drawn => {
        const count = members.length
        const text = count > 0 ? t('graph.folded', { count, shown: format.count(count) }) : nodeName(node)
        return {
          id: node.id,
          type: 'object',
          position: positions?.get(node.id) ?? { x: 0, y: 0 },
          data: { node, members, text },
          width: NODE_WIDTH_PX,
          height: NODE_HEIGHT_PX,
          selected: node.id === chosen,
          ariaLabel: `${t(`nodeKinds.${node.kind}`)}: ${text}`,
        }
      }),
    [graph, positions, chosen, t, format],
  )
  const lines = useMemo(() => {
    const words = labelsOf(graph.edges, (edge) => t(`edgeKinds.${edge.kind}`))
    return graph.edges.map(
      (edge, index): Edge => ({
        id: String(index),
        source: edge.from,
        target: edge.to,
        label: words[index],
        markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 },
        focusable: false,
        selectable: false,
        ...(edge.signalId ? { className: 'is-evidence' } : {}),
      }),
    )
  }, [graph, t])
  if (error)
    return (
      <div className="p-4">
        <Failure error={error} retry={retry} />
      </div>
    )
  if (!positions) return <Skeleton lines={6} className="p-6" />
  return (
    <ReactFlow
      nodes={drawn}
      edges={lines}
      nodeTypes={NODE_TYPES}
      onNodeClick={(_, node) => choose(node.id)}
      onNodesChange={(changes) => {
        for (const change of changes) if (change.type === 'select' && change.selected) choose(change.id)
      }}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      multiSelectionKeyCode={null}
      minZoom={0.1}
      maxZoom={1.6}
      fitView
      fitViewOptions={{ minZoom: 0.4, maxZoom: 1, padding: 0.06 }}
      onlyRenderVisibleElements
      ariaLabelConfig={{
        'node.a11yDescription.default': t('graph.nodeHelp'),
        'controls.ariaLabel': t('graph.controls'),
        'controls.zoomIn.ariaLabel': t('graph.zoomIn'),
        'controls.zoomOut.ariaLabel': t('graph.zoomOut'),
        'controls.fitView.ariaLabel': t('graph.fit'),
      }}
      aria-label={t('graph.title')}
    >
      <Background gap={20} size={1} />
      <Controls showInteractive={false} />
      {graph.hidden > 0 || open.size > 0 ? (
        <Panel position="top-right" className="flex items-center gap-2 text-xs text-soft">
          {graph.hidden > 0 ? t('graph.foldedText', { count: graph.hidden, shown: format.count(graph.hidden) }) : null}
          <Button
            className="h-7!"
            onClick={() => setOpen(graph.hidden > 0 ? new Set([...open, ...groupIds(graph.nodes)]) : NONE)}
          >
            {t(graph.hidden > 0 ? 'graph.unfold' : 'graph.fold')}
          </Button>
        </Panel>
      ) : null}
    </ReactFlow>
  )
}

interface Layout {
  readonly positions: Positions | undefined
  readonly error: unknown
  readonly retry: () => void
}

/** The old positions stay until the new ones are there. */
function usePositions(graph: FoldedGraph): Layout {
  const [positions, setPositions] = useState<Positions>()
  const [error, setError] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const shape = useMemo(
    () => JSON.stringify([graph.nodes.map(({ node }) => node.id), graph.edges.map(({ from, to }) => [from, to])]),
    [graph],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: laid out anew when the shape changes, not with every label
  useEffect(() => {
    let isCurrent = true
    setError(null)
    layOut(
      graph.nodes.map(({ node }) => node),
      graph.edges,
    ).then(
      (next) => isCurrent && setPositions(next),
      (cause: unknown) => isCurrent && setError(cause),
    )
    return () => {
      isCurrent = false
    }
  }, [shape, attempt])
  return { positions, error, retry: () => setAttempt(attempt + 1) }
}

function groupIds(nodes: readonly Folded[]): readonly string[] {
  return nodes.filter(({ members }) => members.length > 0).map(({ node }) => node.id)
}

function ObjectNode({ data: { node, members, text }, selected }: NodeProps<Drawn>) {
  const { t } = useTranslation()
  return (
    <div
      title={
        members.length > 0
          ? members.slice(0, SHOWN_NAMES).map(nodeName).join('\n')
          : visibleText(`${node.label}\n${node.detail}`)
      }
      className={`${members.length > 0 ? 'border-dashed ' : ''}flex size-full cursor-pointer flex-col justify-center gap-0.5 rounded-md border bg-surface px-2.5 ${selected ? 'border-accent ring-1 ring-accent' : isGrave(node) ? 'border-bad' : 'border-line-strong'}`}
    >
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span className="flex min-w-0 items-center gap-1.5 text-xs font-medium">
        <NodeIcon kind={node.kind} />
        <span className="truncate">{text}</span>
      </span>
      <span className="truncate text-2xs text-soft">
        {members.length > 0
          ? members.slice(0, 3).map(nodeName).join(', ')
          : node.tags.length > 0
            ? node.tags.map((tag) => t(`tags.${tag}` as 'tags.SHELL', { defaultValue: visibleText(tag) })).join(' · ')
            : visibleText(node.detail)}
      </span>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  )
}
