import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CoverageGapReport } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { createLossTotals, openGapBook } from './book.ts'

const directory = mkdtempSync('/tmp/yg-agent-gaps-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function gap(code: CoverageGapReport['code'], subject: string, count = 1): CoverageGapReport {
  const observedAt = '2026-01-01T00:00:00Z'
  return { code, scope: 'host:x', subject, reason: 'why', remedy: null, count, observedAt, resolved: false }
}

const LATER = '2026-01-02T00:00:00Z'

describe('gap book', () => {
  it('sends a gap when it opens and when it closes, also when the agent was off in between', () => {
    const place = mkdtempSync(`${directory}/`)
    const codes = ['SENSOR_HOOK_MISSING'] as const
    const open = gap('SENSOR_HOOK_MISSING', 'accept')
    expect(openGapBook(place).settle(codes, [open], LATER)).toEqual([open])
    expect(openGapBook(place).settle(codes, [open], LATER)).toEqual([])
    expect(openGapBook(place).settle(codes, [], LATER)).toEqual([{ ...open, observedAt: LATER, resolved: true }])
    expect(openGapBook(place).settle(codes, [], LATER)).toEqual([])
  })

  it('leaves gaps of other codes alone', () => {
    const book = openGapBook(mkdtempSync(`${directory}/`))
    book.settle(['IMAGE_UNREADABLE'], [gap('IMAGE_UNREADABLE', '')], LATER)
    expect(book.settle(['SENSOR_HOOK_MISSING'], [], LATER)).toEqual([])
  })

  it('starts anew from a damaged file', () => {
    const place = mkdtempSync(`${directory}/`)
    writeFileSync(join(place, 'open-gaps.json'), '[{"code":')
    expect(openGapBook(place).settle(['IMAGE_UNREADABLE'], [], LATER)).toEqual([])
  })
})

describe('loss totals', () => {
  it('adds up losses of one kind and passes states through', () => {
    const totalled = createLossTotals()
    totalled([gap('SENSOR_EVENTS_LOST', 'bulk/open', 5)])
    const out = totalled([gap('SENSOR_EVENTS_LOST', 'bulk/open', 2), gap('SENSOR_EVENTS_LOST', 'security/exec', 1)])
    expect(out.map((one) => one.count)).toEqual([7, 1])
    expect(totalled([gap('SENSOR_RESTARTED', '')]).map((one) => one.count)).toEqual([1])
  })
})
