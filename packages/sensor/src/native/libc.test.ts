import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { releaseProgramPages } from './libc.ts'

/** KiB of the program's own file that are in memory for this process. */
function programKib(): number {
  let isProgram = false
  let total = 0
  for (const line of readFileSync('/proc/self/smaps', 'utf8').split('\n')) {
    if (/^[0-9a-f]+-/.test(line)) isProgram = line.endsWith(process.execPath)
    else if (isProgram && line.startsWith('Rss:')) total += Number(/\d+/.exec(line)?.[0])
  }
  return total
}

test('pages of the program that starting touched are let go, and it runs on', () => {
  const before = programKib()
  releaseProgramPages()
  const after = programKib()
  expect(after).toBeLessThan(before)
  expect([3, 1, 2].toSorted().map((each) => JSON.parse(JSON.stringify({ each })).each)).toEqual([1, 2, 3])
})
