// Every hostile case through the real command. README.md says what a case is and how it must end.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HostileCase } from './case.ts'
import { archives } from './cases/archives.ts'
import { contents } from './cases/contents.ts'
import { manifests } from './cases/manifests.ts'
import { names } from './cases/names.ts'
import { registries } from './cases/registries.ts'
import { APK, layerOf, layout } from './image.ts'
import { type Outcome, scan } from './scan.ts'

const cases = [...archives, ...names, ...manifests, ...contents, ...registries].sort((a, b) => a.number - b.number)
const MiB = 1024 * 1024
const SECONDS = 20
const MEGABYTES = 64

let work = ''
let quietBytes = 0
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'yg-hostile-'))
})
afterEach(() => rmSync(work, { recursive: true }))

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'yg-hostile-quiet-'))
  const quiet = await scan(layout(directory, [layerOf(APK)]).target)
  rmSync(directory, { recursive: true })
  expect(quiet.report?.packages).toHaveLength(1)
  quietBytes = quiet.peakBytes
}, 60_000)

test('the cases are those of the list, 1 to 22', () => {
  const numbers = new Set(cases.map(({ number }) => number))
  expect([...numbers]).toEqual(Array.from({ length: 22 }, (_, at) => at + 1))
})

test.each(cases.map((one) => [`case ${one.number}: ${one.title}`, one] as const))(
  '%s',
  async (_, one) => {
    const made = await one.make(work)
    try {
      const outcome = await scan(made.target, made.options, made.env)
      expectEnd(outcome, one)
      one.check?.(outcome, made)
    } finally {
      await made.close?.()
    }
  },
  120_000,
)

function expectEnd(outcome: Outcome, one: HostileCase): void {
  const { code, report, stderr } = outcome
  if (one.refused) {
    expect(stderr).toMatch(one.refused)
    expect(stderr).toMatch(/^yagura: [^\n]+\n$/)
    expect({ code, stdout: outcome.stdout }).toEqual({ code: 2, stdout: '' })
  } else {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    if (one.packages) expect(report?.packages.map(({ name }) => name).sort()).toEqual(one.packages)
    if (one.gaps) {
      const codes = new Set(report?.coverageGaps.map((gap) => gap.code).filter((gap) => gap !== 'ADVISORIES_MISSING'))
      expect([...codes].sort()).toEqual(one.gaps)
    }
  }
  expect(outcome.seconds).toBeLessThan(one.seconds ?? SECONDS)
  expect((outcome.peakBytes - quietBytes) / MiB).toBeLessThan(one.megabytes ?? MEGABYTES)
}
