// The inventory as a tree: host → container → image → package. Branches load when they are opened; the address holds which are open.
// biome-ignore-all lint/a11y/useSemanticElements: virtual rows and trees with columns are boxes with roles
// biome-ignore-all lint/a11y/useFocusableInteractive: the row has the focus, its cells do not
import { Link } from '@tanstack/react-router'
import type { Asset, FleetPackage } from '@yagura/schema'
import { ChevronRight, Package } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead, useRows } from '../../data/queries.ts'
import { AssetIcon } from '../../design/asset-icon.tsx'
import { linkClass } from '../../design/link.tsx'
import { SeverityCounts, SeverityLabel } from '../../design/severity.tsx'
import { Failure, Skeleton } from '../../design/states.tsx'
import { useFormat } from '../../design/use-format.ts'
import { visibleText } from '../../format/text.ts'
import { AssetDetailCell, AssetState } from './columns.tsx'
import { NoAssets } from './no-assets.tsx'

const MOST_CHILDREN = 100
const MOST_PACKAGES = 15

interface AssetTreeProps {
  /** Open branches by id; `null` opens the first host. */
  readonly open: readonly string[] | null
  readonly onOpen: (open: readonly string[]) => void
}

interface Branches {
  readonly isOpen: (id: string) => boolean
  readonly toggle: (id: string) => void
}

export function AssetTree({ open, onOpen }: AssetTreeProps) {
  const { t } = useTranslation()
  const hosts = useRows('listAssets', { kind: 'host', sort: 'name' }, { refreshMs: 15_000 })
  const openIds = open?.filter((id) => id !== 'none') ?? hosts.rows.slice(0, 1).map((host) => host.id)
  const branches: Branches = {
    isOpen: (id) => openIds.includes(id),
    toggle: (id) => onOpen(openIds.includes(id) ? openIds.filter((one) => one !== id) : [...openIds, id]),
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto bg-surface">
      {hosts.error ? (
        <div className="px-4 pt-2 sm:px-6">
          <Failure error={hosts.error} retry={hosts.reload} />
        </div>
      ) : null}
      {hosts.loading ? <Skeleton lines={8} className="p-6" /> : null}
      {!hosts.loading && !hosts.error && hosts.rows.length === 0 ? <NoAssets kind="host" /> : null}
      <div role="treegrid" aria-label={t('assets.views.tree')} onKeyDown={moveInTree} className="text-sm">
        {hosts.rows.map((host, index) => (
          <HostBranch key={host.id} host={host} branches={branches} first={index === 0} />
        ))}
      </div>
      {hosts.hasMore ? (
        <p className="p-4 text-sm">
          <Link to="/assets" search={{ view: 'host' }} className={linkClass}>
            {t('assets.allHosts')}
          </Link>
        </p>
      ) : null}
    </div>
  )
}

/** Arrow keys as in WAI-ARIA's treegrid pattern: up and down move, right opens, left closes. */
function moveInTree(event: KeyboardEvent<HTMLElement>): void {
  const row = (event.target as HTMLElement).closest<HTMLElement>('[role=row]')
  if (!row || event.target !== row) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=row]')]
  const at = rows.indexOf(row)
  const expanded = row.getAttribute('aria-expanded')
  const toggle = () => row.querySelector<HTMLElement>('[data-toggle]')?.click()
  if (event.key === 'ArrowDown' || event.key === 'j') rows[at + 1]?.focus()
  else if (event.key === 'ArrowUp' || event.key === 'k') rows[at - 1]?.focus()
  else if (event.key === 'ArrowRight' && expanded === 'false') toggle()
  else if (event.key === 'ArrowLeft' && expanded === 'true') toggle()
  else if (event.key === ' ' && expanded !== null) toggle()
  else if (event.key === 'Enter') row.querySelector<HTMLElement>('a')?.click()
  else return
  event.preventDefault()
  event.stopPropagation()
}

function HostBranch({ host, branches, first }: { host: Asset; branches: Branches; first: boolean }) {
  const open = branches.isOpen(host.id)
  return (
    <>
      <AssetRow asset={host} level={1} open={open} onToggle={() => branches.toggle(host.id)} focusable={first} />
      {open ? <Containers host={host} branches={branches} /> : null}
    </>
  )
}

function Containers({ host, branches }: { host: Asset; branches: Branches }) {
  const { t } = useTranslation()
  const children = useRows('listAssets', { parent: host.id, sort: 'name' }, { limit: MOST_CHILDREN, refreshMs: 15_000 })
  if (children.loading) return <Loading level={2} />
  if (children.error) return <Note level={2}>{t('errors.branch')}</Note>
  if (children.rows.length === 0) return <Note level={2}>{t('assets.noContainersHere')}</Note>
  return (
    <>
      {children.rows.map((container) => (
        <ContainerBranch key={container.id} container={container} branches={branches} />
      ))}
      {children.hasMore ? (
        <Note level={2}>
          <Link to="/assets/$id" params={{ id: host.id }} search={{ tab: 'containers' }} className={linkClass}>
            {t('assets.allContainers', { count: children.total ?? 0 })}
          </Link>
        </Note>
      ) : null}
    </>
  )
}

function ContainerBranch({ container, branches }: { container: Asset; branches: Branches }) {
  const open = branches.isOpen(container.id)
  return (
    <>
      <AssetRow asset={container} level={2} open={open} onToggle={() => branches.toggle(container.id)} />
      {open ? <ImageOf container={container} branches={branches} /> : null}
    </>
  )
}

