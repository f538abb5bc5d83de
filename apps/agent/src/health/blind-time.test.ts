import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverageGapReport } from '@yagura/schema'
import { afterAll, describe, expect, it } from 'vitest'
import { openBlindTime } from './blind-time.ts'

const directory = mkdtempSync('/tmp/yg-agent-blind-')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('blind time', () => {
  it('is no gap on the first run and one of the right length on the next', () => {
    const place = mkdtempSync(`${directory}/`)
    const first = openBlindTime(place, 'host:x')
    expect(first.gap({ nowMs: 1_000_000, resumedFromMs: null })).toBeUndefined()
    first.note(1_700_000_000_000)
    const gap = openBlindTime(place, 'host:x').gap({ nowMs: 1_700_000_012_345, resumedFromMs: null })
    expect(coverageGapReport.parse(gap)).toMatchObject({ code: 'SENSOR_RESTARTED', scope: 'host:x', count: 1 })
    expect(gap?.reason).toContain('did not run for 13 s, from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:32.345Z')
  })

  it('is only what was read and not kept where the sensor goes on with the rings of the last run', () => {
    const place = mkdtempSync(`${directory}/`)
    const nowMs = 1_700_000_060_000
    openBlindTime(place, 'host:x').note(1_700_000_000_000)
    const next = openBlindTime(place, 'host:x')
    expect(next.gap({ nowMs, resumedFromMs: 1_699_999_999_990 })).toBeUndefined()
    expect(next.gap({ nowMs, resumedFromMs: 1_700_000_000_900 })?.reason).toContain(
      'had not kept what it saw for 1 s, from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:20.900Z',
    )
  })

  it('says 0 s where the clock was set back, and nothing where the file is damaged', () => {
    const place = mkdtempSync(`${directory}/`)
    openBlindTime(place, 'host:x').note(5_000_000)
    const start = { nowMs: 1_000_000, resumedFromMs: null }
    expect(openBlindTime(place, 'host:x').gap(start)?.reason).toContain('for 0 s')
    writeFileSync(join(place, 'last-poll'), 'x')
    expect(openBlindTime(place, 'host:x').gap(start)).toBeUndefined()
  })
})
