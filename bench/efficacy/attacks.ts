// Actions one by one: a control run without an agent, then each in a fresh container under its eyes, then again with blocking on.
import type { Tactic } from '@yagura/schema'
import { type ContainerRun, type RunPlan, runContainer } from './container-run.ts'
import { asksForProcesses, effectHappened, lostAgainst, ranAtAll, type Traces, tracesOf } from './effect.ts'
import { containmentOf, type Outcome, tacticRight, techniqueRight, verdictOf } from './judge.ts'
import { inParallel } from './parallel.ts'
import { parseProfile } from './profile.ts'
import type { Action, AttackSuite } from './suite.ts'
import type { Watch } from './watch.ts'
import type { World } from './world.ts'

export interface Control {
  readonly runnable: boolean
  readonly effect: boolean
  readonly why: string
  readonly traces: Traces | undefined
  readonly output: string
}

export interface AttackResult {
  readonly id: string
  readonly name: string
  readonly grade: Action['grade']
  readonly block: string
  readonly technique: string
  readonly tactic: Tactic
  readonly effectInControl: boolean
  readonly runnable: boolean
  readonly why: string
  readonly outcome: Outcome
  readonly byWhat: readonly string[]
  readonly alsoSignals: readonly string[]
  readonly ms: number | null
  readonly techniqueRight: boolean
  readonly tacticRight: boolean
  readonly said: { readonly techniques: readonly string[]; readonly tactics: readonly string[] }
  /** null: not tried with blocking on. */
  readonly prevented: boolean | null
  /** The service did not answer any more. */
  readonly collateral: boolean
  /** Of the watched run: its lines in the agent's output. */
  readonly containerId: string
}

const SETTLE_MS = 1500

export interface AttackPlan {
  readonly image: string
  readonly nonRootImage: string
  readonly jobs: number
  readonly onDone: (line: string) => void
}

export function planOf(action: Action, plan: AttackPlan, settleMs: number): RunPlan {
  const profile = parseProfile(action.profile)
  return {
    image: profile.nonRoot ? plan.nonRootImage : plan.image,
    profile,
    scripts: action.runFrom === 'node' ? [] : [{ id: action.id, script: action.script }],
    nodeScript: action.runFrom === 'node' ? action.script : undefined,
    setup: action.setup,
    watchProcesses: asksForProcesses(action.effect),
    settleMs,
  }
}

export async function controlRuns(
  world: World,
  actions: readonly Action[],
  plan: AttackPlan,
): Promise<Map<string, Control>> {
  const controls = new Map<string, Control>()
  await inParallel(actions, plan.jobs, async (action) => {
    // Scripts wait for their servers by the clock: on a busy machine one more try tells slow from impossible.
    const first = await controlRun(world, action, plan)
    const control = first.effect ? first : await controlRun(world, action, plan)
    controls.set(action.id, control)
    plan.onDone(`control  ${action.id.padEnd(6)} ${control.effect ? 'effect' : `no effect: ${control.why}`}`)
  })
  return controls
}

async function controlRun(world: World, action: Action, plan: AttackPlan): Promise<Control> {
  const none = { runnable: false, effect: false, traces: undefined, output: '' }
  const { unknown } = parseProfile(action.profile)
  if (unknown.length > 0) return { ...none, why: `the profile says ${unknown.join(', ')}, which means nothing here` }
  try {
    const { run, seen } = await runContainer(world, planOf(action, plan, 300), (run) =>
      happened(action, run, world, undefined),
    )
    const output = `${run.stdout}\n--- stderr\n${run.stderr}`.slice(0, 4000)
    if (run.failure !== undefined) return { ...none, why: run.failure, output }
    const why = seen
      ? ''
      : `${lastLine(run.stderr) || 'its effect was not seen'} (exit ${run.scripts.at(-1)?.exitCode ?? 'none'})`
    return { runnable: seen, effect: seen, why, traces: tracesOf(run), output }
  } catch (error) {
    return { ...none, why: error instanceof Error ? error.message : String(error) }
  }
}

