// A modal dialog: the browser's own, which traps focus and closes on Escape.
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './button.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly footer?: ReactNode
  readonly wide?: boolean
}

export function Dialog({ title, onClose, children, footer, wide = false }: DialogProps) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; the click is on the backdrop
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close()
      }}
      className={`m-auto max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] rounded-xl border bg-raised p-0 shadow-float ${wide ? 'max-w-2xl' : 'max-w-md'}`}
    >
      <div className="flex max-h-[calc(100dvh-34px)] flex-col">
        <header className="flex items-center justify-between border-b py-2 pr-2 pl-4">
          <h2 className="font-semibold">{title}</h2>
          <IconButton label={t('common.close')} icon={<X size={16} />} onClick={() => dialog.current?.close()} />
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        {footer ? <footer className="flex justify-end gap-2 border-t px-4 py-3">{footer}</footer> : null}
      </div>
    </dialog>
  )
}
