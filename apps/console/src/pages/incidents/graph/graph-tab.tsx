// Who did what to whom: as a picture, or as a list that says the same.
import type { IncidentDetail } from '@yagura/schema'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Segmented } from '../../../design/segmented.tsx'
import { SidePanel } from '../../../design/side-panel.tsx'
import { Empty, Skeleton } from '../../../design/states.tsx'
import { useNarrow } from '../../../design/use-narrow.ts'
import { containerName } from '../actions-of.ts'
import { GraphList } from './graph-list.tsx'
import { NodeDetail } from './node-detail.tsx'

const GraphPicture = lazy(() => import('./graph-picture.tsx').then((module) => ({ default: module.GraphPicture })))

interface GraphTabProps {
  readonly incident: IncidentDetail
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

export function GraphTab({ incident, chosen, onChoose }: GraphTabProps) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const [form, setForm] = useState<'picture' | 'list'>(narrow ? 'list' : 'picture')
  if (incident.nodes.length === 0) return <Empty title={t('graph.none')} text={t('graph.noneText')} />
  const nodes = incident.nodes.map((one) =>
    one.kind === 'container' ? { ...one, label: containerName(incident, one.detail || one.label) } : one,
  )
  const node = nodes.find(({ id }) => id === chosen)
  const shown = { nodes, edges: incident.edges, chosen: node?.id, onChoose }
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-3 border-b px-4 py-2 sm:px-6">
        <p className="text-sm text-soft">{t('graph.text')}</p>
        <div>
          <Segmented
            hideLabel
            label={t('graph.form')}
            value={form}
            options={[
              { value: 'picture', text: t('graph.forms.picture') },
              { value: 'list', text: t('graph.forms.list') },
            ]}
            onChange={setForm}
          />
        </div>
      </div>
      <div className="relative flex min-h-96 flex-1">
        <div className="min-w-0 flex-1">
          {form === 'picture' ? (
            <Suspense fallback={<Skeleton lines={6} className="p-6" />}>
              <GraphPicture {...shown} />
            </Suspense>
          ) : (
            <GraphList {...shown} />
          )}
        </div>
        {node ? (
          <SidePanel label={t('graph.node')} onClose={() => onChoose('')}>
            <NodeDetail key={node.id} incident={incident} node={node} />
          </SidePanel>
        ) : null}
      </div>
    </div>
  )
}
