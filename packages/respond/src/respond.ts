// Response on the node: decisions of policies and of people are guarded, done, written down, undone when their time is over.
// Every action names one container; the host at large cannot be named.
import { join } from 'node:path'
import type { ContainerIdentity, Detection, Habits } from '@yagura/detect'
import { type Clock, err, type Logger, ok, type Result, YaguraError } from '@yagura/kernel'
import type { ActionKind, KernelEvent, ResponseAction } from '@yagura/schema'
import type { Enforcement, LiveContainer, VerdictNotice } from '@yagura/sensor'
import { capture } from './act/capture.ts'
import { processesOf } from './act/control-group.ts'
import { setFrozen } from './act/freezer.ts'
import { killProcess, killTree } from './act/kill.ts'
import { createGuard } from './guard/guard.ts'
import { openLedger } from './ledger/ledger.ts'
import { CONTAINMENTS, compilePolicy, type Decision } from './policy/decide.ts'
import type { ResponsePolicy } from './policy/policy.ts'
import { compilePreventions, verdictsOf } from './scope.ts'

export interface ResponderOptions {
  readonly policy: ResponsePolicy
  readonly enforcement: Enforcement | null
  /** Containers that run now, with their control groups. */
  readonly containers: () => readonly LiveContainer[]
  /** Directory of a control group by the path that the sensor names. */
  readonly directoryOf: (cgroupPath: string) => string | undefined
  /** What the detector has learnt of the image of a container. */
  readonly habitsOf?: (containerId: string) => Habits | undefined
  readonly recentEvents: (containerId: string) => readonly KernelEvent[]
  readonly ownContainerId: string | null
  readonly stateDirectory: string
  readonly clock: Clock
  readonly newId: () => string
  readonly logger: Logger
  /** The kernel refused something to a container, told each time. */
  readonly onRefusal?: (notice: VerdictNotice) => void
  /** Every action and every change of its state, for the log of actions. */
  readonly tell: (action: ResponseAction) => void
}

export interface Responder {
  /** A container became known, changed or ended (`null`). */
  identify(containerId: string, identity: ContainerIdentity | null): void
  noteDetection(detection: Detection): Promise<void>
  /** For preventions in dry run: what would have been refused. */
  noteEvent(event: KernelEvent): void
  /** An action that a person asked for. */
  act(action: ResponseAction): Promise<void>
  undo(actionId: string, decidedBy: string): Promise<Result<undefined, YaguraError>>
  replacePolicy(policy: ResponsePolicy): void
  /** Everything that stands is refused by this process's sensor: what one before it left in the kernel is not needed any more. */
  isInForce(): boolean
  /** Ends what has expired. Call it about every second. */
  tick(): Promise<void>
}

/** Stand first, look then, end last: what is killed can neither be looked at nor frozen. */
const ORDER: readonly ActionKind[] = [
  'freeze',
  'quarantine-network',
  'deny-connect',
  'deny-exec',
  'capture',
  'kill-process',
  'kill-tree',
  'unfreeze',
  'alert',
]
const REFUSING: readonly ActionKind[] = ['quarantine-network', 'deny-connect', 'deny-exec']
const LASTING: readonly ActionKind[] = ['freeze', ...REFUSING]
/** The same would be said again and again of a program that tries again and again. */
const REPEAT_MS = 60_000
const REMEMBERED = 4096
const LOOK_AGAIN_MS = 50

