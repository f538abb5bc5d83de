// What is done to the agent itself, as a signal and an incident of the host: one incident for each kind and day, which grows.
import type { Detection } from '@yagura/detect'
import type { IncidentReport, IncidentStep, LocalisedText, ProcessRef, Severity } from '@yagura/schema'

export type AlarmKind = 'agent-attacked' | 'agent-files' | 'agent-ended' | 'agent-disk' | 'agent-blinded'

export interface Alarm {
  readonly kind: AlarmKind
  readonly atMs: number
  readonly severity: Severity
  readonly sentence: LocalisedText
  readonly process: ProcessRef | null
  readonly eventIds: readonly string[]
}

export interface Alarms {
  raise(alarm: Alarm): Detection[]
  /** The incident of a kind, for the next start. */
  incidentOf(kind: AlarmKind): IncidentReport | undefined
}

export interface AlarmOptions {
  readonly hostKey: string
  readonly newId: () => string
  /** What was open before the agent started. */
  readonly earlier?: readonly (readonly [AlarmKind, IncidentReport])[]
}

const DAY_MS = 86_400_000
/** The same thing, over and over, is told again after this. */
const REPEAT_MS = 10_000
const STEPS_MAX = 64
const ATTACK_VERSION = '18.1'
const TECHNIQUE = 'T1562.001'
const TACTIC = 'defense-evasion' as const

const TITLES: Readonly<Record<AlarmKind, LocalisedText>> = {
  'agent-attacked': {
    en: 'Somebody reaches for the agent',
    ja: 'エージェントへの攻撃',
    zh: '有人在攻击代理',
  },
  'agent-files': {
    en: 'Files of the agent were changed by others',
    ja: 'エージェントのファイルが他者に変更されました',
    zh: '代理的文件被他人更改',
  },
  'agent-ended': {
    en: 'The agent was ended by force',
    ja: 'エージェントが強制終了されました',
    zh: '代理被强制终止',
  },
  'agent-disk': {
    en: 'The disk of the agent is full',
    ja: 'エージェントのディスクに空きがありません',
    zh: '代理的磁盘已满',
  },
  'agent-blinded': {
    en: 'The sensor does not see any more',
    ja: 'センサーが何も見えなくなりました',
    zh: '传感器已看不到任何事件',
  },
}

export function createAlarms({ hostKey, newId, earlier = [] }: AlarmOptions): Alarms {
  const incidents = new Map<AlarmKind, IncidentReport>(earlier)
  const saidMs = new Map<string, number>()
  return {
    incidentOf: (kind) => incidents.get(kind),
    raise({ kind, atMs, severity, sentence, process, eventIds }) {
      const subject = `${kind} ${process?.pid ?? ''} ${process?.exe ?? ''}`
      if (atMs - (saidMs.get(subject) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return []
      if (saidMs.size > 1000) saidMs.clear()
      saidMs.set(subject, atMs)
      const known = incidents.get(kind)
      const open = known !== undefined && atMs - Date.parse(known.openedAt) < DAY_MS ? known : undefined
      const at = new Date(atMs).toISOString()
      const incidentId = open?.id ?? newId()
      const signalId = newId()
      const step: IncidentStep = {
        at,
        tactic: TACTIC,
        technique: TECHNIQUE,
        signalId,
        rule: kind,
        grade: 'strong',
        sentence,
        process,
        eventIds: eventIds.slice(0, 64),
        missing: null,
      }
      const steps = [...(open?.steps ?? []), step]
      const containerId = process?.containerId
      const incident: IncidentReport = {
        id: incidentId,
        revision: (open?.revision ?? 0) + 1,
        mergedInto: null,
        title: TITLES[kind],
        severity,
        score: 6,
        assetKeys: [hostKey],
        containerIds: [...new Set([...(open?.containerIds ?? []), ...(containerId ? [containerId] : [])])].slice(0, 64),
        root: open?.root ?? process,
        steps: steps.slice(-STEPS_MAX),
        stepsLeftOut: (open?.stepsLeftOut ?? 0) + Math.max(0, steps.length - STEPS_MAX),
        nextTactics: [],
        nodes: [],
        edges: [],
        containable: false,
        openedAt: open?.openedAt ?? at,
        updatedAt: at,
      }
      incidents.set(kind, incident)
      return [
        {
          kind: 'signal',
          signal: {
            id: signalId,
            at,
            rule: kind,
            source: 'syscall',
            grade: 'strong',
            severity,
            technique: TECHNIQUE,
            tactic: TACTIC,
            attackVersion: ATTACK_VERSION,
            assetKey: hostKey,
            process,
            chainId: incidentId,
            eventIds: [...eventIds].slice(0, 256),
            sentence,
            rarity01: 1,
            learning: false,
          },
        },
        { kind: 'incident', incident },
      ]
    },
  }
}
