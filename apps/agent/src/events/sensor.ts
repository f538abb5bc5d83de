// The sensor as the agent uses it, also when it is switched off or cannot be opened at all.
import type { Clock, Logger } from '@yagura/kernel'
import type { CoverageGapReport, KernelEvent, SensorHook } from '@yagura/schema'
import { type Enforcement, type LiveContainer, openSensor, type Sensor } from '@yagura/sensor'
import type { Settings } from '../settings/settings.ts'

export interface SensorView {
  readonly mode: 'ebpf' | 'proc' | 'off'
  readonly reason: string | null
  hooks(): SensorHook[]
  poll(handler: (event: KernelEvent) => void): number
  gaps(): CoverageGapReport[]
  stats(): { eventsRead: number; eventsLost: number }
  containers(): LiveContainer[]
  /** What others took away from the sensor since the last call. */
  tampered(): readonly string[]
  readonly enforcement: Enforcement | null
  /** Since when nobody had read what this sensor goes on with; null when it began anew. */
  readonly resumedFromMs: number | null
  close(options?: { readonly handOver?: boolean }): void
}

export async function openSensorView(
  settings: Settings,
  hostKey: string,
  clock: Clock,
  logger: Logger,
  /** Of this agent alone; undefined where nothing outlives the process. */
  handoverDirectory?: string,
): Promise<SensorView> {
  if (settings.sensor === 'off') return blind('The sensor is switched off (YAGURA_SENSOR=off).', hostKey, clock)
  try {
    const sensor = await openSensor({
      mode: settings.sensor,
      objectPath: settings.bpfObject,
      withoutHooks: settings.withoutHooks,
      clock,
      logger,
      scope: hostKey,
      runtimeRoot: settings.runtimeRoot,
      ...(handoverDirectory === undefined ? {} : { handoverDirectory }),
    })
    return view(sensor)
  } catch (error) {
    logger.error({ err: error }, 'The sensor could not be opened.')
    const reason = error instanceof Error ? error.message : String(error)
    return blind(`The sensor could not be opened: ${reason}.`, hostKey, clock)
  }
}

function view(sensor: Sensor): SensorView {
  return {
    mode: sensor.mode,
    reason: sensor.reason,
    hooks: () => [...sensor.hooks],
    poll: (handler) => sensor.poll(handler),
    gaps: () => sensor.gaps(),
    stats: () => sensor.stats(),
    containers: () => sensor.containers(),
    tampered: () => sensor.tampered(),
    enforcement: sensor.enforcement,
    resumedFromMs: sensor.resumedFromMs,
    close: (how) => sensor.close(how),
  }
}

function blind(reason: string, hostKey: string, clock: Clock): SensorView {
  let unsaid: CoverageGapReport[] = [
    {
      code: 'SENSOR_UNAVAILABLE',
      scope: hostKey,
      subject: '',
      reason,
      remedy: 'Run the agent as root with YAGURA_SENSOR=auto.',
      count: 1,
      observedAt: new Date(clock.nowMs()).toISOString(),
      resolved: false,
    },
  ]
  return {
    mode: 'off',
    reason,
    hooks: () => [],
    poll: () => 0,
    gaps() {
      const said = unsaid
      unsaid = []
      return said
    },
    stats: () => ({ eventsRead: 0, eventsLost: 0 }),
    containers: () => [],
    tampered: () => [],
    enforcement: null,
    resumedFromMs: null,
    close() {},
  }
}
