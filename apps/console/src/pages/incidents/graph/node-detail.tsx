// One node of the picture: what it is, what it did, and the steps it took part in.
import { Link } from '@tanstack/react-router'
import type { GraphNode, IncidentDetail } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../design/badge.tsx'
import { linkClass } from '../../../design/link.tsx'
import { Facts, Mono, SectionTitle } from '../../../design/panel.tsx'
import { FullTime } from '../../../design/time.tsx'
import { useLocalised } from '../../../design/use-localised.ts'
import { visibleText } from '../../../format/text.ts'
import { eventsOfProcess, spanOf } from '../events-of.ts'
import { drawable, nodeName } from './drawable.ts'
import { isGrave, NodeIcon } from './node-kinds.tsx'

export function NodeDetail({ incident, node }: { incident: IncidentDetail; node: GraphNode }) {
  const { t } = useTranslation()
  const localised = useLocalised()
  const process = processOf(node)
  const graph = drawable(incident.nodes, incident.edges)
  const labels = new Map(graph.nodes.map((one) => [one.id, nodeName(one)]))
  const touching = graph.edges.filter((edge) => edge.from === node.id || edge.to === node.id)
  const signals = new Set(touching.map((edge) => edge.signalId))
  const steps = incident.steps.filter(
    (step) =>
      signals.has(step.signalId) ||
      (process && step.process?.pid === process.pid && step.process.startNs === process.startNs),
  )
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <p className="mb-1 flex items-center gap-1.5 text-xs text-faint">
          <NodeIcon kind={node.kind} />
          {t(`nodeKinds.${node.kind}`)}
        </p>
        <h3 className="text-base font-semibold wrap-any">{visibleText(node.label)}</h3>
        <div className="mt-2 flex flex-wrap gap-1">
          {node.tags.map((tag) => (
            <Badge key={tag} tone={isGrave({ tags: [tag] }) ? 'bad' : 'neutral'}>
              {t(`tags.${tag}` as 'tags.SHELL', { defaultValue: visibleText(tag) })}
            </Badge>
          ))}
        </div>
      </header>
      <Facts
        facts={[
          node.detail ? { name: t('events.details'), value: <Mono>{visibleText(node.detail)}</Mono> } : null,
          process ? { name: t('fields.pid'), value: process.pid } : null,
          { name: t('fields.firstSeenAt'), value: <FullTime at={node.at} /> },
        ]}
      />
      {touching.length > 0 ? (
        <section>
          <SectionTitle>{t('graph.didWhat')}</SectionTitle>
          <ul className="flex flex-col gap-1 text-sm">
            {touching.map((edge) => (
              <li key={`${edge.from} ${edge.to} ${edge.kind}`} className="wrap-any">
                <span className={edge.from === node.id ? 'font-medium' : ''}>{labels.get(edge.from)}</span>{' '}
                <span className="text-soft">{t(`edgeKinds.${edge.kind}`)} →</span>{' '}
                <span className={edge.to === node.id ? 'font-medium' : ''}>{labels.get(edge.to)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {steps.length > 0 ? (
        <section>
          <SectionTitle>{t('graph.itsSteps')}</SectionTitle>
          <ul className="flex flex-col gap-1.5 text-sm">
            {steps.map((step) => (
              <li key={step.signalId} className="wrap-any">
                {localised(step.sentence)}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {process ? (
        <Link
          to="/events"
          search={{ filter: eventsOfProcess(process), ...spanOf(incident) }}
          className={`text-sm ${linkClass}`}
        >
          {t('incidents.itsEvents')}
        </Link>
      ) : null}
    </article>
  )
}

/** Processes are named `p:<pid>:<start>` by the engine. */
function processOf(node: GraphNode): { pid: number; startNs: string } | null {
  const match = node.kind === 'process' ? /^p:(\d{1,10}):(\d{1,20})$/.exec(node.id) : null
  return match ? { pid: Number(match[1]), startNs: match[2] ?? '' } : null
}
