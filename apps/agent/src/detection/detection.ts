// Detection on the node: the detector with its rules, its state on disk, and who every container is.
import { createDetector, type Detection, type Detector, type DetectorOptions } from '@yagura/detect'
import { type Clock, type Logger, newId } from '@yagura/kernel'
import type { AuditEvent, BatchItem, CoverageGapReport, KernelEvent } from '@yagura/schema'
import { openAuditLog } from './audit-log.ts'
import { identityOf } from './identity.ts'
import { openRuleFiles, type RuleFiles } from './rule-files.ts'
import { openDetectionState } from './state.ts'

export interface NodeDetectionOptions {
  readonly hostKey: string
  readonly clock: Clock
  readonly logger: Logger
  readonly ownRules: string
  readonly extraRules: string | null
  readonly stateDirectory: string
  /** Audit log of a Kubernetes API server on this node. */
  readonly auditLog?: string | null
  readonly onDetection: (detection: Detection, event: KernelEvent | undefined) => void
}

export interface NodeDetection {
  readonly detector: Detector
  receive(event: KernelEvent): void
  /** Requests to the Kubernetes API about pods of this node, as the server has them from an audit webhook. */
  receiveAudit(events: readonly AuditEvent[]): void
  /** Containers that the inventory reports. */
  noteItems(items: readonly BatchItem[]): void
  /** All containers there are: the others have ended. */
  noteContainers(containerIds: ReadonlySet<string>): void
  noteGaps(gaps: readonly CoverageGapReport[]): void
  /** Call it every 20 ms or so. */
  tick(): void
  ruleCount(): number
  /** Rules that are left out. */
  gaps(): CoverageGapReport[]
  stop(): void
}

const RULES_MS = 3000
const AUDIT_MS = 100
const SAVE_MS = 60_000
/** An agent that comes no nearer forgets what has ended this long ago. */
const FORGET_MS = 5 * 60_000
/** After something was found it is saved sooner, at most this share of the time. */
const SAVE_SHARE = 0.01
const SAVE_PAUSE_MS = 2000

export function openDetection(options: NodeDetectionOptions): NodeDetection {
  const { clock, hostKey, logger } = options
  const files: RuleFiles = openRuleFiles({
    own: options.ownRules,
    extra: options.extraRules,
    hostKey,
    logger,
  })
  const state = openDetectionState(options.stateDirectory, logger)
  const saved = state.load()
  const settings: DetectorOptions = {
    rules: files.ruleSet,
    hostKey,
    newId: () => newId(clock.nowMs()),
    told: state.told(),
  }
  const detector = createDetector(saved === undefined ? settings : { ...settings, state: saved })
  const audit = options.auditLog ? openAuditLog(options.auditLog) : undefined
  /** Containers, and since when listings do not have them any more. */
  const known = new Map<string, number | null>()
  let newestEvent = ''
  let isBehind = false
  /** When there was nothing more to read; later events tell of later times. */
  let caughtUpAtMs = 0
  let rulesAtMs = clock.monotonicMs()
  let auditAtMs = Number.NEGATIVE_INFINITY
  let savedAtMs = clock.monotonicMs()
  let saveTookMs = 0
  let hasNews = false

  function tell(detections: readonly Detection[], event?: KernelEvent): void {
    for (const detection of detections) {
      if (detection.kind !== 'signal') hasNews = true
      // noted before it is told: a campaign goes on after the agent is killed, whenever that is
      if (detection.kind === 'incident') state.note(detection.incident)
      options.onDetection(detection, event)
    }
  }

  function save(): void {
    const beganMs = clock.monotonicMs()
    state.save(detector.snapshot())
    savedAtMs = clock.monotonicMs()
    saveTookMs = savedAtMs - beganMs
    hasNews = false
  }

  return {
    detector,
    receive(event) {
      newestEvent = event.at
      isBehind = true
      tell(detector.receive(event), event)
    },
    receiveAudit(events) {
      for (const event of events) tell(detector.receiveAudit(event))
    },
    noteItems(items) {
      for (const item of items) {
        if (item.item !== 'asset') continue
        const identity = identityOf(item.asset)
        if (identity === undefined) continue
        known.set(identity.containerId, null)
        detector.identify(identity.containerId, identity)
      }
    },
    noteContainers(containerIds) {
      const heardMs = Math.max(caughtUpAtMs, Date.parse(newestEvent) || 0)
      for (const [id, missedAtMs] of known) {
        if (containerIds.has(id)) known.set(id, null)
        // a listing that began before the container did does not have it: only the second one says that it has ended
        else if (missedAtMs === null) known.set(id, clock.nowMs())
        // and not before all that it did was heard of
        else if (heardMs >= missedAtMs || clock.nowMs() - missedAtMs > FORGET_MS) {
          known.delete(id)
          detector.identify(id, null)
        }
      }
    },
    noteGaps(gaps) {
      for (const gap of gaps) {
        if (gap.code !== 'SENSOR_EVENTS_LOST' && gap.code !== 'SENSOR_RESTARTED') continue
        detector.noteLoss(Date.parse(gap.observedAt), gap.reason)
      }
    },
    tick() {
      const nowMs = clock.monotonicMs()
      if (!isBehind) caughtUpAtMs = clock.nowMs()
      isBehind = false
      if (audit !== undefined && nowMs - auditAtMs >= AUDIT_MS) {
        auditAtMs = nowMs
        for (const event of audit.read()) tell(detector.receiveAudit(event))
      }
      tell(detector.tick(clock.nowMs()))
      if (nowMs - rulesAtMs >= RULES_MS) {
        rulesAtMs = nowMs
        if (files.refresh()) detector.replaceRules(files.ruleSet)
      }
      const pauseMs = hasNews ? Math.max(SAVE_PAUSE_MS, saveTookMs / SAVE_SHARE) : SAVE_MS
      if (nowMs - savedAtMs >= pauseMs || state.isFull()) save()
    },
    ruleCount: () => files.ruleSet.rules.length,
    gaps() {
      const observedAt = new Date(clock.nowMs()).toISOString()
      const unread = audit?.takeUnread() ?? 0
      return [...files.gaps(observedAt), ...(unread === 0 ? [] : [auditGap(hostKey, unread, observedAt)])]
    },
    stop() {
      tell(detector.tick(clock.nowMs()))
      save()
      // what waited for an identity was weighed for the snapshot
      tell(detector.tick(clock.nowMs()))
      audit?.close()
    },
  }
}

function auditGap(hostKey: string, count: number, observedAt: string): CoverageGapReport {
  return {
    code: 'FILE_INVALID',
    scope: hostKey,
    subject: 'Kubernetes audit log',
    reason: 'Lines of the audit log could not be read.',
    remedy: 'Write the log in the JSON format of audit.k8s.io/v1.',
    count,
    observedAt,
    resolved: false,
  }
}
