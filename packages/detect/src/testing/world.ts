// A made-up node for tests: containers whose processes fork, run programs, connect and touch files, told to a detector as the sensor
// would tell it.
import type { Descriptor, FileLayer, IncidentReport, KernelEvent, RuntimeFinding, Signal } from '@yagura/schema'
import type { Detection, Detector } from '../contract/detector.ts'
import type { ContainerIdentity } from '../contract/identity.ts'
import type { Rule, RuleMatch, RuleSet } from '../contract/rule.ts'
import { createDetector } from '../engine/detector.ts'
import { createCountingIds } from '../engine/recording.ts'
import { identityOf } from './identity.ts'

export interface Told {
  readonly signals: Signal[]
  readonly findings: RuntimeFinding[]
  readonly incidents: Map<string, IncidentReport>
}

export interface Actor {
  readonly pid: number
  readonly startNs: string
  readonly containerId: string | null
  fork(): Actor
  /** The same process runs another program. */
  exec(command: string, more?: ExecMore): Actor
  /** A child runs a program. */
  run(command: string, more?: ExecMore): Actor
  connect(address: string, port: number, more?: object): Actor
  accept(address: string, port: number): Actor
  listen(port: number): Actor
  traffic(address: string, port: number, sentBytes: number, receivedBytes: number, more?: object): Actor
  protocol(name: string, address: string, port: number, detail: string): Actor
  dns(name: string): Actor
  read(path: string, more?: object): Actor
  write(path: string, more?: object): Actor
  rename(path: string, newPath: string, inode?: string): Actor
  unlink(path: string): Actor
  stdio(number: number, target: Descriptor): Actor
  exit(code?: number): void
  event(type: string, fields: object): Actor
}

export interface ExecMore {
  readonly layer?: FileLayer
  readonly inode?: string
  readonly stdio?: readonly Descriptor[]
  readonly cwd?: string
  readonly terminal?: boolean
  readonly args?: readonly string[]
  readonly mountNamespace?: number
}

export interface World {
  readonly told: Told
  readonly events: KernelEvent[]
  detector: Detector
  /** Starts a container through its runtime; returns its first program. */
  container(id: string, command: string, identity?: Partial<ContainerIdentity>, identifiedAfterMs?: number): Actor
  /** A session that the runtime puts into a running container. */
  inject(id: string, command: string, more?: ExecMore): Actor
  host(command: string): Actor
  wait(ms: number): void
  /** All processes of the container end. */
  end(id: string): void
  /** Snapshot, then a new detector that goes on from it. */
  restart(): void
  nowMs(): number
}

export const NO_RULES: RuleSet = { rules: [], eventTypes: new Set(), evaluate: () => [], evaluateAudit: () => [] }

