// One run of the bench from its arguments to its report.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { YaguraError } from '@yagura/kernel'
import { missingPrerequisites } from '@yagura/testbed'
import { type AttackPlan, type AttackResult, blockedRuns, controlRuns, resultBase, watchedRuns } from './attacks.ts'
import { type BenignResult, benignRuns } from './benign.ts'
import { type CampaignResult, campaignRuns } from './campaigns.ts'
import { runContainer } from './container-run.ts'
import { type Freeze, freezesOf } from './freezes.ts'
import { inParallel } from './parallel.ts'
import { writePolicy } from './policy.ts'
import { parseProfile } from './profile.ts'
import { type Summary, scorecard, summaryOf } from './scorecard.ts'
import { type AttackSuite, HERE, readAttacks, readBenign } from './suite.ts'
import { startWatch } from './watch.ts'
import { makeWorld, SERVICE_IMAGE, type World } from './world.ts'

export interface Report {
  readonly attacks: readonly AttackResult[]
  readonly campaigns: readonly CampaignResult[]
  readonly benign: readonly BenignResult[]
  /** Missing in results of earlier versions. */
  readonly freezes?: readonly Freeze[]
  readonly summary: Summary
  readonly gaps: Readonly<Record<string, number>>
  readonly seconds: number
}

interface Options {
  readonly attacks: string | undefined
  readonly benign: string | undefined
  readonly block: boolean
  readonly only: ReadonlySet<string> | undefined
  readonly controlOnly: boolean
  readonly blockedOnly: boolean
  readonly learningRuns: number
  readonly scoringRuns: number
  readonly jobs: number
  readonly json: string | undefined
  readonly page: string | undefined
  readonly verbose: boolean
  readonly from: readonly string[] | undefined
  readonly variants: readonly string[]
}

/**
 * What continuous integration runs: one action of each kind that the sensor must see, a campaign, work cold and learnt. B20 is known to
 * page once, in its first run after learning (docs/efficacy.md), so the learnt work here is B29; the whole bench runs both.
 */
const SAMPLE = [
  'IA01',
  'EX01',
  'EX07',
  'EX11',
  'EX13',
  'PE01',
  'ES08',
  'CA03',
  'DI01',
  'XF04',
  'IM01',
  'DE12',
  'K05',
  'B10',
  'B14',
  'B29',
]

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      attacks: { type: 'string' },
      benign: { type: 'string' },
      block: { type: 'boolean', default: false },
      only: { type: 'string' },
      sample: { type: 'boolean', default: false },
      'control-only': { type: 'boolean', default: false },
      'blocked-only': { type: 'boolean', default: false },
      'learning-runs': { type: 'string', default: '3' },
      'scoring-runs': { type: 'string' },
      jobs: { type: 'string', default: '4' },
      json: { type: 'string' },
      page: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      from: { type: 'string' },
      variants: { type: 'string' },
    },
  })
  const only = values.only?.split(',').map((id) => id.trim())
  return {
    // Naming one file leaves the other out; naming none takes both of the bench.
    attacks: values.attacks ?? (values.benign === undefined ? join(HERE, 'attacks.yaml') : undefined),
    benign: values.benign ?? (values.attacks === undefined ? join(HERE, 'benign.yaml') : undefined),
    block: values.block || values['blocked-only'],
    only: only || values.sample ? new Set([...(only ?? []), ...(values.sample ? SAMPLE : [])]) : undefined,
    controlOnly: values['control-only'],
    blockedOnly: values['blocked-only'],
    learningRuns: Number(values['learning-runs']),
    scoringRuns: Number(values['scoring-runs'] ?? (values.sample ? 2 : 10)),
    jobs: Number(values.jobs),
    json: values.json,
    page: values.page,
    verbose: values.verbose,
    from: values.from?.split(','),
    variants: values.variants?.split(',') ?? [],
  }
}

