// Detail beside the list: a column on wide screens, over the list on narrow ones. Escape closes.
import { Maximize2, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcuts } from '../app/shortcuts.ts'
import { IconButton } from './button.tsx'
import { useNarrow } from './use-narrow.ts'

interface SidePanelProps {
  readonly label: string
  readonly onClose: () => void
  readonly onFullPage?: (() => void) | undefined
  readonly children: ReactNode
}

export function SidePanel({ label, onClose, onFullPage, children }: SidePanelProps) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const panel = useRef<HTMLElement>(null)
  useShortcuts([{ keys: 'Escape', text: t('shortcuts.close'), run: onClose }])
  useEffect(() => {
    if (narrow) panel.current?.focus()
  }, [narrow])
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={label}
      className="fixed inset-0 z-30 flex flex-col bg-surface outline-none sm:absolute sm:inset-y-0 sm:right-0 sm:left-auto sm:w-[min(520px,90%)] sm:border-l sm:shadow-float xl:static xl:w-[500px] xl:shrink-0 xl:shadow-none"
    >
      <div className="flex h-11 shrink-0 items-center justify-between border-b pr-2 pl-4">
        <h2 className="truncate text-sm font-semibold">{label}</h2>
        <div className="flex items-center">
          {onFullPage ? (
            <IconButton label={t('common.fullPage')} icon={<Maximize2 size={14} />} onClick={onFullPage} />
          ) : null}
          <IconButton label={t('common.close')} icon={<X size={16} />} onClick={onClose} />
        </div>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </aside>
  )
}
