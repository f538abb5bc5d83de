// Events, live or past. Live rows hold still while the reader looks further down, or presses pause.
import type { StoredEvent } from '@yagura/schema'
import { FILTER_FIELDS } from '@yagura/schema/filter-fields'
import { Pause, Play } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../../app/shortcuts.ts'
import { eventKey, MOST_ROWS } from '../../data/event-buffer.ts'
import { type LiveEvents, useLiveEvents } from '../../data/event-stream.ts'
import { readRows, useRows } from '../../data/queries.ts'
import { State } from '../../design/badge.tsx'
import { buttonClass } from '../../design/button.tsx'
import { DataTable } from '../../design/data-table.tsx'
import { SidePanel } from '../../design/side-panel.tsx'
import { Empty, Failure } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { FilterLine } from '../../filter/filter-line.tsx'
import { ColumnChooser, useColumns } from '../../list/columns.tsx'
import { CopyRows } from '../../list/copy-rows.tsx'
import { eventColumns } from './columns.tsx'
import { EventDetail } from './event-detail.tsx'
import { RANGES, type RangeSearch, timeRange } from './time-range.ts'

export interface EventsSearch extends RangeSearch {
  readonly filter?: string
  readonly panel?: string
}

interface EventsViewProps {
  readonly asset?: string | undefined
  readonly search: EventsSearch
  readonly onSearch: (change: Record<string, string>) => void
  readonly header: ReactNode
}

export function EventsView({ asset, search, onSearch, header }: EventsViewProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a span counts from when it was chosen
  const range = useMemo(() => timeRange(search, Date.now()), [search.range, search.from, search.to])
  const live = range.kind === 'live'
  const held = paused || !atTop
  const scope = { ...(search.filter ? { filter: search.filter } : {}), ...(asset ? { asset } : {}) }
  const query = range.kind === 'live' ? scope : { ...scope, from: range.from, ...(range.to ? { to: range.to } : {}) }

  const stored = useRows('listEvents', query)
  const stream = useLiveEvents(scope, held, live)
  const rows = useMemo(() => (live ? merge(stream, stored.rows) : stored.rows), [live, stream, stored.rows])
  const all = useMemo(() => eventColumns(t, format, { withAsset: asset === undefined }), [t, format, asset])
  const columns = useColumns('listEvents', all)
  const open = rows.find((event) => eventKey(event) === search.panel)
  useShortcuts([{ keys: 'p', text: t('shortcuts.pause'), run: () => setPaused(!paused) }], live)

  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      {header}
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2 sm:px-6">
        <div className="flex min-w-60 flex-1 items-center">
          <FilterLine
            fields={FILTER_FIELDS.events}
            value={search.filter ?? ''}
            wordField="args"
            onApply={(filter) => onSearch({ filter })}
          />
        </div>
        <div className="flex items-center gap-1">
          <RangeChoice search={search} onSearch={onSearch} />
          {live ? <LiveControls paused={paused} onPause={() => setPaused(!paused)} stream={stream} /> : null}
          <ColumnChooser table="listEvents" columns={all} />
          <CopyRows
            columns={all}
            total={stored.total}
            read={(most) => (live ? Promise.resolve(rows.slice(0, most)) : readRows('listEvents', query, most))}
          />
        </div>
      </div>
      {stored.error ? (
        <div className="px-4 pt-2 sm:px-6">
          <Failure error={stored.error} retry={stored.reload} />
        </div>
      ) : null}
      <div className="relative flex min-h-0 flex-1">
        {live && stream.waiting.length > 0 ? (
          <NewEvents
            count={stream.waiting.length}
            onShow={() => {
              stream.catchUp()
              setPaused(false)
              document.querySelector('[data-events] > div')?.scrollTo({ top: 0 })
            }}
          />
        ) : null}
        <div data-events className="flex min-w-0 flex-1 flex-col">
          <DataTable
            label={t('nav.events')}
            columns={columns}
            rows={rows}
            rowKey={eventKey}
            chosen={search.panel}
            onOpen={(event) => onSearch({ panel: eventKey(event) })}
            loading={stored.loading && rows.length === 0}
            stale={!live && stored.stale}
            total={live ? null : stored.total}
            onEnd={stored.loadMore}
            onTop={setAtTop}
            empty={stored.error ? null : <NoEvents filtered={Boolean(search.filter)} live={live} />}
          />
        </div>
        {search.panel ? (
          <SidePanel label={t('events.one')} onClose={() => onSearch({ panel: '' })}>
            {open ? <EventDetail event={open} /> : <Empty title={t('events.gone')} text={t('events.goneText')} />}
          </SidePanel>
        ) : null}
      </div>
    </div>
  )
}

