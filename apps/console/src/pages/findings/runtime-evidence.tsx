// A medium observation at run time: the rule that saw it, the process, and the way to the events.
import { Link } from '@tanstack/react-router'
import type { RuntimeFinding } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { linkClass } from '../../design/link.tsx'
import { Facts, Mono } from '../../design/panel.tsx'
import { FullTime } from '../../design/time.tsx'
import { visibleText } from '../../format/text.ts'
import { eventsOfProcess, spanOf } from '../incidents/events-of.ts'
import { ProcessLine } from '../incidents/process-line.tsx'
import { Technique } from '../incidents/technique.tsx'

export function RuntimeEvidence({ finding }: { finding: RuntimeFinding }) {
  const { t } = useTranslation()
  const span = { openedAt: finding.at, updatedAt: finding.at, steps: [] }
  return (
    <div className="mb-3 flex flex-col gap-3">
      <Facts
        facts={[
          { name: t('findings.seenBy'), value: <Mono>{visibleText(finding.rule)}</Mono> },
          { name: t('fields.at'), value: <FullTime at={finding.at} /> },
          finding.process ? { name: t('findings.process'), value: <ProcessLine process={finding.process} /> } : null,
          finding.tactic ? { name: t('fields.tactic'), value: t(`tactics.${finding.tactic}`) } : null,
          finding.technique ? { name: t('fields.technique'), value: <Technique id={finding.technique} /> } : null,
        ]}
      />
      {finding.process ? (
        <Link
          to="/events"
          search={{ filter: eventsOfProcess(finding.process), ...spanOf(span) }}
          className={`text-sm ${linkClass}`}
        >
          {t('findings.eventsAround')}
        </Link>
      ) : null}
    </div>
  )
}
