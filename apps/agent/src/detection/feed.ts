// What detection needs of a node without a server: events in order, who every container is, and what was lost.
import { type Clock, type Logger, systemClock } from '@yagura/kernel'
import type { BatchItem, CoverageGapReport, KernelEvent } from '@yagura/schema'
import { createHold } from '../events/hold.ts'
import { openSensorView, type SensorView } from '../events/sensor.ts'
import { openGapBook } from '../gaps/book.ts'
import { hostKey as keyOfHost } from '../host/facts.ts'
import { machineId as readMachineId } from '../host/machine-id.ts'
import { createInventory } from '../inventory/inventory.ts'
import { nodeView } from '../processes/node.ts'
import { createReaders } from '../runtimes/collect.ts'
import type { Settings } from '../settings/settings.ts'

export interface FeedHandlers {
  onEvent(event: KernelEvent): void
  onItems(items: readonly BatchItem[]): void
  /** All containers there are now. */
  onContainers(containerIds: ReadonlySet<string>): void
  onGaps(gaps: readonly CoverageGapReport[]): void
  /** After each look at the sensor. */
  onTick(): void
}

export interface Feed {
  readonly sensor: SensorView
  /** Hands over what is left and ends. */
  stop(): Promise<void>
}

export interface FeedOptions {
  readonly settings: Settings
  readonly stateDirectory: string
  readonly logger: Logger
  /** Makes the handlers once it is known whose node this is. */
  readonly handlers: (hostKey: string, clock: Clock) => FeedHandlers
}

const POLL_MS = 10
const GAPS_MS = 1000

export async function openFeed({ settings, stateDirectory, logger, handlers }: FeedOptions): Promise<Feed> {
  const clock = systemClock
  const machineId = readMachineId(stateDirectory)
  const hostKey = keyOfHost(machineId)
  const on = handlers(hostKey, clock)
  const inventory = createInventory({
    readers: createReaders(logger),
    node: nodeView(settings.runtimeRoot),
    machineId,
    clock,
    logger,
    gaps: openGapBook(stateDirectory),
    send(items) {
      on.onItems(items)
      on.onGaps(items.flatMap((item) => (item.item === 'gap' ? [item.gap] : [])))
    },
    onListing: ({ containers }) => on.onContainers(new Set(containers.map(({ facts }) => facts.containerId))),
  })
  await inventory.refresh()
  const sensor = await openSensorView(settings, hostKey, clock, logger)
  inventory.start()
  const hold = createHold(inventory.knows)

  function poll(): void {
    const nowMs = clock.monotonicMs()
    sensor.poll((event) => {
      if (event.containerId !== null && hold.keep(event, event.containerId, nowMs)) return
      on.onEvent(event)
    })
    hold.release(nowMs, on.onEvent)
    on.onTick()
  }
  on.onGaps(sensor.gaps())
  const timers = [setInterval(poll, POLL_MS), setInterval(() => on.onGaps(sensor.gaps()), GAPS_MS)]
  return {
    sensor,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      poll()
      hold.release(Number.POSITIVE_INFINITY, on.onEvent)
      sensor.close()
      await inventory.stop()
    },
  }
}
