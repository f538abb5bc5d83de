// The palette: goes anywhere, and searches assets, findings and packages.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { printValue } from '@yagura/lang'
import { CornerDownLeft, MoonStar, Package, Search, ShieldAlert } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../data/client.ts'
import { AssetIcon } from '../design/asset-icon.tsx'
import { SeverityShape } from '../design/severity.tsx'
import { useLocalised } from '../design/use-localised.ts'
import { visibleText } from '../format/text.ts'
import { getPreferences, setPreferences } from '../preferences/preferences.ts'
import { PLACES } from './places.ts'

interface Entry {
  readonly id: string
  readonly group: 'go' | 'incidents' | 'assets' | 'findings' | 'packages' | 'actions'
  readonly icon: ReactNode
  readonly text: string
  readonly detail?: string
  readonly run: () => void
}

const SEARCH_DELAY_MS = 120
const MOST_HITS = 6

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const commands = useCommands().filter((entry) => entry.text.toLowerCase().includes(text.trim().toLowerCase()))
  const hits = useHits(text)
  const entries = [...(text.trim() === '' ? [] : hits), ...commands]
  const chosen = Math.min(at, entries.length - 1)

  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal()
  }, [])

  function run(entry: Entry | undefined): void {
    if (!entry) return
    dialog.current?.close()
    entry.run()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, entries.length))
    else if (event.key === 'ArrowUp') setAt((chosen - 1 + entries.length) % Math.max(1, entries.length))
    else if (event.key === 'Enter') run(entries[chosen])
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; the click is on the backdrop
    <dialog
      ref={dialog}
      aria-label={t('palette.title')}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close()
      }}
      className="mx-auto mt-[12dvh] w-[calc(100vw-32px)] max-w-xl rounded-xl border border-line-strong bg-raised p-0 shadow-float"
    >
      <div className="flex h-12 items-center gap-3 border-b px-4">
        <Search size={16} aria-hidden="true" className="text-faint" />
        <input
          autoFocus
          role="combobox"
          aria-label={t('palette.title')}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries[chosen] ? `${id}-${chosen}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={t('palette.placeholder')}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
        />
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t('palette.results')}
        className="max-h-[56dvh] overflow-y-auto p-1.5"
      >
        {entries.map((entry, index) => (
          <PaletteRow
            key={entry.id}
            id={`${id}-${index}`}
            entry={entry}
            title={entry.group === entries[index - 1]?.group ? undefined : t(`palette.groups.${entry.group}`)}
            chosen={index === chosen}
            onPoint={() => setAt(index)}
            onRun={() => run(entry)}
          />
        ))}
      </div>
      {entries.length === 0 ? <p className="px-4 pb-6 text-center text-sm text-soft">{t('palette.nothing')}</p> : null}
    </dialog>
  )
}

interface PaletteRowProps {
  readonly id: string
  readonly entry: Entry
  readonly title: string | undefined
  readonly chosen: boolean
  readonly onPoint: () => void
  readonly onRun: () => void
}

function PaletteRow({ id, entry, title, chosen, onPoint, onRun }: PaletteRowProps) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <>
      {title ? (
        <div role="presentation" className="px-2.5 pt-2 pb-1 text-2xs font-semibold text-faint">
          {title}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field above */}
      <div
        ref={row}
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={chosen}
        onPointerMove={onPoint}
        onClick={onRun}
        className={`flex h-9 cursor-pointer items-center gap-3 rounded-md px-2.5 text-sm ${chosen ? 'bg-chosen' : ''}`}
      >
        <span className="grid w-4 shrink-0 place-items-center text-faint">{entry.icon}</span>
        <span className="min-w-0 flex-1 truncate">{entry.text}</span>
        {entry.detail ? <span className="max-w-[45%] truncate text-xs text-faint">{entry.detail}</span> : null}
        {chosen ? <CornerDownLeft size={13} aria-hidden="true" className="shrink-0 text-faint" /> : null}
      </div>
    </>
  )
}

function useCommands(): readonly Entry[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const go = PLACES.map(
    ({ id, to, icon: Icon }): Entry => ({
      id: `go-${id}`,
      group: 'go',
      icon: <Icon size={15} />,
      text: t(`nav.${id}`),
      run: () => void navigate({ to }),
    }),
  )
  const dark = document.documentElement.dataset.theme === 'dark'
  return [
    ...go,
    {
      id: 'theme',
      group: 'actions',
      icon: <MoonStar size={15} />,
      text: t(dark ? 'palette.light' : 'palette.dark'),
      run: () => setPreferences({ ...getPreferences(), theme: dark ? 'light' : 'dark' }),
    },
  ]
}

/** What the server finds for the words typed so far. */
function useHits(text: string): readonly Entry[] {
  const { t } = useTranslation()
  const localised = useLocalised()
  const navigate = useNavigate()
  const words = useLater(text.trim(), SEARCH_DELAY_MS)
  const { data } = useQuery({
    queryKey: ['palette', words],
    enabled: words.length >= 2,
    queryFn: async ({ signal }) => {
      const value = printValue(words)
      const ask = (filter: string) => ({ query: { filter, limit: MOST_HITS }, signal })
      const [incidents, assets, findings, packages] = await Promise.all([
        api('listIncidents', {
          query: {
            filter: `title icontains ${value} or asset icontains ${value}`,
            limit: MOST_HITS,
            state: 'all',
          },
          signal,
        }),
        api('listAssets', ask(`name icontains ${value}`)),
        api('listFindings', ask(`id icontains ${value} or title icontains ${value}`)),
        api('listPackages', ask(`name icontains ${value}`)),
      ])
      return { incidents: incidents.items, assets: assets.items, findings: findings.items, packages: packages.items }
    },
  })
  if (!data || words.length < 2) return []
  return [
    ...data.incidents.map(
      (incident): Entry => ({
        id: incident.id,
        group: 'incidents',
        icon: <SeverityShape severity={incident.severity} />,
        text: localised(incident.title),
        detail: t(`incidentStates.${incident.state}`),
        run: () => void navigate({ to: '/incidents/$id', params: { id: incident.id } }),
      }),
    ),
    ...data.assets.map(
      (asset): Entry => ({
        id: asset.id,
        group: 'assets',
        icon: <AssetIcon kind={asset.kind} />,
        text: visibleText(asset.name),
        detail: t(`assetKinds.${asset.kind}`),
        run: () => void navigate({ to: '/assets/$id', params: { id: asset.id } }),
      }),
    ),
    ...data.findings.map(
      (finding): Entry => ({
        id: finding.id,
        group: 'findings',
        icon: finding.severity ? <SeverityShape severity={finding.severity} /> : <ShieldAlert size={15} />,
        text: visibleText(finding.title),
        detail: visibleText(finding.assetName),
        run: () => void navigate({ to: '/findings/$id', params: { id: finding.id } }),
      }),
    ),
    ...data.packages.map(
      (row): Entry => ({
        id: row.id,
        group: 'packages',
        icon: <Package size={15} />,
        text: `${visibleText(row.name)} ${visibleText(row.version)}`,
        detail: visibleText(row.imageName),
        run: () =>
          void navigate({ to: '/packages', search: { filter: `name = ${printValue(row.name)}`, panel: row.id } }),
      }),
    ),
  ]
}

function useLater<Value>(value: Value, delayMs: number): Value {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), delayMs)
    return () => clearTimeout(timer)
  }, [value, delayMs])
  return later
}