export function createWorld(rules: RuleSet = NO_RULES): World {
  const newId = createCountingIds()
  const told: Told = { signals: [], findings: [], incidents: new Map() }
  const events: KernelEvent[] = []
  const alive = new Map<string, Set<Actor>>()
  /** Identities that the runtime tells later. */
  const late: { atMs: number; id: string; identity: ContainerIdentity }[] = []
  let nowMs = Date.UTC(2026, 5, 1)
  let serial = 0
  let pids = 1000
  let detector = createDetector({ rules, hostKey: 'host:test', newId })

  function take(detections: readonly Detection[]): void {
    for (const one of detections) {
      if (one.kind === 'signal') told.signals.push(one.signal)
      else if (one.kind === 'finding') told.findings.push(one.finding)
      else told.incidents.set(one.incident.id, one.incident)
    }
  }

  interface State {
    exe: string
    parent: State | null
    pid: number
    startNs: string
    stdio: readonly Descriptor[]
    containerId: string | null
  }

  function emit(state: State, type: string, fields: object): void {
    nowMs += 1
    const ancestry: { pid: number; exe: string; startNs: string }[] = []
    for (let one = state.parent; one !== null; one = one.parent)
      ancestry.push({ pid: one.pid, exe: one.exe, startNs: one.startNs })
    const event = {
      id: `t.0.${++serial}`,
      at: new Date(nowMs).toISOString(),
      source: 'ebpf',
      pid: state.pid,
      tid: state.pid,
      parentPid: state.parent?.pid ?? 1,
      startNs: state.startNs,
      uid: 0,
      gid: 0,
      command: state.exe.split('/').at(-1) ?? '',
      exe: state.exe,
      cgroupId: '1',
      containerId: state.containerId,
      ancestry,
      type,
      ...fields,
    } as KernelEvent
    events.push(event)
    take(detector.receive(event))
    take(detector.tick(nowMs))
  }

  const socket = (address: string, port: number) => ({
    family: 'inet',
    protocol: 'tcp',
    localAddress: '10.1.0.2',
    localPort: 40_000 + (port % 1000),
    remoteAddress: address,
    remotePort: port,
  })

  function actorOf(state: State): Actor {
    const actor: Actor = {
      pid: state.pid,
      startNs: state.startNs,
      containerId: state.containerId,
      fork() {
        pids += 1
        const child: State = { ...state, parent: state, pid: pids, startNs: `${pids}0000000` }
        emit(state, 'fork', { childPid: child.pid, childStartNs: child.startNs })
        return actorOf(child)
      },
      exec(command, more = {}) {
        const args = more.args ?? command.split(' ')
        const exe = exeOf(args[0] ?? '')
        state.exe = exe
        if (more.stdio !== undefined) state.stdio = more.stdio
        emit(state, 'exec', {
          args,
          argsTruncated: false,
          cwd: more.cwd ?? '/',
          exeInode: more.inode ?? inodeOf(exe),
          exeDevice: 7,
          exeLayer: more.layer ?? 'image',
          stdio: state.stdio,
          terminal: more.terminal ?? false,
          mountNamespace: more.mountNamespace ?? (state.containerId === null ? 1 : 2),
        })
        return actor
      },
      run: (command, more) => actor.fork().exec(command, more),
      connect: (address, port, more = {}) => act('connect', { ...socket(address, port), result: 0, ...more }),
      accept: (address, port) => act('accept', socket(address, port)),
      listen: (port) => act('listen', { ...socket('0.0.0.0', 0), localPort: port }),
      traffic: (address, port, sentBytes, receivedBytes, more = {}) =>
        act('traffic', { ...socket(address, port), sentBytes, receivedBytes, ended: true, ...more }),
      protocol: (name, address, port, detail) =>
        act('protocol', { ...socket(address, port), name, direction: 'sent', detail }),
      dns: (name) => act('dns', { ...socket('10.1.0.1', 53), protocol: 'udp', name, queryType: 'A' }),
      read: (path, more = {}) => act('open', { ...fileOf(path), flags: 0, created: false, ...more }),
      write: (path, more = {}) =>
        act('open', { ...fileOf(path), flags: 0o1101, created: true, layer: 'upper', ...more }),
      rename: (path, newPath, inode) =>
        act('rename', { ...fileOf(path), inode: inode ?? inodeOf(path), layer: 'upper', newPath, result: 0 }),
      unlink: (path) => act('unlink', { ...fileOf(path), layer: 'upper', directory: false, result: 0 }),
      stdio(number, target) {
        const next = [...state.stdio]
        while (next.length <= number) next.push({ kind: 'null', id: '0' })
        next[number] = target
        state.stdio = next
        return act('stdio', { number, target })
      },
      exit(code = 0) {
        emit(state, 'exit', { exitCode: code, signal: 0 })
        alive.get(state.containerId ?? '')?.delete(actor)
      },
      event: (type, fields) => act(type, fields),
    }
    function act(type: string, fields: object): Actor {
      emit(state, type, fields)
      return actor
    }
    const set = alive.get(state.containerId ?? '') ?? new Set()
    alive.set(state.containerId ?? '', set)
    set.add(actor)
    return actor
  }

  const runtime: State = {
    exe: '/usr/bin/containerd-shim-runc-v2',
    parent: null,
    pid: 500,
    startNs: '5000000000',
    stdio: [],
    containerId: null,
  }

  /** The runtime's child, still the runtime's program, in the group of the container. */
  function enter(id: string): Actor {
    pids += 1
    const stage: State = { ...runtime, parent: runtime, pid: pids, startNs: `${pids}0000000` }
    emit(runtime, 'fork', { childPid: stage.pid, childStartNs: stage.startNs })
    const outside = actorOf(stage)
    outside.exec('/usr/sbin/runc init', { layer: 'host' })
    stage.containerId = id
    emit(stage, 'mount', {
      action: 'mount',
      sourcePath: 'proc',
      path: '/proc',
      filesystem: 'proc',
      flags: '0',
      result: 0,
    })
    return actorOf(stage)
  }

  const world: World = {
    told,
    events,
    get detector() {
      return detector
    },
    set detector(next) {
      detector = next
    },
    container(id, command, identity = {}, identifiedAfterMs = 0) {
      const whole = identityOf(id, { commandLine: command.split(' '), startedAtMs: nowMs, ...identity })
      if (identifiedAfterMs === 0) detector.identify(id, whole)
      else if (Number.isFinite(identifiedAfterMs)) late.push({ atMs: nowMs + identifiedAfterMs, id, identity: whole })
      return enter(id).exec(command)
    },
    inject: (id, command, more) => enter(id).exec(command, more),
    host(command) {
      pids += 1
      const state: State = {
        ...runtime,
        parent: null,
        pid: pids,
        startNs: `${pids}0000000`,
        exe: exeOf(command.split(' ')[0] ?? ''),
      }
      return actorOf(state).exec(command, { layer: 'host' })
    },
    wait(ms) {
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs = Math.min(end, nowMs + 100)
        for (const one of late.splice(0)) {
          if (one.atMs <= nowMs) detector.identify(one.id, one.identity)
          else late.push(one)
        }
        take(detector.tick(nowMs))
      }
    },
    end(id) {
      for (const actor of [...(alive.get(id) ?? [])].reverse()) actor.exit()
      world.wait(7000)
      detector.identify(id, null)
    },
    restart() {
      // a state read from a file is a view that begins anywhere
      const saved = detector.snapshot()
      const state = Buffer.concat([Buffer.alloc(1), saved]).subarray(1)
      detector = createDetector({ rules, hostKey: 'host:test', newId, state })
    },
    nowMs: () => nowMs,
  }
  return world
}

