// Ordinary work: learnt in a few runs (nothing is learnt for cases that must be quiet from the start), then counted.
import { type ContainerRun, type RunPlan, runContainer, sleep } from './container-run.ts'
import { findingsOf, incidentsOf, signalsOf } from './judge.ts'
import { inParallel } from './parallel.ts'
import { poissonUpper } from './poisson.ts'
import { parseProfile } from './profile.ts'
import type { BenignCase } from './suite.ts'
import { startWatch, type Watch } from './watch.ts'
import type { World } from './world.ts'

export interface BenignResult {
  readonly id: string
  readonly name: string
  readonly cold: boolean
  readonly runnable: boolean
  readonly why: string
  readonly runs: number
  readonly incidents: number
  /** Of medium severity or grade and more. */
  readonly findings: number
  readonly signals: number
  readonly byWhat: readonly string[]
  readonly containments: number
  readonly perNodeDay: number
  readonly perNodeDayUpper95: number
  /** Runs that did not work, or said something else, with blocking on; null: not tried. */
  readonly blockedWork: number | null
  readonly blockedWhy: string
}

export interface BenignPlan {
  readonly learningRuns: number
  readonly scoringRuns: number
  readonly jobs: number
  readonly policy: string | undefined
  readonly onDone: (line: string) => void
}

interface Outcome {
  readonly exitCode: number | undefined
  readonly printed: string
}

/** A run is learnt when the agent has seen its container gone, twice in its own time. */
const LEARNT_AFTER_MS = 45_000

/** What the agent did not touch and is different all the same (a time-out of its own on a busy machine) is tried again. */
const BLOCKED_TRIES = 3

/** The image of a case: its own, so that what is learnt of one case is not known of another. */
function imageName(one: BenignCase, version: string): string {
  return `bench.local/${one.id.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}:${version}`
}

export async function benignRuns(
  world: World,
  cases: readonly BenignCase[],
  plan: BenignPlan,
): Promise<BenignResult[]> {
  await world.makeImages(cases.flatMap((one) => imagesOf(one, plan)))
  const normal = await controlRuns(world, cases, plan)
  const runnable = cases.filter(({ id }) => normal.get(id)?.outcome !== undefined)
  const results = new Map<string, Tally>(runnable.map(({ id }) => [id, emptyTally()]))

  if (plan.scoringRuns === 0) return cases.map((one) => resultOf(one, normal.get(one.id), undefined, plan))

  const watch = await startWatch(world, { name: 'benign' })
  try {
    await learn(world, runnable, plan)
    if (plan.learningRuns > 0 && runnable.some(({ cold }) => !cold)) await sleep(LEARNT_AFTER_MS)
    const rounds = Array.from({ length: plan.scoringRuns }, (_, round) =>
      runnable.map((one) => ({ one, round })),
    ).flat()
    await inParallel(rounds, plan.jobs, async ({ one, round }) => {
      const { run } = await runContainer(world, planOf(one, scoringImage(one, round), 1000), async () => undefined)
      count(results.get(one.id), run, watch, plan.onDone)
    })
  } finally {
    await watch.stop()
  }
  if (plan.policy !== undefined) await blockedRuns(world, runnable, normal, results, plan, plan.policy)
  return cases.map((one) => resultOf(one, normal.get(one.id), results.get(one.id), plan))
}

interface Tally {
  runs: number
  incidents: number
  findings: number
  signals: number
  containments: number
  readonly byWhat: Set<string>
  blocked: number
  blockedWhy: string
}

function emptyTally(): Tally {
  return {
    runs: 0,
    incidents: 0,
    findings: 0,
    signals: 0,
    containments: 0,
    byWhat: new Set(),
    blocked: 0,
    blockedWhy: '',
  }
}

function imagesOf(one: BenignCase, plan: BenignPlan) {
  const { nonRoot } = parseProfile(one.profile)
  const versions = one.cold
    ? Array.from({ length: Math.max(1, plan.scoringRuns) }, (_, round) => scoringImage(one, round))
    : [imageName(one, '1'), imageName(one, '2')]
  return [...new Set(versions)].map((name) => ({ name, nonRoot }))
}

/** Nobody has seen the image of a cold run; an upgrade is scored under its next version; all else under the one that was learnt. */
function scoringImage(one: BenignCase, round: number): string {
  if (one.cold) return `bench.local/${one.id.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}-cold-${round}:1`
  return imageName(one, /upgrade|new digest/i.test(one.name) ? '2' : '1')
}

function planOf(one: BenignCase, image: string, settleMs: number): RunPlan {
  return {
    image,
    profile: parseProfile(one.profile),
    scripts: [{ id: one.id, script: one.script }],
    setup: one.setup,
    settleMs,
    timeoutMs: 60_000,
  }
}

/** Without an agent: what each case prints and how it ends. A case that fails by itself is left out. */
async function controlRuns(
  world: World,
  cases: readonly BenignCase[],
  plan: BenignPlan,
): Promise<Map<string, { readonly outcome: Outcome | undefined; readonly why: string }>> {
  const normal = new Map<string, { outcome: Outcome | undefined; why: string }>()
  await inParallel(cases, plan.jobs, async (one) => {
    const { unknown } = parseProfile(one.profile)
    if (unknown.length > 0) return void normal.set(one.id, { outcome: undefined, why: `profile ${unknown.join(', ')}` })
    const image = one.cold ? scoringImage(one, 0) : imageName(one, '1')
    const { run } = await runContainer(world, planOf(one, image, 0), async () => undefined)
    const outcome = outcomeOf(run)
    const failed =
      run.failure ?? (outcome.exitCode === 0 ? undefined : `exit ${outcome.exitCode}: ${run.stderr.trim().slice(-300)}`)
    normal.set(one.id, failed === undefined ? { outcome, why: '' } : { outcome: undefined, why: failed })
    plan.onDone(`benign control ${one.id} ${failed ?? 'works'}`)
  })
  return normal
}

