// Watches this node without a server and prints what detection says, one JSON object a line.
import type { Detection } from '@yagura/detect'
import { type Logger, systemClock } from '@yagura/kernel'
import type { BatchItem } from '@yagura/schema'
import { openResponse, type Response } from '../response/response.ts'
import type { Settings } from '../settings/settings.ts'
import { type NodeDetection, openDetection } from './detection.ts'
import { type Feed, openFeed } from './feed.ts'
import { createScope } from './scope.ts'

export interface WatchOptions {
  readonly settings: Settings
  readonly state: string
  /** Only what happens in control groups below this path is told. */
  readonly scopeCgroup: string | null
  /** Response policy; null: nothing is done. */
  readonly policyFile: string | null
  readonly logger: Logger
  readonly print: (line: object) => void
}

export interface Watch {
  stop(): Promise<void>
}

const RESPONSE_MS = 500

export async function startWatch(options: WatchOptions): Promise<Watch> {
  const { settings, logger } = options
  const scope = createScope(options.scopeCgroup, () => sensor?.containers() ?? [])
  let detection: NodeDetection | undefined
  let response: Response | undefined
  let sensor: Feed['sensor'] | undefined
  /** Containers that are known before the sensor is open. */
  const early: BatchItem[] = []

  function print(kind: string, value: object): void {
    options.print({ kind, at: new Date().toISOString(), ...value })
  }
  function tell(told: Detection): void {
    if (!scope.has(told)) return
    response?.noteDetection(told)
    if (told.kind === 'signal') print('signal', { signal: told.signal })
    else if (told.kind === 'finding') print('finding', { finding: told.finding })
    else print('incident', { incident: told.incident })
  }

  const feed = await openFeed({
    settings,
    stateDirectory: options.state,
    logger,
    handlers(hostKey, clock) {
      const opened = openDetection({
        hostKey,
        clock,
        logger,
        ownRules: settings.ownRulesDirectory,
        extraRules: settings.rulesDirectory,
        auditLog: settings.auditLog,
        stateDirectory: options.state,
        onDetection: tell,
      })
      detection = opened
      return {
        onEvent(event) {
          response?.noteEvent(event)
          opened.receive(event)
        },
        onItems(items) {
          opened.noteItems(items)
          if (response) response.noteItems(items)
          else early.push(...items)
        },
        onContainers(containerIds) {
          opened.noteContainers(containerIds)
          response?.noteContainers(containerIds)
        },
        onTick: opened.tick,
        onGaps(gaps) {
          opened.noteGaps(gaps)
          for (const gap of gaps) print('gap', { gap })
        },
      }
    },
  })
  sensor = feed.sensor
  // Only people and policies that were given act, and only on what is watched.
  if (options.policyFile !== null) {
    const { sensor } = feed
    response = openResponse({
      policyFile: options.policyFile,
      sensor: {
        containers: () => sensor.containers().filter((container) => scope.contains(container)),
        enforcement: sensor.enforcement,
      },
      habitsOf: (containerId) => detection?.detector.habitsOf(containerId),
      stateDirectory: options.state,
      clock: systemClock,
      logger,
      tell: (action) => print('action', { action }),
      onRefused: (event) => detection?.receive(event),
    })
    response.noteItems(early)
  }
  const timer = setInterval(() => response?.tick(), RESPONSE_MS)
  for (const gap of detection?.gaps() ?? []) print('gap', { gap })
  print('ready', { sensor: feed.sensor.mode, rules: detection?.ruleCount() ?? 0 })
  return {
    async stop() {
      clearInterval(timer)
      const stopped = feed.stop()
      detection?.stop()
      await stopped
    },
  }
}
