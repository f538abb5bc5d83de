// Every shortcut that works on this page.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Key } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { allShortcuts } from './shortcuts.ts'

export function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [shortcuts] = useState(allShortcuts)
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      <dl className="flex flex-col gap-1.5 text-sm">
        {shortcuts.map((shortcut) => (
          <div key={shortcut.keys} className="flex items-center justify-between gap-4">
            <dt>{shortcut.text}</dt>
            <dd className="flex gap-1">
              {shortcut.keys.split(/[+ ]/).map((key) => (
                <Key key={key}>{key === 'mod' ? 'Ctrl/⌘' : key.length === 1 ? key.toUpperCase() : key}</Key>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