async function learn(world: World, cases: readonly BenignCase[], plan: BenignPlan): Promise<void> {
  const rounds = Array.from({ length: plan.learningRuns }, () => cases.filter(({ cold }) => !cold)).flat()
  await inParallel(rounds, plan.jobs, async (one) => {
    await runContainer(world, planOf(one, imageName(one, '1'), 500), async () => undefined)
    plan.onDone(`benign learning ${one.id}`)
  })
}

function count(tally: Tally | undefined, run: ContainerRun, watch: Watch, say: (line: string) => void): void {
  if (tally === undefined) return
  const incidents = incidentsOf(watch, run.containerId)
  const findings = findingsOf(watch, run.containerId).filter(
    ({ value }) => value.severity !== 'low' && value.severity !== 'negligible',
  )
  tally.runs += 1
  tally.incidents += incidents.length
  tally.findings += findings.length
  tally.signals += signalsOf(watch, run.containerId).length
  tally.containments += watch.actions.filter(
    ({ value }) => value.containerId === run.containerId && value.state === 'done',
  ).length
  const rules = [
    ...incidents.flatMap(({ steps }) => steps.map(({ rule }) => rule)),
    ...findings.map(({ value }) => value.rule),
  ]
  for (const rule of rules) tally.byWhat.add(rule)
  const id = run.scripts[0]?.id ?? ''
  say(
    `benign scoring ${id} ${incidents.length} incidents, ${findings.length} findings ${[...new Set(rules)].join(' ')}`,
  )
}

/** The same work with blocking on: it must succeed and print the same. */
async function blockedRuns(
  world: World,
  cases: readonly BenignCase[],
  normal: ReadonlyMap<string, { readonly outcome: Outcome | undefined }>,
  results: ReadonlyMap<string, Tally>,
  plan: BenignPlan,
  policy: string,
): Promise<void> {
  const watch = await startWatch(world, { name: 'benign', policy })
  try {
    await inParallel(cases, plan.jobs, async (one) => {
      const tally = results.get(one.id)
      const wanted = normal.get(one.id)?.outcome
      if (tally === undefined || wanted === undefined) return
      let difference = ''
      for (let time = 0; time < BLOCKED_TRIES; time++) {
        const { run } = await runContainer(world, planOf(one, scoringImage(one, 0), 500), async () => undefined)
        const ours = watch.actions.filter(
          ({ value }) => value.containerId === run.containerId && value.state === 'done',
        )
        tally.containments += ours.length
        difference = differenceOf(run, wanted, ours)
        if (difference === '' || ours.length > 0) break
      }
      if (difference === '') return
      tally.blocked += 1
      tally.blockedWhy = difference
      plan.onDone(`benign blocked ${one.id} ${difference}`)
    })
  } finally {
    await watch.stop()
  }
}

/** What is not as without an agent; nothing when all is. */
function differenceOf(run: ContainerRun, wanted: Outcome, ours: Watch['actions']): string {
  const now = outcomeOf(run)
  const isSame = now.exitCode === wanted.exitCode && now.printed === wanted.printed
  if (run.failure === undefined && isSame && run.serving) return ''
  const acts = ours.map(({ value }) => `${value.kind} by ${value.decidedBy}`).join(', ')
  const what = now.printed === wanted.printed ? '' : 'other output'
  return (
    run.failure ??
    `exit ${now.exitCode}, ${run.stderr.trim().slice(-200)} ${what} ${run.serving ? '' : 'service gone'} ${acts}`
  )
}

/** Numbers, which are times and process ids, are no difference, and neither are the dots of somebody who waits. */
function outcomeOf(run: ContainerRun): Outcome {
  const printed = run.stdout
    .replaceAll(/\d+/g, '#')
    .replaceAll(/#\.#/g, '#')
    .replaceAll(/\.{2,}/g, '…')
  return { exitCode: run.scripts[0]?.exitCode, printed }
}

function resultOf(
  one: BenignCase,
  normal: { readonly outcome: Outcome | undefined; readonly why: string } | undefined,
  tally: Tally = emptyTally(),
  plan: BenignPlan,
): BenignResult {
  const alarms = tally.incidents + tally.findings
  const nodeDays = tally.runs / one.rate_per_day
  return {
    id: one.id,
    name: one.name,
    cold: one.cold,
    runnable: normal?.outcome !== undefined,
    why: normal?.why ?? '',
    runs: tally.runs,
    incidents: tally.incidents,
    findings: tally.findings,
    signals: tally.signals,
    byWhat: [...tally.byWhat],
    containments: tally.containments,
    perNodeDay: nodeDays > 0 ? alarms / nodeDays : 0,
    perNodeDayUpper95: nodeDays > 0 ? poissonUpper(alarms) / nodeDays : 0,
    blockedWork: plan.policy === undefined ? null : tally.blocked,
    blockedWhy: tally.blockedWhy,
  }
}