export async function runEfficacy(args: readonly string[]): Promise<Report> {
  const options = optionsOf(args)
  if (options.from !== undefined) return fromFiles(options.from, options)
  const missing = missingPrerequisites()
  if (missing.length > 0)
    throw new YaguraError('USAGE', `The bench needs what this machine lacks: ${missing.join(', ')}.`)
  const startedMs = Date.now()
  const say = (line: string) => console.log(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${line}`)
  const world = await makeWorld()
  const stop = () => void world.close().finally(() => process.exit(130))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    say('the node is up')
    const report = await everything(world, options, say)
    const whole = { ...report, seconds: Math.round((Date.now() - startedMs) / 1000) }
    if (options.json) await writeFile(options.json, `${JSON.stringify(whole, null, 2)}\n`)
    if (options.page) await writeFile(options.page, scorecard(whole))
    if (!options.controlOnly) console.log(scorecard(whole))
    return whole
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop)
    await world.close()
  }
}

/** The page of results that are there already, of several runs together; variants are told beside them. */
async function fromFiles(files: readonly string[], { page, json, variants }: Options): Promise<Report> {
  const report = await merged(files)
  if (json) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  const text = scorecard(report, variants.length > 0 ? await merged(variants) : undefined)
  if (page) await writeFile(page, text)
  console.log(text)
  return report
}

async function merged(files: readonly string[]): Promise<Report> {
  const reports = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Report))
  const attacks = reports.flatMap((one) => one.attacks)
  const campaigns = reports.flatMap((one) => one.campaigns)
  const benign = reports.flatMap((one) => one.benign)
  const freezes = reports.flatMap((one) => one.freezes ?? [])
  const gaps = Object.assign({}, ...reports.map((one) => one.gaps)) as Report['gaps']
  const seconds = reports.reduce((sum, one) => sum + one.seconds, 0)
  const summary = summaryOf(attacks, campaigns, benign, freezes)
  return { attacks, campaigns, benign, freezes, summary, gaps, seconds }
}

async function everything(
  world: World,
  options: Options,
  say: (line: string) => void,
): Promise<Omit<Report, 'seconds'>> {
  const gaps: Record<string, number> = {}
  const policy = options.block && !options.controlOnly ? await writePolicy(world.directory) : undefined
  let attacks: AttackResult[] = []
  let campaigns: CampaignResult[] = []
  let freezes: readonly Freeze[] = []
  if (options.attacks !== undefined)
    ({ attacks, campaigns, freezes } = await attackPart(
      world,
      readAttacks(options.attacks),
      options,
      policy,
      gaps,
      say,
    ))
  let benign: BenignResult[] = []
  if (options.benign !== undefined) {
    const cases = readBenign(options.benign).filter(({ id }) => options.only?.has(id) ?? true)
    const { learningRuns, jobs } = options
    const scoringRuns = options.controlOnly ? 0 : options.scoringRuns
    if (cases.length > 0)
      benign = await benignRuns(world, cases, { learningRuns, scoringRuns, jobs, policy, onDone: say })
  }
  return { attacks, campaigns, benign, freezes, summary: summaryOf(attacks, campaigns, benign, freezes), gaps }
}

async function attackPart(
  world: World,
  suite: AttackSuite,
  options: Options,
  policy: string | undefined,
  gaps: Record<string, number>,
  say: (line: string) => void,
): Promise<{ attacks: AttackResult[]; campaigns: CampaignResult[]; freezes: readonly Freeze[] }> {
  const campaigns = suite.campaigns.filter(({ id }) => options.only?.has(id) ?? true)
  const steps = new Set(campaigns.flatMap((campaign) => campaign.steps))
  const actions = suite.actions.filter(({ id }) => options.only?.has(id) ?? true)
  const controlled = suite.actions.filter(({ id }) => (options.only?.has(id) ?? true) || steps.has(id))
  if (controlled.length === 0) return { attacks: [], campaigns: [], freezes: [] }
  const nonRootImage = 'bench.local/service-nonroot:1'
  await world.makeImages([{ name: nonRootImage, nonRoot: true }])
  const plan: AttackPlan = { image: SERVICE_IMAGE, nonRootImage, jobs: options.jobs, onDone: say }
  const controls = await controlRuns(world, controlled, plan)
  if (options.verbose) for (const [id, control] of controls) console.log(`--- ${id} ${control.why}\n${control.output}`)
  if (options.controlOnly) return { attacks: [], campaigns: [], freezes: [] }

  const watch = await startWatch(world, { name: 'attacks' })
  let attacks: AttackResult[]
  let joined: CampaignResult[]
  try {
    await learnService(world, plan)
    attacks = options.blockedOnly
      ? actions.map((action) => resultBase(action, controls.get(action.id)))
      : await watchedRuns(world, { ...suite, actions }, controls, watch, plan)
    joined = await campaignRuns(world, suite, options.blockedOnly ? [] : campaigns, controls, watch, {
      image: SERVICE_IMAGE,
      jobs: options.jobs,
      contain: false,
      onDone: say,
    })
  } finally {
    await watch.stop()
    for (const [code, count] of watch.gaps) gaps[code] = (gaps[code] ?? 0) + count
  }
  if (policy === undefined) return { attacks, campaigns: joined, freezes: [] }

  const guard = await startWatch(world, { name: 'attacks', policy })
  try {
    attacks = await blockedRuns(world, actions, controls, attacks, guard, plan)
    const contained = await campaignRuns(world, suite, campaigns, controls, guard, {
      image: SERVICE_IMAGE,
      jobs: options.jobs,
      contain: true,
      onDone: say,
    })
    if (options.blockedOnly) joined = contained
    joined = joined.map((one) => {
      const other = contained.find(({ id }) => id === one.id)
      return { ...one, containedBefore: other?.containedBefore ?? null, containment: other?.containment ?? '' }
    })
  } finally {
    await guard.stop()
  }
  return { attacks, campaigns: joined, freezes: freezesOf(guard) }
}

/** Both services run a few times doing what they always do: the profile that attacks then fall out of. */
async function learnService(world: World, plan: AttackPlan): Promise<void> {
  const images = [plan.image, plan.image, plan.image, plan.nonRootImage, plan.nonRootImage, plan.nonRootImage]
  await inParallel(images, plan.jobs, async (image) => {
    const profile = parseProfile('default')
    await runContainer(world, { image, profile, scripts: [], settleMs: 5000 }, async () => undefined)
  })
}
