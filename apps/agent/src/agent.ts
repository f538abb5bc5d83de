// The agent put together: identity → spool → uplink, and what fills the spool: inventory, sensor, health.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Logger, newId, ok, type Result, systemClock, type YaguraError } from '@yagura/kernel'
import type { BatchItem, CoverageGapReport } from '@yagura/schema'
import { releaseProgramPages, removeAbandoned, trimNativeHeap } from '@yagura/sensor'
import { startCompliance } from './compliance/compliance.ts'
import { openDetection } from './detection/detection.ts'
import { createBatcher } from './events/batcher.ts'
import { createPump } from './events/pump.ts'
import { openSensorView } from './events/sensor.ts'
import { createLossTotals, openGapBook } from './gaps/book.ts'
import { openSelfGuard } from './guard/guard.ts'
import { openBlindTime } from './health/blind-time.ts'
import { readHealth, spoolGaps } from './health/health.ts'
import { hostKey as keyOfHost } from './host/facts.ts'
import { releaseMemory } from './host/lean.ts'
import { machineId as readMachineId } from './host/machine-id.ts'
import { obtainIdentity } from './identity/obtain.ts'
import { openConnection } from './identity/renewal.ts'
import { post, refusal } from './identity/request.ts'
import { createImageDescriber } from './inventory/images.ts'
import { createInventory } from './inventory/inventory.ts'
import { containerKey } from './inventory/reports.ts'
import { nodeView } from './processes/node.ts'
import { openResponse } from './response/response.ts'
import { createReaders } from './runtimes/collect.ts'
import type { ObservedContainer } from './runtimes/runtime.ts'
import { lockDirectory } from './settings/lock.ts'
import type { Settings } from './settings/settings.ts'
import type { Priority } from './spool/names.ts'
import { openSpool } from './spool/spool.ts'
import { startCommands } from './uplink/commands.ts'
import { startUplink } from './uplink/uplink.ts'

export interface Agent {
  /** Spools what is not spooled yet and ends everything; `handOver`: but for what the next start goes on with. */
  stop(how: { readonly handOver: boolean }): Promise<void>
}

const POLL_MS = 20
/** More batches than this wait: the server comes behind, and fewer, larger ones help it to catch up. */
const BACKLOG_BATCHES = 10
const SECOND_MS = 1000
/** What is large does not travel with what somebody waits for; images are described again when the server asks. */
const PRIORITIES: Readonly<Partial<Record<BatchItem['item'], Priority>>> = { image: 'low', 'check-run': 'high' }
const HEALTH_MS = 10_000
const RENEWAL_CHECK_MS = 60_000
const SIGHT_MS = 60_000
/** Gaps that are a state of the sensor, not a loss: they close when a later start finds them gone. */
const SENSOR_STATES: readonly CoverageGapReport['code'][] = ['SENSOR_UNAVAILABLE', 'SENSOR_HOOK_MISSING']

