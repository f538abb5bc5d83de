// Enforcement by the BPF programs: scopes into maps, programs on and off, verdicts heard from the ring.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { RECORD_CONSTANTS as C, recordLayout } from '@yagura/schema/kernel-record'
import type { CallTables } from '../call/names.ts'
import type { CgroupResolver } from '../cgroup/resolver.ts'
import type { LoadedObject } from '../hook/load.ts'
import type { Libbpf } from '../native/libbpf.ts'
import { readCgroupPaths } from '../process/procfs.ts'
import type { ProcessTable } from '../process/table.ts'
import { callName } from '../record/call-name.ts'
import * as record from '../record/records.ts'
import { type Memory, readU32 } from '../ring/memory.ts'
import type { Control } from '../scope/control.ts'
import { scopeKeyBytes } from '../scope/scopes.ts'
import { createAttachments } from './attachments.ts'
import type { Enforcement, ScopeVerdicts, VerdictKind, VerdictNotice } from './enforcement.ts'
import { type PreparedScope, prepareScope, readCounts, removeLists, writeScope } from './verdict-maps.ts'

export interface BpfEnforcementOptions {
  readonly bpf: Libbpf
  readonly loaded: LoadedObject
  readonly control: Control
  readonly cgroups: CgroupResolver
  readonly processes: ProcessTable
  readonly calls: CallTables
  /** What a sensor before this one refused goes on until it is released. */
  readonly earlier: { readonly stands: () => boolean; readonly release: () => void }
}

export interface BpfEnforcement extends Enforcement {
  /** A verdict record was read. */
  heard(memory: Memory, at: number, length: number, bootEpochMs: number): void
  /** Names of what others took away of the verdicts that are in force; it is put back. */
  restore(): readonly string[]
  /**
   * With `keep` what is refused goes on without this process, where it can; without it only what has a time of its own at which it ends.
   * True when something goes on.
   */
  close(options: { readonly keep: boolean }): boolean
}

interface Scope {
  readonly verdicts: ScopeVerdicts
  readonly hierarchy: number
  readonly path: string
  readonly key: Uint8Array
  readonly prepared: PreparedScope
}

const { at: VERDICT, sizeBytes: VERDICT_BYTES } = recordLayout('verdict')
const KINDS: VerdictKind[] = []
KINDS[C.VERDICT_DENY_EXEC] = 'deny-exec'
KINDS[C.VERDICT_DENY_CONNECT] = 'deny-connect'
KINDS[C.VERDICT_QUARANTINE] = 'quarantine'
KINDS[C.VERDICT_KILL_CALL] = 'kill-call'
KINDS[C.VERDICT_DOOMED] = 'doomed'
KINDS[C.VERDICT_DENY_OPEN] = 'deny-open'
KINDS[C.VERDICT_DENY_SOCKET] = 'deny-socket'