function exeOf(name: string): string {
  if (name.startsWith('/')) return name
  if (name.includes('/')) return `/${name.replace(/^\.?\//, '')}`
  return `/usr/bin/${name}`
}

export function inodeOf(path: string): string {
  let hash = 7
  for (const char of path) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0
  return String(hash + 100)
}

function fileOf(path: string) {
  return { path, inode: inodeOf(path), device: 7, layer: path.startsWith('/proc/') ? 'proc' : 'image' }
}

export function pipe(id: number | string): Descriptor {
  return { kind: 'pipe', id: String(id) }
}

export function netSocket(address: string, port: number, id = '900'): Descriptor {
  return { kind: 'socket', id, remoteAddress: address, remotePort: port }
}

export const NOTHING: Descriptor = { kind: 'null', id: '1' }
export const TERMINAL: Descriptor = { kind: 'terminal', id: '3' }

/** A rule that holds when a function says so. */
export function ruleWhere(
  id: string,
  grade: Rule['grade'],
  tactics: Rule['tactics'],
  holds: (event: KernelEvent) => boolean,
  more: Partial<Rule> = {},
): { rule: Rule; holds: (event: KernelEvent) => boolean } {
  const severity = grade === 'strong' ? 'high' : grade === 'medium' ? 'medium' : 'low'
  const rule: Rule = {
    id,
    name: id,
    title: { en: id },
    grade,
    severity,
    techniques: ['T1000'],
    tactics,
    source: 'syscall',
    confidence01: grade === 'strong' ? 1 : grade === 'medium' ? 0.7 : 0.4,
    tags: [],
    responses: [],
    learnable: true,
    origin: 'yagura',
    ...more,
  }
  return { rule, holds }
}

export function rulesOf(...parts: ReturnType<typeof ruleWhere>[]): RuleSet {
  const types: KernelEvent['type'][] = [
    'exec',
    'open',
    'connect',
    'unlink',
    'sequence',
    'namespace',
    'mount',
    'call',
    'chroot',
    'kill',
  ]
  return {
    rules: parts.map(({ rule }) => rule),
    eventTypes: new Set(types),
    evaluate: (event): RuleMatch[] =>
      parts.flatMap(({ rule, holds }) =>
        holds(event) ? [{ rule, sentence: { en: `${rule.id} ${event.exe}` }, eventIds: [event.id] }] : [],
      ),
    evaluateAudit: (event): RuleMatch[] =>
      parts.flatMap(({ rule }) =>
        rule.source === 'audit' && rule.id === event.resource
          ? [{ rule, sentence: { en: rule.id }, eventIds: [event.auditId] }]
          : [],
      ),
  }
}
