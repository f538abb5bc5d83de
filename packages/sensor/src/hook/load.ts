// Loads the BPF object with as many hooks as this kernel takes, and says of each why it is not there.
import { closeSync, openSync } from 'node:fs'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import type { SensorHook } from '@yagura/schema'
import { classOfCall, layoutNumber, structLayout } from '@yagura/schema/kernel-record'
import { callTables } from '../call/names.ts'
import { rootOfCgroups } from '../cgroup/hierarchies.ts'
import type { Handover } from '../handover/handover.ts'
import type { BpfLink, BpfObject, BpfProgram, Libbpf } from '../native/libbpf.ts'
import {
  COMPAT_OFFSET,
  callSlots,
  DISPATCHER,
  HOOKS,
  type Hook,
  isOnCalls,
  ON_DEMAND,
  type OnDemandName,
} from './hooks.ts'
import type { WatchedEntry, WatchedLink } from './integrity.ts'
import type { SensorSettings } from './settings.ts'

export interface LoadOptions {
  readonly objectPath: string
  readonly withoutHooks: readonly string[]
  /** Bytes of each ring, a power of two; the object's own sizes when left out. */
  readonly ringBytes: number | undefined
  readonly arch: string
  readonly settings: SensorSettings
  /** Where maps and links outlive this process; undefined when they end with it. */
  readonly handover: Handover | undefined
}

export type OnDemandLink = WatchedLink &
  BpfLink & {
    /** Lets go of it: where links outlive this process it stays attached. `destroy` detaches it for good. */
    readonly leave: () => void
  }

export interface LoadedObject {
  readonly hooks: readonly SensorHook[]
  readonly mapFd: (name: string) => number
  /** Why a program that is attached on demand is not there; undefined when it is. */
  readonly onDemandMissing: (name: OnDemandName) => string | undefined
  /** Attaches such a program, to a control group where it is of that kind. */
  readonly attachOnDemand: (name: OnDemandName, cgroupFd?: number) => Result<OnDemandLink>
  /** What has to stay as it is while the sensor runs. */
  readonly watched: { readonly links: readonly WatchedLink[]; readonly entries: readonly WatchedEntry[] }
  readonly close: () => void
}

const ALL_HOOKS: readonly Hook[] = HOOKS
const ALL_ON_DEMAND: readonly Hook[] = ON_DEMAND

export function loadHooks(bpf: Libbpf, options: LoadOptions): Result<LoadedObject> {
  const wanted = ALL_HOOKS.concat(ALL_ON_DEMAND).filter((hook) => !options.withoutHooks.includes(hook.name))
  const refusals = new Map<string, string>()
  let opened = openPinned(bpf, options, wanted)
  if (!opened.ok) return opened
  let loaded = opened.value.load()
  if (!loaded.ok) {
    opened.value.close()
    for (const hook of wanted) {
      const reason = refusalOf(bpf, options, hook)
      if (reason !== undefined) refusals.set(hook.name, reason)
    }
    const rest = wanted.filter((hook) => !refusals.has(hook.name))
    if (rest.length === 0) return err(new YaguraError('SENSOR', [...refusals.values()][0] ?? loaded.error.message))
    opened = openPinned(bpf, options, rest)
    if (!opened.ok) return opened
    loaded = opened.value.load()
    if (!loaded.ok) {
      opened.value.close()
      return loaded
    }
  }
  return ok(attachAll(bpf, opened.value, options, wanted, refusals))
}

/** The maps that the next sensor goes on with. */
const LASTING_MAPS = ['security', 'bulk', 'counters', 'control', 'reported', 'lineages', 'people']

function openPinned(bpf: Libbpf, options: LoadOptions, hooks: readonly Hook[]): Result<BpfObject> {
  const opened = openWith(bpf, options, hooks)
  if (opened.ok && options.handover !== undefined) {
    for (const name of LASTING_MAPS) opened.value.map(name)?.setPinPath(options.handover.mapPath(name))
  }
  return opened
}

