// The same as the picture, as a list: everything that took part, and what it did to what.
import type { GraphEdge, GraphNode } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../design/badge.tsx'
import { visibleText } from '../../../format/text.ts'
import { drawable, nodeName } from './drawable.ts'
import { isGrave, NodeIcon } from './node-kinds.tsx'

interface GraphListProps {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

export function GraphList({ nodes, edges, chosen, onChoose }: GraphListProps) {
  const { t } = useTranslation()
  const graph = drawable(nodes, edges)
  const labels = new Map(graph.nodes.map((node) => [node.id, nodeName(node)]))
  const inOrder = graph.nodes.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return (
    <ul aria-label={t('graph.title')} className="h-full overflow-y-auto">
      {inOrder.map((node) => (
        <li key={node.id} className="border-b last:border-0">
          <button
            type="button"
            aria-pressed={node.id === chosen}
            onClick={() => onChoose(node.id)}
            className={`flex w-full flex-col gap-1 px-4 py-2 text-left text-sm outline-offset-[-2px] hover:bg-hover ${node.id === chosen ? 'bg-chosen' : ''}`}
          >
            <span className="flex min-w-0 flex-wrap items-center gap-1.5">
              <NodeIcon kind={node.kind} />
              <span className="sr-only">{t(`nodeKinds.${node.kind}`)}</span>
              <span className="min-w-0 font-medium wrap-any">{nodeName(node)}</span>
              {node.tags.map((tag) => (
                <Badge key={tag} tone={isGrave({ tags: [tag] }) ? 'bad' : 'neutral'}>
                  {t(`tags.${tag}` as 'tags.SHELL', { defaultValue: visibleText(tag) })}
                </Badge>
              ))}
            </span>
            {graph.edges
              .filter((edge) => edge.from === node.id)
              .map((edge) => (
                <span key={`${edge.kind} ${edge.to}`} className="pl-5 text-xs text-soft wrap-any">
                  {t(`edgeKinds.${edge.kind}`)} → {labels.get(edge.to)}
                </span>
              ))}
          </button>
        </li>
      ))}
    </ul>
  )
}
