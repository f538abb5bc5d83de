// Attaches the programs that refuse when the first scope asks for them, and takes them away with the last one. Programs of
// a control group hang at that group itself, so that no packet of any other ever meets them; only where a container lives in
// a v1 hierarchy, which carries no network programs, they hang at the root of cgroup2 and look the process up.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { RECORD_CONSTANTS } from '@yagura/schema/kernel-record'
import { cgroupMounts } from '../cgroup/hierarchies.ts'
import type { OnDemandName } from '../hook/hooks.ts'
import { isIntact } from '../hook/integrity.ts'
import type { LoadedObject, OnDemandLink } from '../hook/load.ts'
import type { EnforcementAbility, ScopeVerdicts, VerdictKind } from './enforcement.ts'

const CONNECT: readonly OnDemandName[] = ['deny-connect4', 'deny-connect6', 'deny-sendmsg4', 'deny-sendmsg6']
const PACKETS: readonly OnDemandName[] = ['drop-egress', 'drop-ingress']
const { HIERARCHY_V2 } = RECORD_CONSTANTS

export interface Attachments {
  abilities(): readonly EnforcementAbility[]
  /** Attaches what the scopes need and detaches what none needs; by control group. */
  settle(scopes: readonly AttachedScope[]): Result<undefined>
  /** Names of programs that were detached by others; they are attached again by the next `settle`. */
  takeDetached(): readonly string[]
  /** What still stands goes on where it outlives this process. */
  close(): void
}

export interface AttachedScope {
  readonly hierarchy: number
  readonly path: string
  readonly verdicts: ScopeVerdicts
}

export function createAttachments(loaded: LoadedObject): Attachments {
  /** `<program> <group>`, the group empty for programs that are not of one. */
  const links = new Map<string, OnDemandLink>()

  function execProgram(): OnDemandName {
    return loaded.onDemandMissing('deny-prepare-exec') === undefined ? 'deny-prepare-exec' : 'deny-process-exec'
  }

  function programsOf(verdicts: ScopeVerdicts): readonly { name: OnDemandName; isOfGroup: boolean }[] {
    const plain: OnDemandName[] = []
    if (verdicts.denyExec !== undefined) plain.push(execProgram())
    if (verdicts.denyExec?.mappings === true) plain.push('deny-mapping')
    if (verdicts.denyOpen !== undefined || verdicts.denyExec?.scripts === true) plain.push('deny-open')
    // kernels before 5.17 judge opens alone
    if (verdicts.denyOpen !== undefined && loaded.onDemandMissing('deny-name') === undefined) plain.push('deny-name')
    if (verdicts.denySockets !== undefined) {
      plain.push('deny-socket')
      // kernels without io_uring have no way round through it
      if (loaded.onDemandMissing('deny-socket-ring') === undefined) plain.push('deny-socket-ring')
    }
    if (verdicts.doomed === true || (verdicts.killCalls?.length ?? 0) > 0) plain.push('kill-call')
    const ofGroup: OnDemandName[] = []
    if (verdicts.denyConnect !== undefined || verdicts.quarantine === true) ofGroup.push(...CONNECT)
    if (verdicts.quarantine === true) ofGroup.push(...PACKETS)
    return [...plain.map((name) => ({ name, isOfGroup: false })), ...ofGroup.map((name) => ({ name, isOfGroup: true }))]
  }

  function attach(name: OnDemandName, directory: string): Result<OnDemandLink> {
    const missing = loaded.onDemandMissing(name)
    if (missing !== undefined) return err(new YaguraError('SENSOR', `This kernel cannot do it: ${missing}.`))
    if (directory === '') return loaded.attachOnDemand(name)
    let fd: number
    try {
      fd = openSync(directory, 'r')
    } catch (cause) {
      return err(new YaguraError('SENSOR', `The control group ${directory} cannot be opened.`, { cause }))
    }
    const link = loaded.attachOnDemand(name, fd)
    closeSync(fd)
    return link
  }

  return {
    abilities() {
      return ABILITIES.map(({ kind, programs, how }) => {
        const needed = kind === 'deny-exec' ? [execProgram()] : programs
        const missing = needed.map((name) => loaded.onDemandMissing(name)).find((reason) => reason !== undefined)
        return { kind, available: missing === undefined, how: missing === undefined ? how : `${missing}.` }
      })
    },
    settle(scopes) {
      const wanted = new Map<string, { name: OnDemandName; directory: string }>()
      for (const { hierarchy, path, verdicts } of scopes) {
        for (const { name, isOfGroup } of programsOf(verdicts)) {
          const directory = isOfGroup ? directoryOf(hierarchy, path) : ''
          wanted.set(`${name} ${directory}`, { name, directory })
        }
      }
      for (const [key, { name, directory }] of wanted) {
        if (links.has(key)) continue
        const link = attach(name, directory)
        if (!link.ok) return link
        links.set(key, link.value)
      }
      for (const [key, link] of links) {
        if (wanted.has(key)) continue
        link.destroy()
        links.delete(key)
      }
      return ok(undefined)
    },
    takeDetached() {
      const gone: string[] = []
      for (const [key, link] of links) {
        if (isIntact(link)) continue
        // a group that is removed takes its programs along
        const directory = key.slice(key.indexOf(' ') + 1)
        if (directory === '' || existsSync(directory)) gone.push(link.name)
        link.destroy()
        links.delete(key)
      }
      return gone
    },
    close() {
      for (const link of links.values()) link.leave()
      links.clear()
    },
  }
}

const ABILITIES: readonly { kind: VerdictKind; programs: readonly OnDemandName[]; how: string }[] = [
  {
    kind: 'deny-exec',
    programs: [],
    how: 'SIGKILL before the first instruction, decided on the file the kernel opened and the rights it gives.',
  },
  {
    kind: 'deny-open',
    programs: ['deny-open'],
    how: 'SIGKILL when the open returns, before a byte is read or written; a new file stays behind, empty. At the entrance of a rename, link or removal: too late to stop those that copy nothing.',
  },
  { kind: 'deny-connect', programs: CONNECT, how: 'EPERM before a packet leaves.' },
  {
    kind: 'deny-socket',
    programs: ['deny-socket'],
    how: 'SIGKILL when the connect to a unix socket returns, before a byte is sent.',
  },
  { kind: 'quarantine', programs: [...CONNECT, ...PACKETS], how: 'Packets are dropped, of standing connections too.' },
  {
    kind: 'kill-call',
    programs: ['kill-call'],
    how: 'SIGKILL at the entrance of the call; a call that changes things at once may still complete.',
  },
  { kind: 'doomed', programs: ['kill-call'], how: 'SIGKILL at the next system call of each process.' },
]

/** Where network programs of this group hang. */
function directoryOf(hierarchy: number, path: string): string {
  const mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
  const root = mounts.find((mount) => mount.hierarchy === HIERARCHY_V2)?.directory ?? '/sys/fs/cgroup'
  return hierarchy === HIERARCHY_V2 ? join(root, path) : root
}