async function happened(
  action: Action,
  run: ContainerRun,
  world: World,
  control: Traces | undefined,
): Promise<boolean> {
  if (run.failure !== undefined || run.pid === 0) return false
  if (action.effect !== undefined) return effectHappened(action.effect, run, world)
  const now = tracesOf(run)
  return control === undefined ? ranAtAll(now) : !lostAgainst(control, now, action.block)
}

/** Under the eyes of the agent. */
export async function watchedRuns(
  world: World,
  { actions, aliases }: AttackSuite,
  controls: ReadonlyMap<string, Control>,
  watch: Watch,
  plan: AttackPlan,
): Promise<AttackResult[]> {
  const results: AttackResult[] = []
  await inParallel(actions, plan.jobs, async (action) => {
    const control = controls.get(action.id)
    const base = resultBase(action, control)
    if (!base.runnable) {
      results.push(base)
      return
    }
    const once = () =>
      runContainer(world, planOf(action, plan, SETTLE_MS), (run) => happened(action, run, world, control?.traces))
    const first = await once()
    const { run } = first.seen ? first : await once()
    watch.check()
    const begin = run.scripts[0]?.startMs ?? 0
    // The clocks are one; what the event's own time lacks in precision is a millisecond.
    const verdict = verdictOf(watch, run.containerId, begin - 5)
    const result: AttackResult = {
      ...base,
      why: run.failure ?? '',
      outcome: verdict.outcome,
      byWhat: verdict.byWhat,
      alsoSignals: verdict.alsoSignals,
      ms: verdict.ms,
      techniqueRight: techniqueRight(verdict, action.technique, aliases),
      tacticRight: tacticRight(verdict, action.tactic),
      said: { techniques: verdict.techniques, tactics: verdict.tactics },
      collateral: !run.serving,
      containerId: run.containerId,
    }
    results.push(result)
    plan.onDone(
      `watched  ${action.id.padEnd(6)} ${action.grade.padEnd(7)} ${result.outcome.padEnd(9)} ${result.byWhat.join(' ')}`,
    )
  })
  const order = new Map(actions.map(({ id }, index) => [id, index]))
  return results.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
}

export function resultBase(action: Action, control: Control | undefined): AttackResult {
  const { id, name, grade, block, technique, tactic } = action
  return {
    id,
    name,
    grade,
    block,
    technique,
    tactic,
    effectInControl: control?.effect ?? false,
    runnable: control?.runnable ?? false,
    why: control?.why ?? 'no control run',
    outcome: 'none',
    byWhat: [],
    alsoSignals: [],
    ms: null,
    techniqueRight: false,
    tacticRight: false,
    said: { techniques: [], tactics: [] },
    prevented: null,
    collateral: false,
    containerId: '',
  }
}

/** With blocking on: was the effect kept from happening, and does the service still answer? */
export async function blockedRuns(
  world: World,
  actions: readonly Action[],
  controls: ReadonlyMap<string, Control>,
  results: readonly AttackResult[],
  watch: Watch,
  plan: AttackPlan,
): Promise<AttackResult[]> {
  const blocked = new Map<string, { prevented: boolean; collateral: boolean }>()
  await inParallel(actions, plan.jobs, async (action) => {
    const control = controls.get(action.id)
    if (!control?.runnable) return
    const isOver = (id: string) => containmentOf(watch, id) !== undefined
    const { run, seen } = await runContainer(world, { ...planOf(action, plan, 500), isOver }, (run) =>
      happened(action, run, world, control.traces),
    )
    watch.check()
    blocked.set(action.id, { prevented: !seen, collateral: !run.serving })
    plan.onDone(
      `blocked  ${action.id.padEnd(6)} ${seen ? 'went through' : 'prevented'}${run.serving ? '' : ', service gone'}`,
    )
  })
  return results.map((one) => ({ ...one, ...blocked.get(one.id) }))
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}
