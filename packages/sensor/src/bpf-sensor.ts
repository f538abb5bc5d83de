// The sensor on BPF: loads the object, maps its rings, and turns records into events.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import type { CoverageGapReport } from '@yagura/schema'
import { RECORD_CONSTANTS, RECORDS, RINGS } from '@yagura/schema/kernel-record'
import { callTables } from './call/names.ts'
import { walkCgroups } from './cgroup/hierarchies.ts'
import { createCgroupResolver } from './cgroup/resolver.ts'
import { identifyWithState } from './cgroup/runtime-state.ts'
import { createBpfEnforcement } from './enforce/bpf-enforcement.ts'
import { createHandover, type Handover } from './handover/handover.ts'
import { HOOKS, type Hook } from './hook/hooks.ts'
import { isIntact, restoreEntries } from './hook/integrity.ts'
import { type LoadedObject, loadHooks } from './hook/load.ts'
import { obstacleToBpf, ownSurroundings } from './hook/obstacle.ts'
import { type SensorSettings, settingsHere } from './hook/settings.ts'
import { countersSizeBytes, type Losses, lossesOf, lossGap, lossGaps, reportedBytes, reportedLosses } from './loss.ts'
import { type Libbpf, loadLibbpf } from './native/libbpf.ts'
import { bootTimeNs } from './native/libc.ts'
import { createNewcomers } from './process/newcomers.ts'
import { createProcessNumbers } from './process/numbers.ts'
import { readCgroupPaths } from './process/procfs.ts'
import { createProcessTable, procLookUp } from './process/table.ts'
import * as record from './record/records.ts'
import { createRecordReader, type EventContext } from './record/to-event.ts'
import { mergeRings } from './ring/merge.ts'
import { mapRing } from './ring/ring.ts'
import { createSequenceTracker } from './ring/sequence.ts'
import { createControl } from './scope/control.ts'
import { createScopes } from './scope/scopes.ts'
import type { Sensor, SensorOptions } from './sensor.ts'
import { createSequenceModel } from './sequence/model.ts'

/** One call of poll hands over no more than this, so that it never holds up the rest of the agent for long. */
const RECORDS_PER_POLL = 50_000
/** Questions to /proc in one poll, for processes and groups whose beginning was missed. */
const LOOK_UPS_PER_POLL = 64
/** How often it is noted down that the rings are read. */
const POLLED_EVERY_NS = 200e6
const { CPU_PREEMPTIBLE, SLOTS } = RECORD_CONSTANTS
const FIRST = new Uint8Array(4)
const RING_BYTES = { security: 8 * 1024 * 1024, bulk: 4 * 1024 * 1024 } as const
export type BpfSensorOptions = SensorOptions & { readonly scope: string; readonly run: string }

export function openBpfSensor(options: BpfSensorOptions): Result<Sensor> {
  const obstacle = obstacleToBpf(options.objectPath, ownSurroundings())
  if (obstacle !== undefined) return err(new YaguraError('SENSOR', obstacle))
  const bpf = loadLibbpf()
  if (!bpf.ok) return bpf
  const { objectPath, withoutHooks, ringBytes, clock } = options
  const bootEpochNs = BigInt(Math.round(clock.nowMs() * 1e6 - bootTimeNs()))
  const settings = { ...settingsHere(options.runtimeRoot ?? '', bootEpochNs), ...options.settings }
  const handover = handoverOf(options, settings)
  const load = { objectPath, withoutHooks, ringBytes, arch: process.arch, settings, handover }
  let loaded = loadHooks(bpf.value, load)
  if (!loaded.ok && handover !== undefined) {
    // what the last sensor left does not fit: begin anew
    handover.removeAll({ keepVerdicts: true })
    loaded = loadHooks(bpf.value, load)
  }
  if (!loaded.ok) return loaded
  try {
    return ok(startSensor(bpf.value, loaded.value, settings, options, handover))
  } catch (thrown) {
    loaded.value.close()
    return err(thrown instanceof YaguraError ? thrown : new YaguraError('SENSOR', String(thrown), { cause: thrown }))
  }
}