export async function startAgent(
  settings: Settings,
  version: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Result<Agent, YaguraError>> {
  const clock = systemClock
  const { paths } = settings
  const locked = lockDirectory(paths.root)
  if (!locked.ok) return locked
  const machineId = readMachineId(paths.root)
  const hostKey = keyOfHost(machineId)
  const node = { machineId, hostname: hostname(), agentVersion: version }
  const identity = await obtainIdentity(settings, node, logger, signal)
  if (!identity.ok) return identity
  const { agentId, url } = identity.value

  const connection = openConnection(identity.value, paths.identity, machineId, logger)
  const spool = openSpool({ directory: paths.spool, agentId, boot: newId(), capBytes: settings.spoolBytes })
  const batcher = createBatcher({
    spool,
    agentId,
    clock,
    isAway: () => uplink.isAway(),
    isBehind: () => spool.counts().batches > BACKLOG_BATCHES,
    onSpooled: () => uplink.wake(),
  })
  function send(items: readonly BatchItem[]): void {
    for (const item of items) batcher.add(PRIORITIES[item.item] ?? 'urgent', item)
  }
  function sendGaps(gaps: readonly CoverageGapReport[]): void {
    send(gaps.map((gap) => ({ item: 'gap', gap })))
  }

  let containersNow: readonly ObservedContainer[] = []
  const gaps = openGapBook(paths.root)
  const images = createImageDescriber({ cacheDirectory: paths.cache, clock, logger, gaps, send })
  const uplink = startUplink({
    spool,
    url,
    client: connection.client,
    logger,
    onAcknowledged: (ack) => images.want(ack.wantImages),
  })
  const inventory = createInventory({
    readers: createReaders(logger),
    node: nodeView(settings.runtimeRoot),
    machineId,
    clock,
    logger,
    gaps,
    send(items) {
      detection.noteItems(items)
      response.noteItems(items)
      send(items)
    },
    onListing(listing) {
      containersNow = listing.containers.filter(({ state }) => state === 'running')
      images.noteListing(listing)
      const running = new Set(listing.containers.map(({ facts }) => facts.containerId))
      detection.noteContainers(running)
      response.noteContainers(running)
    },
  })
  const detection = openDetection({
    hostKey,
    clock,
    logger,
    ownRules: settings.ownRulesDirectory,
    extraRules: settings.rulesDirectory,
    auditLog: settings.auditLog,
    stateDirectory: join(paths.root, 'state'),
    onDetection(told) {
      response.noteDetection(told)
      pump.tell(told)
    },
  })

  const blindTime = openBlindTime(join(paths.root, 'state'), hostKey)
  const { handoverRoot } = settings
  if (handoverRoot !== null) {
    const abandoned = removeAbandoned(handoverRoot, { keep: agentId })
    if (abandoned.length > 0) logger.info({ agents: abandoned }, 'What agents that are gone left running was ended.')
  }
  const handover = handoverRoot === null ? undefined : join(handoverRoot, agentId)
  // before the first event: later it would make them wait
  releaseMemory()
  const sensor = await openSensorView(settings, hostKey, clock, logger, handover)
  const { mode, reason, resumedFromMs } = sensor
  trimNativeHeap()
  releaseProgramPages()
  logger.info({ mode, reason, resumedFromMs }, 'The sensor is open.')
  const blind = blindTime.gap({ nowMs: clock.nowMs(), resumedFromMs })
  if (blind) sendGaps([blind])
  const response = openResponse({
    policyFile: settings.responsePolicy,
    sensor,
    habitsOf: (containerId) => detection.detector.habitsOf(containerId),
    stateDirectory: join(paths.root, 'state'),
    clock,
    logger,
    tell: (action) => send([{ item: 'action', action }]),
    onRefused: (event) => detection.receive(event),
  })
  const commands = startCommands({
    post: async (path, body) => {
      const payload = Buffer.from(JSON.stringify(body))
      const answer = await post(connection.client('urgent'), url, { path, body: payload })
      if (!answer.ok) throw answer.error
      if (answer.value.status !== 200) throw refusal(answer.value, 'The server gave no commands')
      return answer.value.body
    },
    async carryOut(command) {
      if (command.command === 'act') {
        if (settings.remoteResponse) return response.responder.act(command.action)
        const reason = 'This node takes no actions from the server (YAGURA_REMOTE_RESPONSE=off).'
        return send([{ item: 'action', action: { ...command.action, state: 'refused', reason } }])
      }
      if (command.command === 'audit') return detection.receiveAudit(command.events)
      if (command.command === 'judge') return detection.detector.judge(command.incident, command.verdict)
      if (!settings.remoteResponse) return
      const undone = await response.responder.undo(command.actionId, command.decidedBy)
      if (!undone.ok) logger.warn({ err: undone.error }, 'An action could not be undone.')
    },
    logger,
  })
  const compliance = startCompliance({
    content: settings.checksDirectory,
    nodeRoot: settings.runtimeRoot,
    hostKey,
    periodMs: settings.complianceMs,
    kubeconfig: settings.kubeconfig,
    credentials: settings.middlewareCredentials,
    probe: settings.middlewareProbe,
    stateDirectory: join(paths.root, 'state'),
    logger,
    send,
    containers: () => containersNow.map((one) => ({ key: containerKey(machineId, one), facts: one.facts })),
  })
  const totalled = createLossTotals()
  const [states, losses] = partition(sensor.gaps(), (gap) => SENSOR_STATES.includes(gap.code))
  sendGaps([...gaps.settle(SENSOR_STATES, states, isoNow()), ...totalled(losses), ...detection.gaps()])
  const pump = createPump({
    poll: sensor.poll,
    isKnown: inventory.knows,
    add: batcher.add,
    detect(event, isRepeated) {
      if (event.type === 'listen' && event.containerId !== null) inventory.noteListen(event.containerId)
      response.noteEvent(event, isRepeated)
      detection.receive(event)
      for (const told of guard.receive(event)) {
        response.noteDetection(told)
        pump.tell(told)
      }
    },
    clock,
    hostKey,
  })

  const guard = openSelfGuard({
    hostKey,
    clock,
    directory: paths.root,
    eventsRead: sensor.mode === 'ebpf' ? () => sensor.stats().eventsRead : undefined,
    isUnwritable: spool.isUnwritable,
    tampered: sensor.tampered,
  })
  for (const detection of guard.atStart) pump.tell(detection)

  function isoNow(): string {
    return new Date(clock.nowMs()).toISOString()
  }
  function report(): void {
    const lost = sensor.gaps()
    detection.noteGaps(lost)
    sendGaps(
      totalled([
        ...lost,
        ...pump.takeGaps(),
        ...inventory.takeUnidentified(),
        ...spoolGaps(spool.takeLosses(), hostKey, isoNow()),
      ]),
    )
    for (const told of guard.look()) pump.tell(told)
    send([{ item: 'health', health: readHealth(sensor, spool.counts(), version, clock) }])
  }

  const reading = setInterval(() => {
    pump.tick()
    detection.tick()
    batcher.tick()
  }, POLL_MS)
  const timers = [
    setInterval(() => {
      // what is still in memory would be lost with us: it was not seen until it is on disk
      blindTime.note(clock.nowMs() - batcher.oldestAgeMs() - pump.oldestAgeMs())
      void spool.syncLingering()
      if (sensor.mode === 'ebpf') inventory.noteLive(sensor.containers().map(({ containerId }) => containerId ?? ''))
      response.tick()
    }, SECOND_MS),
    setInterval(report, HEALTH_MS),
    setInterval(() => {
      trimNativeHeap()
      releaseProgramPages()
      const { told, gaps: sight } = guard.lookAtSight()
      for (const detection of told) pump.tell(detection)
      sendGaps(sight)
    }, SIGHT_MS),
    setInterval(() => void connection.renewIfDue(clock.nowMs()), RENEWAL_CHECK_MS),
  ]
  inventory.start()
  report()
  void connection.renewIfDue(clock.nowMs())
  logger.info({ agentId, server: url, machineId }, 'The agent is running.')

  return ok({
    async stop({ handOver }) {
      for (const timer of timers) clearInterval(timer)
      commands.stop()
      pump.tick()
      pump.flush()
      batcher.flush()
      await Promise.all([uplink.stop(), inventory.stop(), images.stop(), compliance.stop()])
      await commands.goodbye()
      // the rings are read until the end: what comes now is spooled for the next start
      clearInterval(reading)
      pump.tick()
      pump.flush()
      detection.stop()
      sensor.close({ handOver })
      batcher.flush()
      blindTime.note(clock.nowMs())
      guard.end()
      connection.close()
    },
  })
}

function partition<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))]
}
