// The queue: what needs a person, most urgent first. One line opens one thing.
import { Link } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import type { Overview } from '@yagura/schema'
import { Bot, ClipboardX, EyeOff, ShieldAlert, Siren } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../../app/shortcuts.ts'
import { Badge } from '../../design/badge.tsx'
import { Pane } from '../../design/panel.tsx'
import { SeverityLabel } from '../../design/severity.tsx'
import { Empty } from '../../design/states.tsx'
import { Time } from '../../design/time.tsx'
import { useFormat } from '../../design/use-format.ts'
import { shortScope } from '../../format/text.ts'
import { type Line, useLineAdvice, useLineTitle } from './queue-words.ts'

const ICONS = {
  incident: <Siren size={15} aria-hidden="true" />,
  finding: <ShieldAlert size={15} aria-hidden="true" />,
  'coverage-gap': <EyeOff size={15} aria-hidden="true" />,
  agent: <Bot size={15} aria-hidden="true" />,
  drift: <ClipboardX size={15} aria-hidden="true" />,
} as const

export function Queue({ queue, hasAgents }: { queue: Overview['queue']; hasAgents: boolean }) {
  const { t } = useTranslation()
  const titleOf = useLineTitle()
  const adviceOf = useLineAdvice()
  const list = useRef<HTMLUListElement>(null)
  function move(step: number): void {
    const links = [...(list.current?.querySelectorAll('a') ?? [])]
    const at = links.indexOf(document.activeElement as HTMLAnchorElement)
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus()
  }
  useShortcuts([
    { keys: 'j', text: t('shortcuts.next'), run: () => move(1) },
    { keys: 'k', text: t('shortcuts.previous'), run: () => move(-1) },
  ])
  return (
    <Pane
      title={t('overview.queue')}
      aside={queue.length > 0 ? t('overview.queueCount', { count: queue.length }) : null}
      flush
    >
      {queue.length === 0 ? (
        hasAgents ? (
          <Empty title={t('overview.quiet')} text={t('overview.quietText')} />
        ) : (
          <Empty title={t('agents.none')} text={t('agents.noneText')} command="yagura agent token" />
        )
      ) : (
        <ul ref={list}>
          {queue.map((line) => (
            <li key={`${line.kind} ${line.id}`} className="border-b last:border-0">
              <QueueLink line={line}>
                <span className="mt-1 text-faint sm:mt-0" title={t(`overview.kinds.${line.kind}`)}>
                  {ICONS[line.kind]}
                </span>
                <span className="w-full min-w-0 sm:flex sm:flex-1 sm:items-center sm:gap-3">
                  <span className="block shrink-0 text-sm sm:w-24">
                    <SeverityLabel severity={line.severity} />
                  </span>
                  <span className="block min-w-0 flex-1">
                    <span className="line-clamp-2 text-sm font-medium sm:block sm:truncate" title={line.title}>
                      {titleOf(line)}
                    </span>
                    <span className="flex min-w-0 flex-wrap gap-x-2 text-xs text-soft sm:flex-nowrap">
                      <span className="min-w-0 truncate" title={line.subject}>
                        {shortScope(line.subject)}
                      </span>
                      <span className="min-w-0 text-faint sm:shrink-0 sm:truncate">→ {adviceOf(line)}</span>
                    </span>
                  </span>
                </span>
                <span className="flex max-w-28 shrink-0 flex-wrap items-center justify-end gap-x-3 gap-y-1 sm:max-w-none">
                  {line.why?.includes('exploited') ? <Badge tone="bad">{t('overview.why.exploited')}</Badge> : null}
                  {line.why?.includes('running') ? (
                    <span className="hidden md:inline">
                      <Badge tone="warn">{t('overview.why.running')}</Badge>
                    </span>
                  ) : null}
                  {line.why?.includes('contained') ? <Badge tone="good">{t('overview.why.contained')}</Badge> : null}
                  <LineCount line={line} />
                  <Time at={line.at} className="hidden w-20 text-right text-xs text-faint sm:block" />
                </span>
              </QueueLink>
            </li>
          ))}
        </ul>
      )}
    </Pane>
  )
}

/** How many one line stands for; of a single incident, how far it got. */
function LineCount({ line }: { line: Line }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (line.count > 1) return <Badge>×{format.count(line.count)}</Badge>
  const { steps } = line
  return steps ? <Badge>{t('incidents.steps', { count: steps, shown: format.count(steps) })}</Badge> : null
}

function QueueLink({ line, children }: { line: Line; children: ReactNode }) {
  const className = 'flex min-h-10 items-start gap-3 px-4 py-2 outline-offset-[-2px] hover:bg-hover sm:items-center'
  // A line that stands for several opens them all: its title begins with what they share.
  const shared = line.kind === 'finding' && line.count > 1 ? /^[A-Z]+-[\w-]+/.exec(line.title)?.[0] : undefined
  if (shared)
    return (
      <Link to="/findings" search={{ filter: `id = ${shared}` }} className={className}>
        {children}
      </Link>
    )
  if (line.kind === 'incident' && line.count > 1)
    return (
      <Link to="/incidents" search={{ filter: `title = ${printValue(line.title)}` }} className={className}>
        {children}
      </Link>
    )
  if (line.kind === 'incident')
    return (
      <Link to="/incidents/$id" params={{ id: line.id }} className={className}>
        {children}
      </Link>
    )
  if (line.kind === 'finding')
    return (
      <Link to="/findings/$id" params={{ id: line.id }} className={className}>
        {children}
      </Link>
    )
  if (line.kind === 'drift')
    return (
      <Link to="/compliance/results/$id" params={{ id: line.id }} className={className}>
        {children}
      </Link>
    )
  if (line.kind === 'agent')
    return (
      <Link to="/coverage/$tab" params={{ tab: 'agents' }} search={{ panel: line.id }} className={className}>
        {children}
      </Link>
    )
  return (
    <Link to="/coverage/$tab" params={{ tab: 'gaps' }} search={{ panel: line.id }} className={className}>
      {children}
    </Link>
  )
}