function ImageOf({ container, branches }: { container: Asset; branches: Branches }) {
  const { t } = useTranslation()
  const detail = useRead('getAsset', { params: { id: container.id } })
  const imageId = detail.data?.imageId
  const image = useRead('getAsset', { params: { id: imageId ?? '' } }, { enabled: Boolean(imageId) })
  if (detail.data && !imageId) return <Note level={3}>{t('assets.imageUnknown')}</Note>
  if (detail.isError || image.isError) return <Note level={3}>{t('errors.branch')}</Note>
  if (!image.data) return <Loading level={3} />
  // One image can hang under several containers: the branch is named by both.
  const branch = `${container.id}-${image.data.id}`
  const open = branches.isOpen(branch)
  return (
    <>
      <AssetRow asset={image.data} level={3} open={open} onToggle={() => branches.toggle(branch)} />
      {open ? <PackagesOf imageId={image.data.id} /> : null}
    </>
  )
}

function PackagesOf({ imageId }: { imageId: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const packages = useRows('listPackages', { image: imageId, sort: '-severity' }, { limit: MOST_PACKAGES })
  if (packages.loading) return <Loading level={4} />
  if (packages.error) return <Note level={4}>{t('errors.branch')}</Note>
  if (packages.rows.length === 0) return <Note level={4}>{t('assets.noPackages')}</Note>
  return (
    <>
      {packages.rows.map((row) => (
        <PackageRow key={row.id} row={row} />
      ))}
      <Note level={4}>
        <Link to="/assets/$id" params={{ id: imageId }} search={{ tab: 'packages' }} className={linkClass}>
          {t('assets.allPackages', { count: packages.total ?? 0, shown: format.count(packages.total ?? 0) })}
        </Link>
      </Note>
    </>
  )
}

const INDENT_PX = 24
const ROW =
  'grid min-h-9 items-center gap-x-4 gap-y-0.5 border-b px-4 py-1 hover:bg-hover grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[minmax(220px,2fr)_112px_minmax(180px,1.6fr)_minmax(168px,1fr)] sm:px-6'

interface AssetRowProps {
  readonly asset: Asset
  readonly level: number
  readonly open: boolean
  readonly onToggle: () => void
  readonly focusable?: boolean
}

function AssetRow({ asset, level, open, onToggle, focusable = false }: AssetRowProps) {
  const { t } = useTranslation()
  return (
    <div
      role="row"
      aria-level={level}
      aria-expanded={open}
      tabIndex={focusable ? 0 : -1}
      className={`${ROW} outline-offset-[-2px]`}
    >
      <div
        role="gridcell"
        className="flex min-w-0 items-center gap-1.5"
        style={{ paddingLeft: (level - 1) * INDENT_PX }}
      >
        <button
          type="button"
          data-toggle
          aria-label={t(open ? 'assets.close' : 'assets.open', { name: visibleText(asset.name) })}
          onClick={onToggle}
          className="grid size-6 shrink-0 place-items-center rounded text-faint hover:bg-sunken hover:text-text"
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className={`transition-transform duration-100 ${open ? 'rotate-90' : ''}`}
          />
        </button>
        <AssetIcon kind={asset.kind} />
        <Link
          to="/assets/$id"
          params={{ id: asset.id }}
          title={asset.name}
          className="truncate font-medium hover:text-accent hover:underline"
        >
          {visibleText(asset.name)}
        </Link>
      </div>
      <div role="gridcell" className="hidden sm:block">
        <AssetState asset={asset} t={t} />
      </div>
      <div role="gridcell" className="hidden min-w-0 truncate sm:block">
        <AssetDetailCell asset={asset} t={t} />
      </div>
      <div role="gridcell" className="text-xs sm:text-sm">
        <SeverityCounts counts={asset.findingCounts} />
      </div>
    </div>
  )
}

function PackageRow({ row }: { row: FleetPackage }) {
  const { t } = useTranslation()
  return (
    <div role="row" aria-level={4} tabIndex={-1} className={`${ROW} outline-offset-[-2px]`}>
      <div role="gridcell" className="flex min-w-0 items-center gap-1.5" style={{ paddingLeft: 3 * INDENT_PX + 30 }}>
        <Package size={14} aria-hidden="true" className="shrink-0 text-faint" />
        <Link
          to="/assets/$id"
          params={{ id: row.imageId }}
          search={{ tab: 'packages', panel: row.id }}
          className="truncate hover:text-accent hover:underline"
        >
          {visibleText(row.name)}
        </Link>
      </div>
      <div role="gridcell" className="hidden text-faint sm:block">
        {visibleText(row.type)}
      </div>
      <div role="gridcell" className="hidden min-w-0 truncate font-mono text-xs sm:block">
        {visibleText(row.version)}
      </div>
      <div role="gridcell" className="flex items-center gap-2 text-xs sm:text-sm">
        {row.worstSeverity ? <SeverityLabel severity={row.worstSeverity} /> : <span className="text-faint">–</span>}
        {row.findings > 1 ? (
          <span className="hidden text-xs text-faint sm:inline">
            {t('assets.findingCount', { count: row.findings })}
          </span>
        ) : null}
      </div>
    </div>
  )
}

function Note({ level, children }: { level: number; children: ReactNode }) {
  return (
    <div role="row" aria-level={level} className="border-b px-4 py-2 text-xs text-soft sm:px-6">
      <div role="gridcell" style={{ paddingLeft: (level - 1) * INDENT_PX + 30 }}>
        {children}
      </div>
    </div>
  )
}

function Loading({ level }: { level: number }) {
  return (
    <Note level={level}>
      <Skeleton lines={1} className="max-w-64" />
    </Note>
  )
}
