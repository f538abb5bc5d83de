// A process as one line: its program with arguments, its number, and the way to all of its events.
import { Link } from '@tanstack/react-router'
import type { IncidentDetail, ProcessRef } from '@yagura/schema'
import { useTranslation } from 'react-i18next'
import { linkClass } from '../../design/link.tsx'
import { commandLine, visibleText } from '../../format/text.ts'
import { eventsOfProcess, spanOf } from './events-of.ts'

interface ProcessLineProps {
  readonly process: ProcessRef
  readonly incident?: Pick<IncidentDetail, 'openedAt' | 'updatedAt' | 'steps'>
}

export function ProcessLine({ process, incident }: ProcessLineProps) {
  const { t } = useTranslation()
  return (
    <span className="inline-flex min-w-0 max-w-full flex-wrap items-baseline gap-x-2">
      <code className="min-w-0 font-mono text-xs wrap-any">{processText(process)}</code>
      <span className="text-xs whitespace-nowrap text-faint">
        {t('fields.pid')} {process.pid}
      </span>
      {incident ? (
        <Link
          to="/events"
          search={{ filter: eventsOfProcess(process), ...spanOf(incident) }}
          className={`text-xs whitespace-nowrap ${linkClass}`}
        >
          {t('incidents.itsEvents')}
        </Link>
      ) : null}
    </span>
  )
}

/** The arguments where they are known: they say more than the path, which comes first when it differs. */
export function processText({ exe, args }: Pick<ProcessRef, 'exe' | 'args'>): string {
  if (args.length === 0) return visibleText(exe)
  const line = visibleText(commandLine(args))
  const name = exe.slice(exe.lastIndexOf('/') + 1)
  return args[0] === exe || args[0] === name ? line : `${visibleText(exe)}: ${line}`
}
