// One event with who did it and where it came from.
import { Link } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import type { StoredEvent } from '@yagura/schema'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { CopyButton, ShortId } from '../../design/copy.tsx'
import { linkClass } from '../../design/link.tsx'
import { type Fact, Facts, Mono, SectionTitle } from '../../design/panel.tsx'
import { FullTime } from '../../design/time.tsx'
import { commandLine, visibleText } from '../../format/text.ts'
import { address, EventTypeLabel, eventText } from './event-text.tsx'

export function EventDetail({ event }: { event: StoredEvent }) {
  const { t } = useTranslation()
  const text = eventText(event)
  return (
    <article className="flex flex-col gap-5 p-4">
      <header>
        <div className="mb-2 flex items-center justify-between gap-3 text-sm">
          <EventTypeLabel type={event.type} />
          <FullTime at={event.at} />
        </div>
        <div className="flex items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
          <pre className="max-h-64 min-w-0 flex-1 overflow-auto py-1 font-mono text-xs whitespace-pre-wrap wrap-any">
            {text}
          </pre>
          <CopyButton text={event.type === 'exec' ? commandLine(event.args) : text} />
        </div>
      </header>
      <section>
        <SectionTitle>{t('events.ancestry')}</SectionTitle>
        <Ancestry event={event} />
      </section>
      <Facts
        facts={[
          {
            name: t('fields.asset'),
            value: event.assetId ? (
              <Link to="/assets/$id" params={{ id: event.assetId }} className={linkClass}>
                {visibleText(event.assetName)}
              </Link>
            ) : (
              visibleText(event.assetName) || '–'
            ),
          },
          event.containerId ? { name: t('container.id'), value: <ShortId id={event.containerId} /> } : null,
          { name: t('fields.exe'), value: <Mono>{visibleText(event.exe)}</Mono> },
          ...factsOfType(event, t),
          { name: t('events.user'), value: `${event.uid}:${event.gid}` },
          { name: t('fields.source'), value: event.source === 'ebpf' ? 'eBPF' : '/proc' },
          { name: t('events.id'), value: <Mono>{visibleText(event.id)}</Mono> },
        ]}
      />
      <p className="text-sm">
        <Link
          to="/events"
          search={{ filter: `pid = ${event.pid} and asset = ${printValue(event.assetName)}`, range: '24h' }}
          className={linkClass}
        >
          {t('events.sameProcess')}
        </Link>
      </p>
    </article>
  )
}

function factsOfType(event: StoredEvent, t: TFunction): readonly (Fact | null)[] {
  switch (event.type) {
    case 'exec':
      return [event.cwd ? { name: t('events.cwd'), value: <Mono>{visibleText(event.cwd)}</Mono> } : null]
    case 'fork':
      return [{ name: t('events.childPid'), value: event.childPid }]
    case 'exit':
      return [
        { name: t('fields.exitCode'), value: event.exitCode },
        event.signal ? { name: t('events.signal'), value: event.signal } : null,
      ]
    case 'connect':
    case 'accept':
      return [
        { name: t('events.local'), value: <Mono>{address(event.localAddress, event.localPort)}</Mono> },
        { name: t('events.remote'), value: <Mono>{address(event.remoteAddress, event.remotePort)}</Mono> },
      ]
    case 'open':
      return [
        { name: t('events.flags'), value: <Mono>0x{event.flags.toString(16)}</Mono> },
        event.created ? { name: t('events.created'), value: t('common.yes') } : null,
      ]
    default:
      return [{ name: t('events.details'), value: <Mono>{eventText(event)}</Mono> }]
  }
}

/** From the oldest ancestor down to the process itself. */
function Ancestry({ event }: { event: StoredEvent }) {
  const { t } = useTranslation()
  const line = [...event.ancestry.toReversed(), { pid: event.pid, exe: event.exe, startNs: event.startNs }]
  return (
    <ol className="flex flex-col gap-0.5 overflow-x-auto" aria-label={t('events.ancestry')}>
      {line.map((process, depth) => (
        <li
          key={`${process.pid} ${process.startNs}`}
          style={{ paddingLeft: Math.min(depth, 12) * 14 }}
          className="flex items-baseline gap-2 text-sm whitespace-nowrap"
        >
          <span aria-hidden="true" className="text-line-strong">
            {depth === 0 ? '•' : '└'}
          </span>
          <Mono className={depth === line.length - 1 ? 'font-semibold' : ''}>{visibleText(process.exe) || '?'}</Mono>
          <span className="text-xs text-faint">{process.pid}</span>
        </li>
      ))}
    </ol>
  )
}
