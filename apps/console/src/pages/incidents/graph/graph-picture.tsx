// The picture: processes and data from cause to effect. Every node takes the focus and opens with Enter.
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './graph.css'
import type { GraphEdge, GraphNode } from '@yagura/schema'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure, Skeleton } from '../../../design/states.tsx'
import { visibleText } from '../../../format/text.ts'
import { drawable, labelsOf, nodeName } from './drawable.ts'
import { layOut, NODE_HEIGHT_PX, NODE_WIDTH_PX, type Positions } from './layout.ts'
import { isGrave, NodeIcon } from './node-kinds.tsx'

interface GraphPictureProps {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

type Drawn = Node<{ readonly node: GraphNode }, 'object'>

const NODE_TYPES = { object: ObjectNode }

export function GraphPicture({ nodes, edges, chosen, onChoose }: GraphPictureProps) {
  const { t } = useTranslation()
  const graph = useMemo(() => drawable(nodes, edges), [nodes, edges])
  const { positions, error, retry } = usePositions(graph)
  const drawn = useMemo(
    () =>
      graph.nodes.map(
        (node): Drawn => ({
          id: node.id,
          type: 'object',
          position: positions?.get(node.id) ?? { x: 0, y: 0 },
          data: { node },
          width: NODE_WIDTH_PX,
          height: NODE_HEIGHT_PX,
          selected: node.id === chosen,
          ariaLabel: `${t(`nodeKinds.${node.kind}`)}: ${nodeName(node)}`,
        }),
      ),
    [graph, positions, chosen, t],
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
      onNodeClick={(_, node) => onChoose(node.id)}
      onNodesChange={(changes) => {
        for (const change of changes) if (change.type === 'select' && change.selected) onChoose(change.id)
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
    </ReactFlow>
  )
}

interface Layout {
  readonly positions: Positions | undefined
  readonly error: unknown
  readonly retry: () => void
}

/** The old positions stay until the new ones are there. */
function usePositions(graph: ReturnType<typeof drawable>): Layout {
  const [positions, setPositions] = useState<Positions>()
  const [error, setError] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const shape = useMemo(
    () => JSON.stringify([graph.nodes.map(({ id }) => id), graph.edges.map(({ from, to }) => [from, to])]),
    [graph],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: laid out anew when the shape changes, not with every label
  useEffect(() => {
    let isCurrent = true
    setError(null)
    layOut(graph.nodes, graph.edges).then(
      (next) => isCurrent && setPositions(next),
      (cause: unknown) => isCurrent && setError(cause),
    )
    return () => {
      isCurrent = false
    }
  }, [shape, attempt])
  return { positions, error, retry: () => setAttempt(attempt + 1) }
}

function ObjectNode({ data: { node }, selected }: NodeProps<Drawn>) {
  const { t } = useTranslation()
  return (
    <div
      title={visibleText(`${node.label}\n${node.detail}`)}
      className={`flex size-full cursor-pointer flex-col justify-center gap-0.5 rounded-md border bg-surface px-2.5 ${selected ? 'border-accent ring-1 ring-accent' : isGrave(node) ? 'border-bad' : 'border-line-strong'}`}
    >
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span className="flex min-w-0 items-center gap-1.5 text-xs font-medium">
        <NodeIcon kind={node.kind} />
        <span className="truncate">{nodeName(node)}</span>
      </span>
      <span className="truncate text-2xs text-soft">
        {node.tags.length > 0
          ? node.tags.map((tag) => t(`tags.${tag}` as 'tags.SHELL', { defaultValue: visibleText(tag) })).join(' · ')
          : visibleText(node.detail)}
      </span>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  )
}
