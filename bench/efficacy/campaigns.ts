// Campaigns: the steps of several actions in one container, one after the other. One incident with the steps in their places is
// wanted, and with containment on an end before anything is taken or destroyed.
import { TACTICS, type Tactic } from '@yagura/schema'
import type { Control } from './attacks.ts'
import { type ContainerRun, type RunPlan, runContainer, type ScriptRun } from './container-run.ts'
import { containmentOf, incidentsOf, signalsOf } from './judge.ts'
import { inParallel } from './parallel.ts'
import { parseProfile } from './profile.ts'
import type { Action, AttackSuite, Campaign } from './suite.ts'
import type { Watch } from './watch.ts'
import type { World } from './world.ts'

export interface CampaignResult {
  readonly id: string
  readonly name: string
  readonly incidents: number
  readonly stepsPlaced: number
  /** Steps whose action has its effect when it runs alone. */
  readonly steps: number
  readonly misplaced: readonly { readonly step: string; readonly tactic: Tactic; readonly said: readonly string[] }[]
  /** Steps of the file that cannot run here. */
  readonly leftOut: readonly string[]
  /** null: not tried, or there is nothing to be early for. */
  readonly containedBefore: boolean | null
  readonly containment: string
}

const TOO_LATE: readonly Tactic[] = ['impact', 'exfiltration']
const PAUSE_S = 2
const SETTLE_MS = 3000

export async function campaignRuns(
  world: World,
  suite: AttackSuite,
  campaigns: readonly Campaign[],
  controls: ReadonlyMap<string, Control>,
  watch: Watch,
  options: { readonly image: string; readonly jobs: number; readonly contain: boolean; onDone(line: string): void },
): Promise<CampaignResult[]> {
  const results: CampaignResult[] = []
  await inParallel(campaigns, options.jobs, async (campaign) => {
    const actions = campaign.steps.flatMap((id) => suite.actions.find((action) => action.id === id) ?? [])
    const steps = actions.filter(({ id, runFrom }) => runFrom === 'container' && controls.get(id)?.runnable === true)
    const leftOut = campaign.steps.filter((id) => !steps.some((step) => step.id === id))
    const isOver = (id: string) => options.contain && containmentOf(watch, id) !== undefined
    const plan = { ...planOf(campaign, steps, options.image), isOver }
    const { run } = await runContainer(world, plan, async () => undefined)
    watch.check()
    const result = { ...judged(campaign, steps, run, watch, options.contain), leftOut }
    results.push(result)
    const contained =
      result.containedBefore === null ? '' : result.containedBefore ? ', contained in time' : ', not contained in time'
    options.onDone(
      `campaign ${campaign.id.padEnd(6)} ${result.incidents} incidents, ${result.stepsPlaced}/${result.steps} placed${contained}${run.failure ? `: ${run.failure}` : ''}`,
    )
  })
  return results.sort((a, b) => a.id.localeCompare(b.id))
}

function planOf(campaign: Campaign, steps: readonly Action[], image: string): RunPlan {
  // A user without rights cannot do what the other steps need.
  const words = [campaign.profile, ...steps.map(({ profile }) => profile)].join(',').replaceAll('nonroot', 'default')
  const setups = [...new Set(steps.flatMap(({ setup }) => setup ?? []))]
  return {
    image,
    profile: parseProfile(words),
    scripts: steps.length === 1 ? [...steps, ...steps].slice(0, 1) : steps,
    setup: setups.length > 0 ? setups.join('\n') : undefined,
    pauseS: PAUSE_S,
    timeoutMs: 120_000,
    settleMs: SETTLE_MS,
  }
}

function judged(
  campaign: Campaign,
  steps: readonly Action[],
  run: ContainerRun,
  watch: Watch,
  contain: boolean,
): Omit<CampaignResult, 'leftOut'> {
  const begin = run.scripts[0]?.startMs ?? 0
  const incidents = incidentsOf(watch, run.containerId, begin - 5)
  const misplaced: CampaignResult['misplaced'][number][] = []
  for (const [index, step] of steps.entries()) {
    const during = run.scripts[index]
    if (during === undefined) continue
    const next = run.scripts[index + 1]?.startMs ?? Number.POSITIVE_INFINITY
    const isDuring = ({ at }: { readonly at: string }) =>
      Date.parse(at) >= during.startMs - 5 && Date.parse(at) < next - 5
    // An act that was told already is evidence and no second step: its signal says that it was seen again.
    const again = signalsOf(watch, run.containerId)
      .map(({ value }) => value)
      .filter((one) => isDuring(one) && incidents.some(({ id }) => id === one.chainId))
    const steps = incidents.flatMap((incident) => incident.steps.filter(isDuring))
    const said = [...steps, ...again].flatMap(({ tactic }) => tactic ?? [])
    if (!said.includes(step.tactic)) misplaced.push({ step: step.id, tactic: step.tactic, said: [...new Set(said)] })
  }
  const ran = Math.min(run.scripts.length, steps.length)
  return {
    id: campaign.id,
    name: campaign.name,
    incidents: incidents.length,
    stepsPlaced: ran - misplaced.length,
    steps: contain ? ran : steps.length,
    misplaced,
    ...containment(steps, run.scripts, run.containerId, watch, contain),
  }
}

function containment(
  steps: readonly Action[],
  scripts: readonly ScriptRun[],
  containerId: string,
  watch: Watch,
  contain: boolean,
): Pick<CampaignResult, 'containedBefore' | 'containment'> {
  const last = steps.findIndex(({ tactic }) => TOO_LATE.includes(tactic))
  if (!contain || last < 0) return { containedBefore: null, containment: '' }
  const reached = scripts[last]?.startMs
  const done = containmentOf(watch, containerId)
  const inTime = done !== undefined && (reached === undefined || done.atMs <= reached)
  return {
    containedBefore: inTime,
    containment: done ? `${done.value.kind} by ${done.value.decidedBy} ${inTime ? 'in time' : 'too late'}` : 'none',
  }
}

/** Tactics in the order of the stages, for tables. */
export function stageOf(tactic: Tactic): number {
  return TACTICS.indexOf(tactic)
}
