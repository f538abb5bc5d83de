// A short message at the foot of the page, read aloud: "Copied".
import { useSyncExternalStore } from 'react'

const SHOWN_MS = 2600
const listeners = new Set<() => void>()
let message = ''
let timer: ReturnType<typeof setTimeout> | undefined

export function showToast(text: string): void {
  message = text
  clearTimeout(timer)
  timer = setTimeout(() => {
    message = ''
    emit()
  }, SHOWN_MS)
  emit()
}

function emit(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const text = useSyncExternalStore(subscribe, () => message)
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-16 z-50 flex justify-center px-4 sm:bottom-6"
    >
      {text ? (
        <p className="rounded-md border border-line-strong bg-raised px-3 py-1.5 text-sm shadow-float">{text}</p>
      ) : null}
    </div>
  )
}
