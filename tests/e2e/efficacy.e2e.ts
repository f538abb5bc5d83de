// A named sample of the efficacy bench: attacks for real in containers of a sandboxed node, found by an agent that watches it, and
// ordinary work that it stays silent on. The whole of it is `npm run bench -- efficacy`.
import { beforeAll, expect, test } from 'vitest'
import { type Report, runEfficacy } from '../../bench/efficacy/run.ts'
import { describeWith } from './support/requirements.ts'

/** The image is made from Debian's packages where no cache has it. */
const FIRST_RUN_MS = 900_000

describeWith(['node', 'sensor'], 'efficacy', () => {
  let report: Report

  beforeAll(async () => {
    report = await runEfficacy(['--sample'])
  }, FIRST_RUN_MS)

  test('every action of the sample has its effect without an agent', () => {
    expect(report.attacks.length).toBeGreaterThan(8)
    expect(report.attacks.filter(({ runnable }) => !runnable).map(({ id, why }) => `${id}: ${why}`)).toEqual([])
  })

  test('strong actions become incidents, medium ones findings, weak ones stay signals', () => {
    const allowed = { strong: ['incident'], medium: ['finding', 'incident'], weak: ['none', 'signal'] }
    const wrong = report.attacks.filter(({ grade, outcome }) => !allowed[grade].includes(outcome))
    expect(wrong.map(({ id, grade, outcome }) => `${id} (${grade}): ${outcome}`)).toEqual([])
  })

  test('no service is disturbed by being watched', () => {
    expect(report.attacks.filter(({ collateral }) => collateral).map(({ id }) => id)).toEqual([])
  })

  test('a campaign is one incident with its steps in their places', () => {
    expect(report.campaigns.length).toBe(1)
    for (const { incidents, stepsPlaced, steps } of report.campaigns) {
      expect(incidents).toBe(1)
      expect(stepsPlaced).toBeGreaterThanOrEqual(0.8 * steps)
    }
  })

  test('ordinary work is left alone, learnt or not', () => {
    expect(report.benign.length).toBe(3)
    const alarms = report.benign.filter(({ incidents, findings, runnable }) => !runnable || incidents + findings > 0)
    expect(alarms.map(({ id, why, byWhat }) => `${id}: ${why} ${byWhat.join(' ')}`)).toEqual([])
  })
})