/** Live rows on top of what was stored before the page opened, none twice. */
function merge(stream: LiveEvents, stored: readonly StoredEvent[]): readonly StoredEvent[] {
  const hidden = new Set([...stream.shown, ...stream.waiting].map(eventKey))
  return [...stream.shown, ...stored.filter((event) => !hidden.has(eventKey(event)))].slice(0, 2 * MOST_ROWS)
}

function NewEvents({ count, onShow }: { count: number; onShow: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <button
      type="button"
      onClick={onShow}
      className="absolute top-10 left-1/2 z-20 h-8 -translate-x-1/2 rounded-full bg-accent-solid px-4 text-sm font-medium text-on-accent shadow-float hover:bg-accent-solid-hover"
    >
      <span aria-live="polite">{t('events.waiting', { count, shown: format.count(count) })}</span>
    </button>
  )
}

interface LiveControlsProps {
  readonly paused: boolean
  readonly onPause: () => void
  readonly stream: LiveEvents
}

function LiveControls({ paused, onPause, stream }: LiveControlsProps) {
  const { t } = useTranslation()
  const tone =
    stream.state === 'interrupted' ? 'warn' : paused ? 'neutral' : stream.state === 'live' ? 'good' : 'neutral'
  const state = stream.state === 'live' && paused ? 'paused' : stream.state
  return (
    <>
      <button type="button" onClick={onPause} aria-pressed={paused} className={buttonClass('plain')}>
        {paused ? <Play size={13} aria-hidden="true" /> : <Pause size={13} aria-hidden="true" />}
        {t(paused ? 'events.resume' : 'events.pause')}
      </button>
      <span role="status" className="px-1 text-xs text-soft">
        <State tone={tone}>{t(`events.states.${state}`)}</State>
      </span>
    </>
  )
}

function RangeChoice({ search, onSearch }: Pick<EventsViewProps, 'search' | 'onSearch'>) {
  const { t } = useTranslation()
  const range = timeRange(search, 0)
  return (
    <select
      aria-label={t('events.range')}
      value={range.kind === 'live' ? 'live' : range.range}
      onChange={(event) => {
        const value = event.target.value
        onSearch({ range: value === 'live' ? '' : value, from: '', to: '', panel: '' })
      }}
      className="h-8 rounded-md border bg-surface px-2 text-sm"
    >
      <option value="live">{t('events.live')}</option>
      {RANGES.map((one) => (
        <option key={one} value={one}>
          {t(`events.ranges.${one}`)}
        </option>
      ))}
      {range.kind === 'past' && range.range === 'custom' ? (
        <option value="custom">{t('events.ranges.custom')}</option>
      ) : null}
    </select>
  )
}

function NoEvents({ filtered, live }: { filtered: boolean; live: boolean }) {
  const { t } = useTranslation()
  if (filtered) return <Empty title={t('filter.nothing')} text={t('filter.nothingText')} />
  if (live)
    return (
      <Empty title={t('events.none')} text={t('events.noneText')} command="sudo ctr run --rm IMAGE test /bin/true" />
    )
  return <Empty title={t('events.noneInRange')} text={t('events.noneInRangeText')} />
}