function handoverOf(
  { handoverDirectory, logger }: BpfSensorOptions,
  { generation }: SensorSettings,
): Handover | undefined {
  if (handoverDirectory === undefined) return undefined
  const made = createHandover(handoverDirectory, generation)
  if (made.ok) return made.value
  logger.warn({ reason: made.error.message }, 'a restart of the sensor will miss what happens meanwhile')
  return undefined
}

function startSensor(
  bpf: Libbpf,
  loaded: LoadedObject,
  settings: SensorSettings,
  options: BpfSensorOptions,
  handover: Handover | undefined,
): Sensor {
  const { clock, scope } = options
  const control = createControl(bpf, loaded.mapFd('control'))
  // from here on this sensor's programs write, and those of the one before do not
  const connectsReady = loaded.hooks.some(({ name, state }) => name === 'connect-ready' && state === 'attached') ? 1 : 0
  const verdictScopes = handover?.hasEarlierVerdicts() === true ? 1 : 0
  control.set({ ownPid: process.pid, verdictScopes, generation: settings.generation, connectsReady })
  // somebody keeps what is refused from now on, before the first look at the rings
  control.polled(bootTimeNs())
  handover?.retireOthers()
  const isContinued = control.polledNs > 0
  const resumedFromMs = isContinued ? clock.nowMs() - (bootTimeNs() - control.polledNs) / 1e6 : null
  const scopes = createScopes(bpf, loaded.mapFd('scopes'), settings, options.watchedCgroups ?? [])
  const mapped = RINGS.map((name) => mapRing(loaded.mapFd(name), options.ringBytes ?? RING_BYTES[name]))
  const rings = mergeRings(
    mapped.map(({ ring }) => ring),
    record.TIME_OFFSET,
  )
  const trackers = RINGS.map(() => createSequenceTracker(isContinued))
  const budget = { left: Number.MAX_SAFE_INTEGER }
  const processes = createProcessTable(procLookUp(budget))
  const cgroups = createCgroupResolver(
    (pid) => {
      if (budget.left <= 0) return undefined
      budget.left--
      return readCgroupPaths(pid)
    },
    identifyWithState(options.runtimeRoot ?? ''),
    undefined,
    scopes.changed,
  )
  const numbers = createProcessNumbers(settings.hostPidNamespace)
  const newcomers = createNewcomers()
  const context: EventContext = {
    processes,
    cgroups,
    numbers,
    newcomers,
    calls: callTables(process.arch),
    run: options.run,
    bootEpochMs: 0,
  }
  const read = createRecordReader(context)
  const sequences = createSequenceModel(bpf, loaded, cgroups, scopes)
  const enforcement = createBpfEnforcement({
    ...{ bpf, loaded, control, cgroups, processes, calls: context.calls },
    earlier: {
      stands: () => handover?.hasEarlierVerdicts() === true,
      release: () => handover?.releaseEarlierVerdicts(),
    },
  })
  // hooks are attached already: what changes from here on is in the rings
  walkCgroups((hierarchy, id, path) => cgroups.made(hierarchy, id, path))
  for (const { containerId } of cgroups.containers()) newcomers.running(containerId)
  processes.bootstrap()
  numbers.bootstrap()

  let isClosed = false
  const counters = Array.from({ length: SLOTS }, (_, slot) => ({
    key: new Uint8Array(Uint32Array.of(slot).buffer),
    bytes: new Uint8Array(countersSizeBytes(bpf.possibleCpus)),
  }))
  const countersFd = loaded.mapFd('counters')
  const reportedFd = loaded.mapFd('reported')
  const noted = reportedBytes(lossesOf([], bpf.possibleCpus))
  bpf.lookup(reportedFd, FIRST, noted)
  let reported = reportedLosses(noted)
  /** What was lost before cannot be found out from this sensor's sequence numbers. */
  const before = reported
  const reportedUncounted = RINGS.map(() => 0)
  let gapsToTell = missingHookGaps(loaded, scope, timestamp())
  let eventsRead = 0
  let polledNs = 0
  let isPolling = false

  function timestamp(): string {
    return new Date(clock.nowMs()).toISOString()
  }

  function readLosses(): Losses {
    if (!isClosed) for (const { key, bytes } of counters) bpf.lookup(countersFd, key, bytes)
    return lossesOf(
      counters.map(({ bytes }) => bytes),
      bpf.possibleCpus,
    )
  }

  function unmapRings(): void {
    for (const { unmap } of mapped) unmap()
  }

  return {
    mode: 'ebpf',
    reason: reasonOf(loaded),
    hooks: loaded.hooks,
    poll(handler) {
      if (isClosed) return 0
      let handed = 0
      const now = bootTimeNs()
      if (now - polledNs > POLLED_EVERY_NS) {
        polledNs = now
        control.polled(now)
      }
      context.bootEpochMs = clock.nowMs() - now / 1e6
      budget.left = LOOK_UPS_PER_POLL
      isPolling = true
      try {
        rings.drain(now, RECORDS_PER_POLL, ({ memory, at, length }, index) => {
          if (isClosed || record.typeOf(memory, at, length) === 0) return
          const cpu = record.cpu(memory, at)
          if ((cpu & CPU_PREEMPTIBLE) === 0) trackers[index]?.seen(cpu, record.sequence(memory, at))
          if (record.isVerdict(memory, at)) enforcement.heard(memory, at, length, context.bootEpochMs)
          const event = read(memory, at, length, index)
          if (event === undefined) return
          handed++
          handler(event)
        })
      } finally {
        isPolling = false
        eventsRead += handed
        if (isClosed) unmapRings()
      }
      return handed
    },
    gaps() {
      const observedAt = timestamp()
      const lost = readLosses()
      const gaps = [...gapsToTell, ...lossGaps(reported, lost, scope, observedAt)]
      for (const [index, ring] of RINGS.entries()) {
        const uncounted =
          (trackers[index]?.missing ?? 0) - (lostOfRing(lost.lost, ring) - lostOfRing(before.lost, ring))
        const fresh = uncounted - (reportedUncounted[index] ?? 0)
        if (fresh <= 0) continue
        reportedUncounted[index] = uncounted
        gaps.push(lossGap(ring, 'uncounted', fresh, scope, observedAt))
      }
      gapsToTell = []
      reported = lost
      if (!isClosed) bpf.update(reportedFd, FIRST, reportedBytes(lost))
      return gaps
    },
    stats: () => ({ eventsRead, eventsLost: sumOf(readLosses()) }),
    containers: () => cgroups.containers(),
    tampered() {
      if (isClosed) return []
      const detached = loaded.watched.links.filter((link) => !isIntact(link)).map(({ name }) => name)
      const changed = restoreEntries(bpf, loaded.watched.entries)
      if (control.restore()) changed.push('control')
      return [...new Set([...detached, ...changed, ...enforcement.restore()])]
    },
    enforcement,
    sequences,
    resumedFromMs,
    close({ handOver = false } = {}) {
      if (isClosed) return
      isClosed = true
      if (handOver) control.polled(bootTimeNs())
      const keepVerdicts = enforcement.close({ keep: handOver })
      sequences.switch(false)
      loaded.close()
      if (!handOver) handover?.removeAll({ keepVerdicts })
      // a handler may close the sensor: the ring it is being called from must stay until then
      if (!isPolling) unmapRings()
    },
  }
}

function sumOf({ lost, cut }: Losses): number {
  return [...lost, ...cut].reduce((sum, count) => sum + count, 0)
}

function lostOfRing(lost: Float64Array, ring: string): number {
  return Object.values(RECORDS).reduce((sum, shape) => sum + (shape.ring === ring ? (lost[shape.type] ?? 0) : 0), 0)
}

function reasonOf({ hooks }: LoadedObject): string | null {
  const absent = hooks.filter((hook) => hook.state !== 'attached')
  if (absent.length === 0) return null
  return `Without ${absent.map((hook) => hook.name).join(', ')}: see the reason at each hook.`
}

function missingHookGaps({ hooks }: LoadedObject, scope: string, observedAt: string): CoverageGapReport[] {
  const table: readonly Hook[] = HOOKS
  return hooks
    .filter((hook) => hook.state !== 'attached')
    .map(({ name, reason }) => ({
      code: 'SENSOR_HOOK_MISSING',
      scope,
      subject: name,
      reason: `The sensor does not see ${table.find((hook) => hook.name === name)?.sees}: ${reason}.`,
      remedy: null,
      count: 1,
      observedAt,
      resolved: false,
    }))
}
