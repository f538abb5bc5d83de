// Formatting in the reader's language and time zone.
import { useMemo, useSyncExternalStore } from 'react'
import { formatBytes, formatCount, formatDuration, formatShare } from '../format/number.ts'
import { absoluteTime, clockTime, relativeTime, rowTime } from '../format/time.ts'
import { usePreferences } from '../preferences/preferences.ts'

export interface Format {
  count(value: number): string
  bytes(sizeBytes: number): string
  duration(durationMs: number): string
  share(part: number, whole: number): string
  absolute(at: string): string
  clock(at: string): string
  /** The time of day; with the day where that is another than today. */
  row(at: string): string
  relative(at: string, nowMs: number): string
}

export function useFormat(): Format {
  const { language, timeZone } = usePreferences()
  return useMemo(
    () => ({
      count: (value) => formatCount(value, language),
      bytes: (value) => formatBytes(value, language),
      duration: (value) => formatDuration(value, language),
      share: (part, whole) => formatShare(part, whole, language),
      absolute: (at) => absoluteTime(Date.parse(at), language, timeZone),
      clock: (at) => clockTime(Date.parse(at), language, timeZone),
      row: (at) => rowTime(Date.parse(at), Date.now(), language, timeZone),
      relative: (at, nowMs) => relativeTime(Date.parse(at), nowMs, language),
    }),
    [language, timeZone],
  )
}

const TICK_MS = 5000
const listeners = new Set<() => void>()
let nowMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The present, coarse: one timer for every relative time on the page. */
export function useNow(): number {
  useSyncExternalStore(subscribe, () => nowMs)
  return Math.max(nowMs, Date.now() - TICK_MS)
}
