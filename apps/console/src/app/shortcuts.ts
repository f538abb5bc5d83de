// Keyboard shortcuts. Views register theirs while they are on screen; the help lists what is registered.
import { useEffect, useRef } from 'react'

export interface Shortcut {
  /** One key (`j`, `Enter`, `?`), `mod+k` for Control or Command, or two keys in a row (`g a`). */
  readonly keys: string
  readonly text: string
  readonly run: () => void
}

type Group = { current: readonly Shortcut[] }

const CHORD_MS = 1000
const groups: Group[] = []
let chord = { key: '', atMs: 0 }

export function useShortcuts(shortcuts: readonly Shortcut[], enabled = true): void {
  const group = useRef(shortcuts)
  group.current = shortcuts
  useEffect(() => {
    if (!enabled) return
    groups.unshift(group)
    return () => {
      groups.splice(groups.indexOf(group), 1)
    }
  }, [enabled])
}

/** All shortcuts that work now, without doubles. */
export function allShortcuts(): readonly Shortcut[] {
  const seen = new Set<string>()
  return groups.flatMap((group) => group.current).filter(({ keys }) => !seen.has(keys) && seen.add(keys))
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'))
  )
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const mod = event.ctrlKey || event.metaKey
  const pressed = mod ? `mod+${event.key.toLowerCase()}` : event.key
  if (!mod && (isTyping(event.target) || document.querySelector('dialog[open]'))) return
  // Enter and Space belong to the control that has the focus.
  if (pressed === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary')) return
  const now = Date.now()
  const pair = now - chord.atMs < CHORD_MS ? `${chord.key} ${pressed}` : ''
  chord = { key: pressed, atMs: now }
  const found = find(pair) ?? find(pressed)
  if (!found) return
  event.preventDefault()
  chord = { key: '', atMs: 0 }
  found.run()
}

function find(keys: string): Shortcut | undefined {
  for (const group of groups) {
    const shortcut = group.current.find((one) => one.keys === keys)
    if (shortcut) return shortcut
  }
  return undefined
}

export function listenToKeys(): void {
  document.addEventListener('keydown', onKeyDown)
}
