// Which coverage gaps are open, kept across restarts, so that one that closed while the agent was off is closed at the server too.
import { join } from 'node:path'
import { type CoverageGapReport, coverageGapReport } from '@yagura/schema'
import { z } from 'zod'
import { readSmallFile, writeFileAtomically } from '../files/atomic.ts'

export interface GapBook {
  /**
   * All gaps of these codes that exist now: returns what to send, that is new or changed ones and those that closed
   * (`resolved: true`).
   */
  settle(
    codes: readonly CoverageGapReport['code'][],
    now: readonly CoverageGapReport[],
    observedAt: string,
  ): CoverageGapReport[]
}

const LOSSES: readonly CoverageGapReport['code'][] = [
  'SENSOR_EVENTS_LOST',
  'CONTAINER_UNIDENTIFIED',
  'LIMIT_REACHED',
  'SPOOL_DROPPED',
]
const OPEN_MAX = 5000
const FILE_BYTES_MAX = 16 * 1024 * 1024

export function openGapBook(directory: string): GapBook {
  const path = join(directory, 'open-gaps.json')
  const open = load(path)

  return {
    settle(codes, now, observedAt) {
      const changes: CoverageGapReport[] = []
      const current = new Set<string>()
      for (const gap of now.slice(0, OPEN_MAX)) {
        const key = identity(gap)
        current.add(key)
        const known = open.get(key)
        if (known && known.reason === gap.reason && known.count === gap.count) continue
        open.set(key, gap)
        changes.push(gap)
      }
      for (const [key, gap] of open) {
        if (current.has(key) || !codes.includes(gap.code)) continue
        open.delete(key)
        changes.push({ ...gap, observedAt, resolved: true })
      }
      if (changes.length > 0) save(path, open)
      return changes
    },
  }
}

/**
 * The server keeps the latest count of a gap, so a loss that goes on is reported with its total since this run began. Gaps
 * that are no losses count 1 and pass as they are.
 */
export function createLossTotals(): (gaps: readonly CoverageGapReport[]) => CoverageGapReport[] {
  const totals = new Map<string, number>()
  return (gaps) =>
    gaps.map((gap) => {
      if (!LOSSES.includes(gap.code)) return gap
      const key = identity(gap)
      if (totals.size > OPEN_MAX) totals.clear()
      const count = (totals.get(key) ?? 0) + gap.count
      totals.set(key, count)
      return { ...gap, count }
    })
}

function identity(gap: CoverageGapReport): string {
  return JSON.stringify([gap.code, gap.scope, gap.subject])
}

function load(path: string): Map<string, CoverageGapReport> {
  try {
    const list = z.array(coverageGapReport).parse(JSON.parse(readSmallFile(path, FILE_BYTES_MAX) ?? '[]'))
    return new Map(list.map((gap) => [identity(gap), gap]))
  } catch {
    return new Map()
  }
}

function save(path: string, open: ReadonlyMap<string, CoverageGapReport>): void {
  try {
    writeFileAtomically(path, JSON.stringify([...open.values()]))
  } catch {
    // a full disk costs the memory of open gaps, not the gaps themselves
  }
}