export function createBpfEnforcement(options: BpfEnforcementOptions): BpfEnforcement {
  const { bpf, loaded, control, cgroups, processes, calls, earlier } = options
  const attachments = createAttachments(loaded)
  const fds = {
    verdicts: loaded.mapFd('verdicts'),
    files: loaded.mapFd('denied_files'),
    peers: loaded.mapFd('peers'),
    names: loaded.mapFd('denied_names'),
  }
  const scopes = new Map<string, Scope>()
  let nextSlot = 1
  let handle: (notice: VerdictNotice) => void = () => {}

  function settle(): Result<undefined> {
    const settled = attachments.settle([...scopes.values()])
    control.set({ verdictScopes: scopes.size + (earlier.stands() ? 1 : 0) })
    return settled
  }

  function drop(cgroupId: string, scope: Scope): void {
    scopes.delete(cgroupId)
    bpf.remove(fds.verdicts, scope.key)
    removeLists(bpf, fds, scope.prepared)
  }

  const idOf = (scope: Scope) => [...scopes].find(([, each]) => each === scope)?.[0] ?? ''

  return {
    abilities: () => attachments.abilities(),
    setScope(cgroupId, verdicts) {
      const group = cgroups.find(cgroupId)
      if (group === undefined) return refused(`The control group ${cgroupId} is not known.`)
      const { hierarchy, entry } = group
      if (entry.path === '/' || entry.path === '') return refused('A scope is never the root of a hierarchy.')
      if (holdsThisProcess(hierarchy, entry.path)) return refused('A scope never holds the sensor itself.')
      const prepared = prepareScope(verdicts, nextSlot++, calls)
      if (!prepared.ok) return prepared
      const before = scopes.get(cgroupId)
      const key = scopeKeyBytes(hierarchy, Number(cgroupId))
      const scope = { verdicts, hierarchy, path: entry.path, key, prepared: prepared.value }
      scopes.set(cgroupId, scope)
      // programs first: they find nothing until the scope is written
      const done = settle()
      const written = done.ok ? writeScope(bpf, fds, key, prepared.value) : done
      if (!written.ok) {
        removeLists(bpf, fds, prepared.value)
        if (before === undefined) scopes.delete(cgroupId)
        else scopes.set(cgroupId, before)
        settle()
        return written
      }
      if (before !== undefined) removeLists(bpf, fds, before.prepared)
      return ok(undefined)
    },
    clearScope(cgroupId) {
      const scope = scopes.get(cgroupId)
      if (scope !== undefined) drop(cgroupId, scope)
      return settle()
    },
    clearAll() {
      for (const [cgroupId, scope] of [...scopes]) drop(cgroupId, scope)
      settle()
    },
    scopes: () => new Map([...scopes].map(([cgroupId, { verdicts }]) => [cgroupId, verdicts])),
    counts(cgroupId) {
      const scope = scopes.get(cgroupId)
      return scope === undefined ? null : readCounts(bpf, fds, scope.key)
    },
    onVerdict(handler) {
      handle = handler
    },
    heard(memory, at, length, bootEpochMs) {
      const pid = record.pid(memory, at)
      const process = processes.find(pid, record.startNs(memory, at), record.parentPid(memory, at))
      const group = cgroups.resolve(record.cgroupId(memory, at), record.cgroupV1Id(memory, at), pid)
      const kind = KINDS[readU32(memory, at + VERDICT.kind)]
      if (kind === undefined) return
      handle({
        kind,
        at: new Date(bootEpochMs + record.timeNs(memory, at) / 1e6).toISOString(),
        pid,
        startNs: process.startNs,
        exe: process.exe,
        cgroupId: group.id,
        containerId: group.containerId,
        object: objectOf(kind, memory, at, length),
      })
    },
    restore() {
      const gone = new Set(attachments.takeDetached())
      for (const scope of scopes.values()) {
        if (readCounts(bpf, fds, scope.key) !== null) continue
        // a group that is gone takes its scope with it
        if (cgroups.find(idOf(scope)) === undefined) continue
        gone.add('verdicts')
        writeScope(bpf, fds, scope.key, scope.prepared)
      }
      if (gone.size > 0) settle()
      return [...gone]
    },
    releaseEarlier() {
      if (!earlier.stands()) return
      earlier.release()
      settle()
    },
    close({ keep }) {
      if (!keep) {
        for (const [cgroupId, scope] of [...scopes]) {
          const { lasts } = scope.verdicts
          if (lasts === undefined || lasts.untilMs === null || lasts.whileKept) drop(cgroupId, scope)
        }
        settle()
      }
      const goesOn = scopes.size > 0
      attachments.close()
      scopes.clear()
      return goesOn
    },
  }

  function objectOf(kind: VerdictKind, memory: Memory, at: number, length: number): string {
    const number = readU32(memory, at + VERDICT.number)
    const size = readU32(memory, at + VERDICT.pathSize)
    if (kind === 'deny-socket' && number === 1)
      return `@${record.textAt(memory, at + VERDICT_BYTES, size, at + length)}`
    // by name: what the caller gave, and behind it the directory that it is relative to
    if (kind === 'deny-open' && number > 0) {
      const given = record.textAt(memory, at + VERDICT_BYTES, number, at + length)
      const base = record.pathAt(memory, at + VERDICT_BYTES + number, size, at + length, record.flagsOf(memory, at))
      return size === 0 ? given : `${base === '/' ? '' : base}/${given}`
    }
    if (kind === 'deny-exec' || kind === 'deny-open' || kind === 'deny-socket') {
      return record.pathAt(memory, at + VERDICT_BYTES, size, at + length, record.flagsOf(memory, at))
    }
    if (kind === 'kill-call' || kind === 'doomed') return callName(calls, number)
    const address = record.addressOf(memory, at + VERDICT.object, readU32(memory, at + VERDICT.family))
    return address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`
  }
}

function holdsThisProcess(hierarchy: number, path: string): boolean {
  const own = readCgroupPaths(process.pid)
  const ownPath = hierarchy === C.HIERARCHY_V1_PIDS ? own?.v1Pids : own?.v2
  return ownPath === path || ownPath?.startsWith(`${path}/`) === true
}

function refused(message: string): Result<never> {
  return err(new YaguraError('SENSOR', message))
}
