// Until when everything seen is kept, on disk, so that the time after it becomes a coverage gap after a restart: until the next
// run began, or until the moment from which it read on in the rings of this one.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CoverageGapReport } from '@yagura/schema'
import { readSmallFile } from '../files/atomic.ts'

export interface BlindTime {
  /** What happened between the last run and this one and is not kept; undefined when nothing can be missing, and on the first run. */
  gap(start: { readonly nowMs: number; readonly resumedFromMs: number | null }): CoverageGapReport | undefined
  /** The sensor looks now. Written in place: 13 digits are one write, and a torn one costs the gap's length only. */
  note(nowMs: number): void
}

export function openBlindTime(directory: string, hostKey: string): BlindTime {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'last-poll')
  const lastMs = Number(readSmallFile(path, 64) ?? Number.NaN)
  return {
    gap({ nowMs, resumedFromMs }) {
      if (!(Number.isFinite(lastMs) && lastMs > 0)) return undefined
      if (resumedFromMs === null) return gapBetween(lastMs, nowMs, hostKey, 'The agent did not run')
      if (lastMs >= resumedFromMs) return undefined
      return gapBetween(lastMs, resumedFromMs, hostKey, 'The agent was ended by force and had not kept what it saw')
    },
    note(atMs) {
      try {
        writeFileSync(path, String(Math.trunc(atMs)), { mode: 0o600 })
      } catch {
        // a full disk: the gap will be reported longer than it was
      }
    },
  }
}

function gapBetween(fromMs: number, toMs: number, hostKey: string, what: string): CoverageGapReport {
  // the clock may have been set back meanwhile
  const blindSeconds = Math.max(0, Math.ceil((toMs - fromMs) / 1000))
  const from = new Date(Math.min(fromMs, toMs)).toISOString()
  const to = new Date(toMs).toISOString()
  return {
    code: 'SENSOR_RESTARTED',
    scope: hostKey,
    subject: '',
    reason: `${what} for ${blindSeconds} s, from ${from} to ${to}: what happened then was not seen.`,
    remedy: null,
    count: 1,
    observedAt: to,
    resolved: false,
  }
}