function openWith(bpf: Libbpf, options: LoadOptions, hooks: readonly Hook[]): Result<BpfObject> {
  const opened = bpf.open(options.objectPath)
  if (!opened.ok) return opened
  const object = opened.value
  const names = new Set(hooks.map((hook) => hook.program))
  if (hooks.some(isOnCalls)) names.add(DISPATCHER)
  for (const name of [...ALL_HOOKS.concat(ALL_ON_DEMAND).map((hook) => hook.program), DISPATCHER]) {
    object.program(name)?.setAutoload(names.has(name))
  }
  if (options.ringBytes !== undefined) {
    for (const ring of ['security', 'bulk']) object.map(ring)?.setMaxEntries(options.ringBytes)
  }
  const settled = setSettings(object, options, hooks)
  if (!settled.ok) {
    object.close()
    return settled
  }
  return opened
}

/** Writes into the object's read-only data, which the kernel freezes when it loads it. */
function setSettings(object: BpfObject, { settings, arch }: LoadOptions, hooks: readonly Hook[]): Result<undefined> {
  const bytes = object.map('.rodata')?.initialValue()
  const { at, sizeBytes } = structLayout('settings')
  const view = bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (
    bytes === undefined ||
    view === undefined ||
    view.byteLength < sizeBytes ||
    view.getUint32(at.layout, true) !== layoutNumber()
  ) {
    const hint = 'Compile it again: node scripts/build-bpf.mjs'
    return err(new YaguraError('SENSOR', 'the compiled BPF object is of another version of the sensor', { hint }))
  }
  view.setUint32(at.hostMountNamespace, settings.hostMountNamespaces[0] ?? 0, true)
  view.setUint32(at.otherHostMountNamespace, settings.hostMountNamespaces[1] ?? 0, true)
  view.setUint32(at.hostPidNamespace, settings.hostPidNamespace, true)
  view.setUint32(at.generation, settings.generation, true)
  view.setBigUint64(at.bootEpochNs, settings.bootEpochNs, true)
  view.setBigUint64(at.repeatNs, BigInt(settings.repeatMs) * 1_000_000n, true)
  view.setBigUint64(at.bulkPerSecond, BigInt(settings.bulkPerSecond), true)
  view.setBigUint64(at.bulkBurst, BigInt(settings.bulkBurst), true)
  view.setBigUint64(at.hostTypes, settings.hostTypes, true)
  view.setBigUint64(at.containerTypes, settings.containerTypes, true)
  const tables = callTables(arch)
  for (let number = 0; number < COMPAT_OFFSET; number++) {
    bytes[at.callClasses + number] = classOfCall(tables.native.name(number) ?? '')
  }
  for (const hook of hooks) {
    for (const { slot, results } of callSlots(hook, tables)) {
      if (results !== 'failure') setBit(bytes, at.wantedCalls, slot % COMPAT_OFFSET)
      if (results !== 'success') setBit(bytes, at.wantedFailures, slot % COMPAT_OFFSET)
    }
  }
  return ok(undefined)
}

function setBit(bytes: Uint8Array, start: number, bit: number): void {
  const place = start + (bit >> 3)
  bytes[place] = (bytes[place] as number) | (1 << (bit & 7))
}

/** Why this hook does not load alone; undefined when it does. */
function refusalOf(bpf: Libbpf, options: LoadOptions, hook: Hook): string | undefined {
  const opened = openWith(bpf, options, [hook])
  if (!opened.ok) return opened.error.message
  const object = opened.value
  const programs = isOnCalls(hook) ? [hook.program, DISPATCHER] : [hook.program]
  const logs = programs.map((name) => object.program(name)?.captureLog())
  const loaded = object.load()
  const log = logs.map((said) => lastLine(said?.() ?? '')).find((line) => line !== '') ?? ''
  object.close()
  if (loaded.ok) return undefined
  return log === '' ? loaded.error.message : `${loaded.error.message} (${log})`
}

function lastLine(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => line !== '' && !/^(processed|verification time|stack depth)/.test(line))
  return (lines.at(-1) ?? '').slice(0, 300)
}

