// When the sensor last looked, kept on disk, so that the time nobody looked becomes a coverage gap after a restart.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CoverageGapReport } from '@yagura/schema'
import { readSmallFile } from '../files/atomic.ts'

export interface BlindTime {
  /** The gap since the last run; undefined on the first one. */
  readonly gap: CoverageGapReport | undefined
  /** The sensor looks now. Written in place: 13 digits are one write, and a torn one costs the gap's length only. */
  note(nowMs: number): void
}

export function openBlindTime(directory: string, hostKey: string, nowMs: number): BlindTime {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'last-poll')
  const lastMs = Number(readSmallFile(path, 64) ?? Number.NaN)
  return {
    gap: Number.isFinite(lastMs) && lastMs > 0 ? gapSince(lastMs, nowMs, hostKey) : undefined,
    note(atMs) {
      try {
        writeFileSync(path, String(Math.trunc(atMs)), { mode: 0o600 })
      } catch {
        // a full disk: the gap will be reported longer than it was
      }
    },
  }
}

function gapSince(lastMs: number, nowMs: number, hostKey: string): CoverageGapReport {
  // the clock may have been set back meanwhile
  const blindSeconds = Math.max(0, Math.round((nowMs - lastMs) / 1000))
  const from = new Date(Math.min(lastMs, nowMs)).toISOString()
  const to = new Date(nowMs).toISOString()
  return {
    code: 'SENSOR_RESTARTED',
    scope: hostKey,
    subject: '',
    reason: `The agent did not run for ${blindSeconds} s, from ${from} to ${to}: what happened then was not seen.`,
    remedy: null,
    count: 1,
    observedAt: to,
    resolved: false,
  }
}
