// Watches this node without a server and prints what detection says, one JSON object a line.
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Detection } from '@yagura/detect'
import { type Logger, systemClock } from '@yagura/kernel'
import type { BatchItem, CoverageGapReport } from '@yagura/schema'
import { createHold } from '../events/hold.ts'
import { openSensorView } from '../events/sensor.ts'
import { openGapBook } from '../gaps/book.ts'
import { hostKey as keyOfHost } from '../host/facts.ts'
import { machineId as readMachineId } from '../host/machine-id.ts'
import { createInventory } from '../inventory/inventory.ts'
import { nodeView } from '../processes/node.ts'
import { createReaders } from '../runtimes/collect.ts'
import type { Settings } from '../settings/settings.ts'
import { openDetection } from './detection.ts'
import { createScope } from './scope.ts'

export interface WatchOptions {
  readonly settings: Settings
  readonly state: string
  readonly ownRules: string
  /** Only what happens in control groups below this path is told. */
  readonly scopeCgroup: string | null
  readonly logger: Logger
  readonly print: (line: object) => void
}

export interface Watch {
  stop(): Promise<void>
}

const POLL_MS = 10
const GAPS_MS = 1000

export async function startWatch(options: WatchOptions): Promise<Watch> {
  const clock = systemClock
  const { settings, logger, print } = options
  const machineId = readMachineId(options.state)
  const hostKey = keyOfHost(machineId)
  const scope = createScope(options.scopeCgroup)

  function at(): string {
    return new Date(clock.nowMs()).toISOString()
  }
  function tell(detection: Detection): void {
    if (!scope.has(detection)) return
    if (detection.kind === 'signal') print({ kind: 'signal', at: at(), signal: detection.signal })
    else if (detection.kind === 'finding') print({ kind: 'finding', at: at(), finding: detection.finding })
    else print({ kind: 'incident', at: at(), incident: detection.incident })
  }
  const detection = openDetection({
    hostKey,
    clock,
    logger,
    ownRules: options.ownRules,
    extraRules: settings.rulesDirectory,
    stateDirectory: options.state,
    onDetection: tell,
  })
  function printGaps(gaps: readonly CoverageGapReport[]): void {
    detection.noteGaps(gaps)
    for (const gap of gaps) print({ kind: 'gap', at: at(), gap })
  }
  const inventory = createInventory({
    readers: createReaders(logger),
    node: nodeView(settings.runtimeRoot),
    machineId,
    clock,
    logger,
    gaps: openGapBook(options.state),
    send(items: readonly BatchItem[]) {
      detection.noteItems(items)
      for (const item of items) if (item.item === 'gap') print({ kind: 'gap', at: at(), gap: item.gap })
    },
    onListing: (listing) =>
      detection.noteContainers(new Set(listing.containers.map((container) => container.facts.containerId))),
  })
  await inventory.refresh()
  const sensor = await openSensorView(settings, hostKey, clock, logger)
  scope.learn(sensor.containers())
  inventory.start()
  const hold = createHold(inventory.knows)

  function poll(): void {
    const nowMs = clock.monotonicMs()
    sensor.poll((event) => {
      if (event.containerId !== null && hold.keep(event, event.containerId, nowMs)) return
      detection.receive(event)
    })
    hold.release(nowMs, detection.receive)
    detection.tick()
  }
  const timers = [
    setInterval(poll, POLL_MS),
    setInterval(() => {
      scope.learn(sensor.containers())
      printGaps(sensor.gaps())
    }, GAPS_MS),
  ]
  printGaps([...sensor.gaps(), ...detection.gaps()])
  print({ kind: 'ready', at: at(), sensor: sensor.mode, rules: detection.detector.stats() })
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      poll()
      hold.release(Number.POSITIVE_INFINITY, detection.receive)
      sensor.close()
      detection.stop()
      await inventory.stop()
    },
  }
}

/** Where the rules of the product are, seen from the checkout's root. */
export function ownRulesOf(checkoutRoot: string): string {
  const path = join(checkoutRoot, 'content/rules')
  return existsSync(path) ? realpathSync(path) : path
}
