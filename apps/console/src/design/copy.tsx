// Things people paste elsewhere: identifiers shortened with the whole behind a click, commands in a box.
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { shortDigest, visibleText } from '../format/text.ts'
import { IconButton } from './button.tsx'
import { showToast } from './toast.tsx'

export function useCopy(): (text: string, done?: string) => Promise<void> {
  const { t } = useTranslation()
  return async (text, done) => {
    try {
      await writeClipboard(text)
      showToast(done ?? t('common.copied'))
    } catch {
      showToast(t('common.copyFailed'))
    }
  }
}

/** The clipboard API exists only over TLS and on loopback; the old way works elsewhere. */
async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (!done) throw new Error('The browser refused to copy.')
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation()
  const copy = useCopy()
  const [done, setDone] = useState(false)
  return (
    <IconButton
      label={label ?? t('common.copy')}
      icon={done ? <Check size={14} /> : <Copy size={14} />}
      className="size-6!"
      onClick={() => {
        void copy(text)
        setDone(true)
        setTimeout(() => setDone(false), 1500)
      }}
    />
  )
}

/** A digest or identifier: short on screen, whole on hover and in the clipboard. */
export function ShortId({ id }: { id: string }) {
  const { t } = useTranslation()
  const copy = useCopy()
  return (
    <button
      type="button"
      title={id}
      aria-label={t('common.copyValue', { value: shortDigest(id) })}
      onClick={(event) => {
        event.stopPropagation()
        void copy(id)
      }}
      className="-mx-0.5 rounded px-0.5 font-mono text-xs hover:bg-hover hover:text-accent"
    >
      {visibleText(shortDigest(id))}
    </button>
  )
}

/** A command to run, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3 text-left">
      <code className="min-w-0 flex-1 py-0.5 font-mono text-xs whitespace-pre-wrap wrap-any">{text}</code>
      <CopyButton text={text} />
    </div>
  )
}
