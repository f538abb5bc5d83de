// Response on this node: the operator's policy from its file, the sensor's power to refuse, containers as they come and go.
import { mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Detection, Habits } from '@yagura/detect'
import { type Clock, type Logger, newId } from '@yagura/kernel'
import { createResponder, NO_POLICY, parsePolicy, type Responder, type ResponsePolicy } from '@yagura/respond'
import type { BatchItem, KernelEvent, ResponseAction } from '@yagura/schema'
import { containerOf } from '@yagura/sensor'
import { identityOf } from '../detection/identity.ts'
import type { SensorView } from '../events/sensor.ts'
import { readSmallFile } from '../files/atomic.ts'
import { parseCgroups } from '../processes/table.ts'
import { cgroupDirectory } from './cgroup-directory.ts'
import { refusalEvent } from './refusal.ts'

export interface ResponseOptions {
  /** File of the policy; null: only people act. */
  readonly policyFile: string | null
  readonly sensor: Pick<SensorView, 'containers' | 'enforcement'>
  /** What detection has learnt of the image of a container. */
  readonly habitsOf?: (containerId: string) => Habits | undefined
  readonly stateDirectory: string
  readonly clock: Clock
  readonly logger: Logger
  readonly tell: (action: ResponseAction) => void
  /** Attempts that the kernel ended, for detection. */
  readonly onRefused?: (event: KernelEvent) => void
}

export interface Response {
  readonly responder: Responder
  noteItems(items: readonly BatchItem[]): void
  noteContainers(containerIds: ReadonlySet<string>): void
  /** `isRepeated`: one more of the same, not worth a place among the last events of a capture. */
  noteEvent(event: KernelEvent, isRepeated?: boolean): void
  noteDetection(detection: Detection): void
  /** Call it about every second. */
  tick(): void
}

const POLICY_BYTES_MAX = 1 << 20
const CGROUP_BYTES_MAX = 1 << 16
const RECENT = 2048
/** So long after the first listing what the last run refused stays in the kernel at most, if it is not refused anew before. */
const EARLIER_MS = 60_000

export function openResponse(options: ResponseOptions): Response {
  const { clock, logger, sensor } = options
  const directory = join(options.stateDirectory, 'response')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const recent = new Array<KernelEvent | undefined>(RECENT)
  let next = 0
  let policyAtMs = 0
  const policy = readPolicy() ?? NO_POLICY
  const responder = createResponder({
    policy,
    enforcement: sensor.enforcement,
    containers: sensor.containers,
    directoryOf: cgroupDirectory,
    recentEvents: (containerId) =>
      [...recent.slice(next), ...recent.slice(0, next)].filter(
        (event) => event?.containerId === containerId,
      ) as KernelEvent[],
    ownContainerId: ownContainer(),
    habitsOf: (containerId) => options.habitsOf?.(containerId),
    stateDirectory: directory,
    clock,
    newId: () => newId(clock.nowMs()),
    logger,
    tell: options.tell,
    onRefusal(notice) {
      const event = refusalEvent(notice, newId(clock.nowMs()))
      if (event !== undefined) options.onRefused?.(event)
    },
  })
  /** Containers, and whether the last listing was without them. */
  const known = new Map<string, boolean>()
  let listedAtMs: number | undefined
  let earlierIsReleased = false

  /** The last run's verdicts hold until this one's do: no packet gets through in between. */
  function releaseEarlier(): void {
    if (earlierIsReleased || listedAtMs === undefined) return
    if (!responder.isInForce() && clock.monotonicMs() - listedAtMs < EARLIER_MS) return
    earlierIsReleased = true
    sensor.enforcement?.releaseEarlier()
  }

  /** Undefined when it did not change, or cannot be used: then the one before stays in force. */
  function readPolicy(): ResponsePolicy | undefined {
    const { policyFile } = options
    if (policyFile === null) return undefined
    const atMs = statSync(policyFile, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (atMs === policyAtMs) return undefined
    policyAtMs = atMs
    const text = readSmallFile(policyFile, POLICY_BYTES_MAX)
    const parsed = text === undefined ? undefined : parsePolicy(Buffer.from(text), basename(policyFile))
    if (parsed?.ok) {
      logger.info({ mode: parsed.value.mode }, 'The response policy is in force.')
      return parsed.value
    }
    logger.error({ err: parsed?.error }, 'The response policy cannot be used; nothing changes.')
    return undefined
  }

  function failed(error: unknown): void {
    logger.error({ err: error }, 'Response failed.')
  }

  return {
    responder,
    noteItems(items) {
      for (const item of items) {
        const identity = item.item === 'asset' ? identityOf(item.asset) : undefined
        if (identity === undefined) continue
        known.set(identity.containerId, false)
        responder.identify(identity.containerId, identity)
      }
    },
    noteContainers(containerIds) {
      listedAtMs ??= clock.monotonicMs()
      for (const [id, isMissed] of known) {
        if (containerIds.has(id)) known.set(id, false)
        // a listing that began before the container did does not have it: only the second one says that it has ended
        else if (!isMissed) known.set(id, true)
        else {
          known.delete(id)
          responder.identify(id, null)
        }
      }
    },
    noteEvent(event, isRepeated = false) {
      if (event.containerId === null) return
      if (!isRepeated) {
        recent[next] = event
        next = (next + 1) % RECENT
      }
      responder.noteEvent(event)
    },
    noteDetection: (detection) => void responder.noteDetection(detection).catch(failed),
    tick() {
      const changed = readPolicy()
      if (changed) responder.replacePolicy(changed)
      releaseEarlier()
      void responder.tick().catch(failed)
    },
  }
}

/** The container this agent runs in, where it does. */
function ownContainer(): string | null {
  const groups = parseCgroups(readSmallFile('/proc/self/cgroup', CGROUP_BYTES_MAX) ?? '')
  return groups.map(({ path }) => containerOf(path)?.containerId).find((id) => id !== undefined) ?? null
}
