// The frame around every page of a signed-in person: navigation, palette, help, and what is wrong with the connection.
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import type { Session } from '@yagura/schema'
import { Ellipsis, Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRead } from '../data/queries.ts'
import { useSession } from '../data/session.ts'
import { Key } from '../design/button.tsx'
import { Logo } from '../design/logo.tsx'
import { Popover, popoverItemClass } from '../design/popover.tsx'
import { Failure } from '../design/states.tsx'
import { Toasts } from '../design/toast.tsx'
import { useFormat } from '../design/use-format.ts'
import { PLACES, type Place } from './places.ts'
import { SessionMenu } from './session-menu.tsx'
import { useShortcuts } from './shortcuts.ts'

const loadPalette = () => import('./palette.tsx')
const Palette = lazy(() => loadPalette().then((module) => ({ default: module.Palette })))
const Help = lazy(() => import('./help.tsx').then((module) => ({ default: module.Help })))

export function Shell() {
  const session = useSession()
  if (session.data) return <SignedIn session={session.data} />
  if (session.data === null) return <ToSignIn />
  if (session.isError)
    return (
      <main className="mx-auto max-w-lg p-6">
        <Failure error={session.error} retry={() => void session.refetch()} />
      </main>
    )
  return <div className="h-full bg-canvas" aria-busy="true" />
}

/** Takes along where the reader wanted to go. Once: an element that navigates would do so again with every render. */
function ToSignIn() {
  const router = useRouter()
  useEffect(() => {
    void router.navigate({ to: '/signin', search: { next: router.state.location.href }, replace: true })
  }, [router])
  return null
}

type Overlay = 'palette' | 'help' | null

function SignedIn({ session }: { session: Session }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [overlay, setOverlay] = useState<Overlay>(null)
  // Loaded when the page is at rest, so that what is typed right after the shortcut is not lost.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 1000)
    return () => clearTimeout(timer)
  }, [])
  useShortcuts([
    { keys: 'mod+k', text: t('shortcuts.palette'), run: () => setOverlay('palette') },
    { keys: '?', text: t('shortcuts.help'), run: () => setOverlay('help') },
    ...PLACES.map((place) => ({
      keys: `g ${place.key}`,
      text: t('shortcuts.goTo', { place: t(`nav.${place.id}`) }),
      run: () => void navigate({ to: place.to }),
    })),
  ])
  return (
    <div className="flex h-dvh flex-col sm:flex-row">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent-solid px-3 py-1.5 text-sm text-on-accent focus:translate-y-0"
      >
        {t('nav.skip')}
      </a>
      <Sidebar session={session} onSearch={() => setOverlay('palette')} onHelp={() => setOverlay('help')} />
      <PhoneBar session={session} onSearch={() => setOverlay('palette')} onHelp={() => setOverlay('help')} />
      <main id="main" tabIndex={-1} className="relative flex min-h-0 min-w-0 flex-1 flex-col outline-none">
        <ConnectionNotice />
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <PhoneNavigation />
      <Toasts />
      <Suspense>
        {overlay === 'palette' ? <Palette onClose={() => setOverlay(null)} /> : null}
        {overlay === 'help' ? <Help onClose={() => setOverlay(null)} /> : null}
      </Suspense>
    </div>
  )
}

/** Data on screen is kept when the server goes away; this says that it is old. */
function ConnectionNotice() {
  const { t } = useTranslation()
  const format = useFormat()
  const overview = useRead('getOverview', {}, { refreshMs: 15_000 })
  if (!overview.isError || !overview.data) return null
  const since = new Date(overview.dataUpdatedAt).toISOString()
  return (
    <p role="status" className="border-b border-warn/30 bg-warn-soft px-4 py-1 text-center text-xs text-warn">
      {t('errors.stale', { time: format.absolute(since) })}
    </p>
  )
}

interface BarProps {
  readonly session: Session
  readonly onSearch: () => void
  readonly onHelp: () => void
}

function Sidebar({ session, onSearch, onHelp }: BarProps) {
  const { t } = useTranslation()
  return (
    <header className="hidden w-54 shrink-0 flex-col border-r bg-canvas sm:flex">
      <div className="flex h-13 items-center gap-2 px-4">
        <Logo />
        <span className="font-semibold tracking-tight">Yagura</span>
      </div>
      <div className="px-2 pb-2">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 w-full items-center gap-2 rounded-md border bg-surface px-2 text-sm text-faint hover:border-line-strong hover:text-text"
        >
          <Search size={14} aria-hidden="true" />
          <span className="flex-1 truncate text-left">{t('nav.search')}</span>
          <Key>{/mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</Key>
        </button>
      </div>
      <nav aria-label={t('nav.label')} className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto px-2">
        {PLACES.map((place) => (
          <PlaceLink key={place.id} place={place} />
        ))}
      </nav>
      <div className="border-t p-2">
        <SessionMenu session={session} onHelp={onHelp} side="above" />
      </div>
    </header>
  )
}

function PlaceLink({ place }: { place: Place }) {
  const { t } = useTranslation()
  const format = useFormat()
  const count = usePlaceCount(place)
  const Icon = place.icon
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-soft hover:bg-hover hover:text-text data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-text dark:data-[status=active]:bg-hover"
    >
      <Icon size={16} aria-hidden="true" className="shrink-0" />
      <span className="min-w-0 flex-1 truncate">{t(`nav.${place.id}`)}</span>
      {count ? <span className="text-xs text-faint">{format.count(count)}</span> : null}
    </Link>
  )
}

function usePlaceCount(place: Place): number {
  const overview = useRead('getOverview', {}, { refreshMs: 15_000 })
  if (place.id === 'incidents') return overview.data?.incidents.open ?? 0
  if (place.id === 'findings') return overview.data?.findings.open ?? 0
  if (place.id === 'coverage') return overview.data?.coverageGaps ?? 0
  return 0
}

function PhoneBar({ session, onSearch, onHelp }: BarProps) {
  const { t } = useTranslation()
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-canvas px-4 sm:hidden">
      <Logo />
      <span className="flex-1 font-semibold tracking-tight">Yagura</span>
      <button type="button" aria-label={t('nav.search')} onClick={onSearch} className="grid size-10 place-items-center">
        <Search size={18} aria-hidden="true" />
      </button>
      <SessionMenu session={session} onHelp={onHelp} side="below" />
    </header>
  )
}

function PhoneNavigation() {
  const { t } = useTranslation()
  const itemClass =
    'flex h-full flex-col items-center justify-center gap-0.5 text-2xs text-soft data-[status=active]:text-accent'
  return (
    <nav
      aria-label={t('nav.label')}
      className="grid h-14 shrink-0 grid-cols-5 border-t bg-canvas pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {PLACES.filter((place) => place.main).map(({ id, to, icon: Icon }) => (
        <Link key={id} to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={itemClass}>
          <Icon size={18} aria-hidden="true" />
          <span className="max-w-full truncate px-1">{t(`nav.${id}`)}</span>
        </Link>
      ))}
      <Popover
        side="above"
        label={t('nav.more')}
        triggerClass={`${itemClass} w-full`}
        rootClass="h-full"
        trigger={
          <>
            <Ellipsis size={18} aria-hidden="true" />
            {t('nav.more')}
          </>
        }
      >
        {(close) =>
          PLACES.filter((place) => !place.main).map(({ id, to, icon: Icon }) => (
            <Link key={id} to={to} onClick={close} className={`${popoverItemClass} h-11!`}>
              <Icon size={16} aria-hidden="true" />
              {t(`nav.${id}`)}
            </Link>
          ))
        }
      </Popover>
    </nav>
  )
}
