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
    const first = openBlindTime(place, 'host:x', 1_000_000)
    expect(first.gap).toBeUndefined()
    first.note(1_700_000_000_000)
    const second = openBlindTime(place, 'host:x', 1_700_000_012_345)
    expect(coverageGapReport.parse(second.gap)).toMatchObject({ code: 'SENSOR_RESTARTED', scope: 'host:x', count: 1 })
    expect(second.gap?.reason).toContain(
      'did not run for 12 s, from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:32.345Z',
    )
  })

  it('says 0 s where the clock was set back, and nothing where the file is damaged', () => {
    const place = mkdtempSync(`${directory}/`)
    openBlindTime(place, 'host:x', 0).note(5_000_000)
    expect(openBlindTime(place, 'host:x', 1_000_000).gap?.reason).toContain('for 0 s')
    writeFileSync(join(place, 'last-poll'), 'x')
    expect(openBlindTime(place, 'host:x', 1_000_000).gap).toBeUndefined()
  })
})