function attachAll(
  bpf: Libbpf,
  object: BpfObject,
  options: LoadOptions,
  wanted: readonly Hook[],
  refusals: ReadonlyMap<string, string>,
): LoadedObject {
  const links: BpfLink[] = []
  const watched = { links: [] as WatchedLink[], entries: [] as WatchedEntry[] }
  const { handover } = options
  const attach = (name: string): string | null => {
    const program = object.program(name)
    if (program === undefined) return 'the compiled BPF object does not have it'
    const link = isOfGroups(name) ? attachToRoot(program) : program.attach()
    if (!link.ok) return link.error.message
    if (isIterator(name)) {
      const done = link.value.iterate()
      link.value.destroy()
      return done.ok ? null : done.error.message
    }
    links.push(link.value)
    watched.links.push({ name: nameOf(name), programId: program.id(), info: link.value.info })
    handover?.pinLink(name, link.value)
    return null
  }
  const dispatcher = wanted.some((hook) => isOnCalls(hook) && !refusals.has(hook.name)) ? attach(DISPATCHER) : null
  const hooks = ALL_HOOKS.map((hook): SensorHook => {
    if (!wanted.includes(hook)) return { name: hook.name, state: 'off', reason: 'left out by configuration' }
    const reason =
      refusals.get(hook.name) ??
      (isOnCalls(hook)
        ? (dispatcher ?? enterCalls(bpf, object, hook, options.arch, watched.entries))
        : attach(hook.program))
    return { name: hook.name, state: reason === null ? 'attached' : 'missing', reason }
  })
  // the kernel empties a table of programs when nobody holds it any more
  const table = object.map('calls')
  if (table !== undefined) handover?.pinTable(table)
  return {
    hooks,
    watched,
    mapFd: (name) => object.map(name)?.fd() ?? -1,
    onDemandMissing(name) {
      const isWanted = wanted.some((hook) => hook.name === name)
      return refusals.get(name) ?? (isWanted ? undefined : 'left out by configuration')
    },
    attachOnDemand(name, cgroupFd) {
      const program = object.program(ALL_ON_DEMAND.find((hook) => hook.name === name)?.program ?? '')
      if (program === undefined) return err(new YaguraError('SENSOR', 'the compiled BPF object does not have it'))
      const link = cgroupFd === undefined ? program.attach() : program.attachCgroup(cgroupFd)
      if (!link.ok) return link
      const unpin = handover?.pinVerdict(name, link.value)
      const destroy = () => {
        unpin?.()
        link.value.destroy()
      }
      return ok({ ...link.value, name, programId: program.id(), destroy, leave: link.value.destroy })
    },
    close: () => {
      for (const link of links) link.destroy()
      object.close()
    },
  }
}

function isIterator(program: string): boolean {
  return ALL_HOOKS.some((hook) => hook.program === program && hook.isIterator === true)
}

function isOfGroups(program: string): boolean {
  return ALL_HOOKS.some((hook) => hook.program === program && hook.isOfGroups === true)
}

/** To the true root of cgroup2, not that of a control group namespace. */
function attachToRoot(program: BpfProgram): Result<BpfLink> {
  const root = rootOfCgroups()
  if (root === undefined) return err(new YaguraError('SENSOR', 'the root of cgroup2 is not to be seen from here'))
  const fd = openSync(root, 'r')
  const link = program.attachCgroup(fd)
  closeSync(fd)
  return link
}

/** The hook that a program is of; the dispatcher's own name is told as it is. */
function nameOf(program: string): string {
  return ALL_HOOKS.find((hook) => hook.program === program)?.name ?? program
}

/** Puts a program into the table of calls; null when all is well. */
function enterCalls(bpf: Libbpf, object: BpfObject, hook: Hook, arch: string, entries: WatchedEntry[]): string | null {
  const program = object.program(hook.program)
  const table = object.map('calls')
  const shapes = object.map('shapes')
  if (program === undefined || table === undefined || shapes === undefined) {
    return 'the compiled BPF object does not have it'
  }
  const slots = callSlots(hook, callTables(arch))
  if (slots.length === 0) return `its system calls are not known for ${arch}`
  const value = new Uint8Array(Uint32Array.of(program.fd()).buffer)
  const id = new Uint8Array(Uint32Array.of(program.id()).buffer)
  for (const { slot, shape } of slots) {
    const key = new Uint8Array(Uint32Array.of(slot).buffer)
    const shaped = bpf.update(shapes.fd(), key, shape)
    if (!shaped.ok) return shaped.error.message
    const updated = bpf.update(table.fd(), key, value)
    if (!updated.ok) return updated.error.message
    // a program goes in by its descriptor and is read back by its number
    entries.push({ name: hook.name, fd: table.fd(), key, value, expected: id })
    entries.push({ name: hook.name, fd: shapes.fd(), key, value: shape, expected: shape })
  }
  return null
}