export function createResponder(options: ResponderOptions): Responder {
  const { clock, enforcement, logger } = options
  const ledger = openLedger(join(options.stateDirectory, 'actions.json'))
  const known = new Map<string, ContainerIdentity>()
  const said = new Map<string, number>()
  /** Known, but with no control group yet that a verdict could be put on. */
  const waiting = new Map<string, { lastMs: number }>()
  let { policy } = options
  let decide = compilePolicy(policy)
  let preventionsOf = compilePreventions(policy, options.habitsOf)
  let guard = newGuard()
  enforcement?.onVerdict(noteVerdict)

  function newGuard() {
    return createGuard({ policy, ownContainerId: options.ownContainerId, earlierMs: ledger.containmentsMs() })
  }
  const isoNow = () => new Date(clock.nowMs()).toISOString()
  const liveOf = (containerId: string) => options.containers().find((one) => one.containerId === containerId)

  /** True once a minute for the same thing. */
  function isNews(key: string): boolean {
    const nowMs = clock.nowMs()
    if (nowMs - (said.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return false
    if (said.size >= REMEMBERED) said.clear()
    said.set(key, nowMs)
    return true
  }

  function actionOf(decision: Decision): ResponseAction {
    const nowMs = clock.nowMs()
    const lasts = LASTING.includes(decision.kind)
    return {
      id: options.newId(),
      kind: decision.kind,
      containerId: decision.containerId,
      process: decision.process,
      incidentId: decision.incidentId,
      rule: decision.rule,
      decidedBy: decision.decidedBy,
      state: 'planned',
      reason: decision.reason,
      requestedAt: new Date(nowMs).toISOString(),
      doneAt: null,
      expiresAt: lasts ? new Date(nowMs + decision.expiresMinutes * 60_000).toISOString() : null,
      reversible: lasts,
      evidence: [],
    }
  }

  async function perform(action: ResponseAction, isDryRun: boolean, refusal: string | null): Promise<void> {
    if (refusal !== null) return options.tell({ ...action, state: 'refused', reason: `${refusal} ${action.reason}` })
    if (isDryRun) return options.tell({ ...action, state: 'dry-run', doneAt: isoNow() })
    const done = await run(action)
    if (!done.ok) {
      logger.error({ action: action.kind, container: action.containerId, err: done.error }, 'An action failed.')
      return options.tell({
        ...action,
        state: 'failed',
        doneAt: isoNow(),
        reason: `${done.error.message} ${action.reason}`,
      })
    }
    const finished: ResponseAction = { ...action, state: 'done', doneAt: isoNow(), evidence: done.value }
    options.tell(finished)
  }

  /** Names of evidence that was kept. */
  async function run(action: ResponseAction): Promise<Result<string[], YaguraError>> {
    if (action.kind === 'alert') return ok([])
    const live = liveOf(action.containerId)
    const directory = live && options.directoryOf(live.path)
    if (!live || directory === undefined)
      return err(new YaguraError('NOT_FOUND', 'The container does not run any more.'))
    const isInScope = (pid: number) => processesOf(directory).includes(pid)
    switch (action.kind) {
      case 'freeze': {
        const frozen = await setFrozen(directory, true)
        if (!frozen.ok) return frozen
        ledger.add({ ...action, state: 'done' })
        return ok([])
      }
      case 'unfreeze': {
        for (const standing of ledger.standing())
          if (standing.kind === 'freeze' && standing.containerId === action.containerId) ledger.remove(standing.id)
        const thawed = await setFrozen(directory, false)
        return thawed.ok ? ok([]) : thawed
      }
      case 'deny-exec':
      case 'deny-connect':
      case 'quarantine-network': {
        ledger.add({ ...action, state: 'done' })
        const applied = applyScope(action.containerId)
        if (applied.ok) return ok([])
        ledger.remove(action.id)
        return applied
      }
      case 'capture': {
        const pids = processesOf(directory)
        const suspects = action.process && pids.includes(action.process.pid) ? [action.process.pid] : []
        const target = join(options.stateDirectory, 'captures', action.id)
        const events = options.recentEvents(action.containerId)
        return ok(capture({ directory: target, pids, suspects, events }).map((name) => `${action.id}/${name}`))
      }
      case 'kill-process':
      case 'kill-tree': {
        const victim = action.process
        if (victim === null) return err(new YaguraError('USAGE', 'The action names no process.'))
        if (action.kind === 'kill-tree') killTree(victim, isInScope)
        else killProcess(victim, isInScope)
        return ok([])
      }
    }
  }

  function applyScope(containerId: string): Result<undefined, YaguraError> {
    const live = liveOf(containerId)
    if (!live) {
      waiting.set(containerId, { lastMs: clock.nowMs() })
      return ok(undefined)
    }
    waiting.delete(containerId)
    const identity = known.get(containerId)
    const isFree = identity !== undefined && guard.refuse(probe(containerId), identity, clock.nowMs()) !== null
    const preventions = identity && !isFree ? preventionsOf(identity, 'enforce') : []
    const standing = ledger.standing().filter((action) => action.containerId === containerId)
    const verdicts = verdictsOf(preventions, standing)
    if (!enforcement) {
      if (verdicts === null) return ok(undefined)
      return err(
        new YaguraError('INPUT_UNSUPPORTED', 'The sensor of this node cannot refuse anything: it reads /proc.'),
      )
    }
    if (verdicts === null) return enforcement.clearScope(live.cgroupId) as Result<undefined, YaguraError>
    return enforcement.setScope(live.cgroupId, verdicts) as Result<undefined, YaguraError>
  }

  /** Its control group is there now, perhaps. */
  function applyWaiting(containerId: string): void {
    const applied = applyScope(containerId)
    if (!applied.ok) logger.warn({ container: containerId, err: applied.error }, 'A prevention is not in force.')
  }

  /** What the kernel refused already. */
  function noteVerdict(notice: VerdictNotice): void {
    const { containerId, kind } = notice
    options.onRefusal?.(notice)
    if (containerId === null || !isNews(`${containerId} ${kind} ${notice.object}`)) return
    const identity = known.get(containerId)
    const names = identity ? preventionsOf(identity, 'enforce').map(({ name }) => name) : []
    options.tell({
      ...actionOf({
        kind:
          kind === 'deny-connect' || kind === 'deny-socket'
            ? 'deny-connect'
            : kind === 'deny-exec'
              ? 'deny-exec'
              : 'kill-process',
        mode: 'enforce',
        containerId,
        process: { pid: notice.pid, startNs: notice.startNs, exe: notice.exe, args: [], containerId },
        incidentId: null,
        rule: null,
        decidedBy: `policy:${names.join(',') || 'action'}`.slice(0, 512),
        reason: `The kernel refused: ${notice.object}`,
        expiresMinutes: 1,
      }),
      state: 'done',
      doneAt: notice.at,
      expiresAt: null,
      reversible: false,
    })
  }

  return {
    identify(containerId, identity) {
      if (identity === null) {
        known.delete(containerId)
        waiting.delete(containerId)
        for (const action of ledger.standing())
          if (action.containerId === containerId) {
            ledger.remove(action.id)
            options.tell({ ...action, state: 'expired', doneAt: isoNow() })
          }
        return
      }
      known.set(containerId, identity)
      const applied = applyScope(containerId)
      if (!applied.ok) logger.warn({ container: identity.name, err: applied.error }, 'A prevention is not in force.')
    },
    async noteDetection(detection) {
      const decisions = [...decide(detection, (id) => known.get(id))].sort(
        (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind),
      )
      for (const decision of decisions) {
        const standing = ledger.standing().some((one) => isSame(one, decision))
        const subject = decision.process && !LASTING.includes(decision.kind) ? decision.process.pid : ''
        if (standing || !isNews(`${decision.kind} ${decision.containerId} ${subject} ${decision.mode}`)) continue
        const container = known.get(decision.containerId)
        const refusal =
          guard.refuse(decision, container, clock.nowMs()) ??
          (isInit(decision, container) ? 'This would end the first process of the container.' : null)
        if (refusal === null && decision.mode === 'enforce' && CONTAINMENTS.includes(decision.kind))
          ledger.noteContainment(clock.nowMs())
        await perform(actionOf(decision), decision.mode === 'dry-run', refusal)
      }
    },
    noteEvent(event) {
      const wait = event.containerId === null ? undefined : waiting.get(event.containerId)
      if (event.containerId !== null && wait && clock.nowMs() - wait.lastMs >= LOOK_AGAIN_MS)
        applyWaiting(event.containerId)
      if (event.type !== 'exec' || event.containerId === null) return
      const identity = known.get(event.containerId)
      if (!identity) return
      for (const prevention of preventionsOf(identity, 'dry-run')) {
        if (!prevention.denyExec.some((layer) => layer === event.exeLayer)) continue
        if (!isNews(`dry-run ${event.containerId} ${event.exe}`)) continue
        const { pid, startNs, exe, args, containerId } = event
        options.tell({
          ...actionOf({
            kind: 'deny-exec',
            mode: 'dry-run',
            containerId,
            process: { pid, startNs, exe, args: args.slice(0, 64), containerId },
            incidentId: null,
            rule: null,
            decidedBy: `policy:${prevention.name}`,
            reason: `It would not have run: ${exe}`,
            expiresMinutes: 1,
          }),
          state: 'dry-run',
          doneAt: isoNow(),
          expiresAt: null,
          reversible: false,
        })
      }
    },
    async act(action) {
      const decision: Decision = {
        ...action,
        mode: action.state === 'dry-run' ? 'dry-run' : 'enforce',
        expiresMinutes: 60,
      }
      const refusal = guard.refuse(decision, known.get(action.containerId), clock.nowMs())
      await perform(action, action.state === 'dry-run', refusal)
    },
    async undo(actionId, decidedBy) {
      const action = ledger.remove(actionId)
      if (!action) return err(new YaguraError('NOT_FOUND', 'This action does not stand any more.'))
      return lift(action, 'undone', decidedBy)
    },
    replacePolicy(next) {
      policy = next
      decide = compilePolicy(next)
      preventionsOf = compilePreventions(next, options.habitsOf)
      guard = newGuard()
      for (const containerId of known.keys()) applyScope(containerId)
    },
    isInForce() {
      const scopes = enforcement?.scopes()
      return ledger.standing().every((action) => {
        if (!REFUSING.includes(action.kind)) return true
        const live = liveOf(action.containerId)
        return live === undefined || scopes?.has(live.cgroupId) === true
      })
    },
    async tick() {
      const nowMs = clock.nowMs()
      for (const containerId of [...waiting.keys()]) applyWaiting(containerId)
      for (const action of ledger.standing()) {
        if (action.expiresAt === null || Date.parse(action.expiresAt) > nowMs) continue
        ledger.remove(action.id)
        await lift(action, 'expired', action.decidedBy)
      }
    },
  }

  async function lift(
    action: ResponseAction,
    state: 'undone' | 'expired',
    decidedBy: string,
  ): Promise<Result<undefined, YaguraError>> {
    const live = liveOf(action.containerId)
    const directory = live && options.directoryOf(live.path)
    const stillFrozen = ledger.standing().some((one) => one.kind === 'freeze' && one.containerId === action.containerId)
    const lifted: Result<undefined, YaguraError> =
      action.kind !== 'freeze'
        ? applyScope(action.containerId)
        : directory === undefined || stillFrozen
          ? ok(undefined)
          : await setFrozen(directory, false)
    if (!lifted.ok) {
      ledger.add(action)
      logger.error({ action: action.kind, err: lifted.error }, 'An action could not be undone.')
      return lifted
    }
    options.tell({ ...action, state, doneAt: isoNow(), reason: `${action.reason} (${state} by ${decidedBy})` })
    return ok(undefined)
  }

  /** Only to ask the guard whether a container is free of every policy. */
  function probe(containerId: string): Decision {
    return {
      kind: 'deny-exec',
      mode: 'enforce',
      containerId,
      process: null,
      incidentId: null,
      rule: null,
      decidedBy: 'policy:',
      reason: '',
      expiresMinutes: 1,
    }
  }
}

function isSame(standing: ResponseAction, decision: Decision): boolean {
  return standing.kind === decision.kind && standing.containerId === decision.containerId
}

/** A policy ends what came in, not the workload. */
function isInit({ kind, process }: Decision, container: ContainerIdentity | undefined): boolean {
  const ends = kind === 'kill-process' || kind === 'kill-tree'
  return ends && process !== null && container?.initPid === process.pid
}
