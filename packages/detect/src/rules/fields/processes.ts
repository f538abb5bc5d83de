// proc.*, thread.*: the process of the event and those above it. Names are Falco's (falco.org, supported fields).
import type { ProcessView, RuleContext } from '../../contract/context.ts'
import type { Subject } from '../subject.ts'
import { everywhere, ofEvents, type Read, type RuleFields, unfilled, withArgument } from './field.ts'
import { capabilityNames } from './numbers.ts'
import { baseName } from './text.ts'

const MAX_ANCESTORS = 16

interface Ancestor {
  readonly exe: string
  readonly command: string
  readonly args: readonly string[]
  readonly pid: number
}

/** The process of the event, after what the event did to it. */
export function actorOf({ process }: RuleContext): ProcessView {
  return process
}

/** The engine's memory, or else what the event itself says. */
export function ancestorOf({ event, context }: Subject, depth: number): Ancestor | undefined {
  const known = context.ancestor(depth)
  if (known) return known
  const told = event.ancestry[depth]
  return told && { exe: told.exe, command: baseName(told.exe), args: [], pid: told.pid }
}

function ancestors(subject: Subject): Ancestor[] {
  const found: Ancestor[] = []
  for (let depth = 0; depth < MAX_ANCESTORS; depth += 1) {
    const one = ancestorOf(subject, depth)
    if (!one) break
    found.push(one)
  }
  return found
}

function argsOf({ event, context }: Subject): readonly string[] {
  return event.type === 'exec' ? event.args : actorOf(context).args
}

function nameOf({ event }: Subject): string {
  return event.command || baseName(event.exe)
}

function commandLine(name: string, args: readonly string[]): string {
  return [name, ...args.slice(1)].join(' ')
}

/** `x[0]` is the process itself, `x[1]` its parent; without an argument all that are above it. */
function aboveField(own: Read, one: (ancestor: Ancestor) => string | number) {
  return withArgument({ type: 'several', argument: 'optional', cost: 6 }, (argument) => {
    if (argument === undefined) return (subject) => ancestors(subject).map((ancestor) => String(one(ancestor)))
    const depth = Number(argument)
    if (!Number.isInteger(depth) || depth < 0 || depth > MAX_ANCESTORS) return undefined
    if (depth === 0) return own
    return (subject) => {
      const ancestor = ancestorOf(subject, depth - 1)
      return ancestor && String(one(ancestor))
    }
  })
}

function parentField(type: 'string' | 'number', one: (ancestor: Ancestor) => string | number) {
  return everywhere({ type, cost: 3 }, (subject) => {
    const parent = ancestorOf(subject, 0)
    return parent && one(parent)
  })
}

function stdio(number: number, what: 'kind' | 'id') {
  return everywhere({ type: 'string' }, ({ context }) => actorOf(context).stdio[number]?.[what])
}

function isExecLayer(...layers: readonly string[]) {
  return everywhere({ type: 'boolean' }, ({ context }) => layers.includes(actorOf(context).exeLayer))
}

const environmentText: Read = ({ context }) => actorOf(context).environment.join(' ')

const exeOf: Read = (subject) => argsOf(subject)[0]
const lineOf: Read = (subject) => commandLine(nameOf(subject), argsOf(subject))

export const processFields: RuleFields = {
  'proc.name': everywhere({ type: 'string' }, nameOf),
  'proc.exe': everywhere({ type: 'string' }, exeOf),
  'proc.exepath': everywhere({ type: 'string' }, ({ event }) => event.exe),
  'proc.args': everywhere({ type: 'string', cost: 8 }, (subject) => argsOf(subject).slice(1).join(' ')),
  'proc.nargs': everywhere({ type: 'number' }, (subject) => Math.max(0, argsOf(subject).length - 1)),
  'proc.cmdline': everywhere({ type: 'string', cost: 8 }, lineOf),
  'proc.cmdnargs': everywhere({ type: 'number' }, (subject) => Math.max(0, argsOf(subject).length - 1)),
  'proc.cmdlenargs': everywhere({ type: 'number', cost: 8 }, (subject) => argsOf(subject).slice(1).join('').length),
  'proc.exeline': everywhere({ type: 'string', cost: 8 }, (subject) => argsOf(subject).join(' ')),
  'proc.arg': withArgument({ type: 'string' }, (argument) => {
    const index = Number(argument)
    return Number.isInteger(index) ? (subject) => argsOf(subject)[index] : undefined
  }),
  'proc.argv': everywhere({ type: 'list', cost: 4 }, argsOf),
  'proc.pname': parentField('string', (parent) => parent.command || baseName(parent.exe)),
  'proc.pexe': parentField('string', (parent) => parent.args[0] ?? baseName(parent.exe)),
  'proc.pexepath': parentField('string', (parent) => parent.exe),
  'proc.pcmdline': parentField('string', (parent) => commandLine(parent.command || baseName(parent.exe), parent.args)),
  'proc.ppid': everywhere({ type: 'number' }, ({ event }) => event.parentPid),
  'proc.aname': aboveField(nameOf, (ancestor) => ancestor.command || baseName(ancestor.exe)),
  'proc.aexe': aboveField(exeOf, (ancestor) => ancestor.args[0] ?? baseName(ancestor.exe)),
  'proc.aexepath': aboveField(
    ({ event }) => event.exe,
    (ancestor) => ancestor.exe,
  ),
  'proc.acmdline': aboveField(lineOf, (ancestor) => commandLine(ancestor.command, ancestor.args)),
  'proc.apid': aboveField(
    ({ event }) => String(event.pid),
    (ancestor) => ancestor.pid,
  ),
  'proc.pid': everywhere({ type: 'number' }, ({ event }) => event.pid),
  'proc.vpid': everywhere({ type: 'number' }, ({ event, context }) =>
    actorOf(context).isContainerInit ? 1 : event.pid,
  ),
  'proc.cwd': everywhere({ type: 'string' }, ({ context }) => actorOf(context).cwd),
  'proc.tty': everywhere({ type: 'number' }, ({ context }) => (actorOf(context).terminal ? 34_816 : 0)),
  'proc.sid': ofEvents({ type: 'number' }, { exec: (event) => event.sessionId }),
  'proc.is_sid_leader': ofEvents({ type: 'boolean' }, { exec: (event) => event.sessionId === event.pid }),
  'proc.is_exe_upper_layer': isExecLayer('upper'),
  'proc.is_exe_lower_layer': isExecLayer('image'),
  'proc.is_exe_from_memfd': isExecLayer('memory'),
  'proc.is_exe_writable': isExecLayer('upper', 'tmpfs'),
  'proc.exe_ino': everywhere({ type: 'number' }, ({ context }) => Number(actorOf(context).exeInode)),
  'proc.env': withArgument({ type: 'string', argument: 'optional', cost: 4 }, (name) =>
    name === undefined ? environmentText : environmentOf(name),
  ),
  'proc.stdin.type': stdio(0, 'kind'),
  'proc.stdout.type': stdio(1, 'kind'),
  'proc.stderr.type': stdio(2, 'kind'),
  'proc.stdin.name': stdio(0, 'id'),
  'proc.stdout.name': stdio(1, 'id'),
  'proc.stderr.name': stdio(2, 'id'),
  'thread.tid': everywhere({ type: 'number' }, ({ event }) => event.tid),
  'thread.vtid': everywhere({ type: 'number' }, ({ event }) => event.tid),
  'thread.ismain': everywhere({ type: 'boolean' }, ({ event }) => event.tid === event.pid),
  'thread.cap_effective': ofEvents({ type: 'string', cost: 8 }, { exec: (event) => names(event.capabilities) }),
  'thread.cap_permitted': ofEvents({ type: 'string', cost: 8 }, { exec: (event) => names(event.capabilities) }),
  'thread.cap_inheritable': unfilled(),
  ...Object.fromEntries(
    [
      'proc.duration',
      'proc.ppid.duration',
      'proc.pid.ts',
      'proc.ppid.ts',
      'proc.exe_ino.ctime',
      'proc.exe_ino.mtime',
      'proc.exe_ino.ctime_duration_proc_start',
      'proc.exe_ino.ctime_duration_pidns_start',
      'proc.nchilds',
      'proc.nthreads',
      'proc.pgid',
      'proc.vpgid',
      'proc.loginshellid',
      'proc.fdopencount',
      'proc.fdlimit',
      'proc.fdusage',
      'proc.vmsize',
      'proc.vmrss',
      'proc.vmswap',
      'thread.pfmajor',
      'thread.pfminor',
      'thread.vmsize',
      'thread.vmrss',
      'thread.exectime',
      'thread.totexectime',
      'thread.cpu',
      'proc.pvpid',
      'proc.ptgid',
      'proc.group_pid',
    ].map((name) => [name, unfilled('number')]),
  ),
  ...Object.fromEntries(
    [
      'proc.sname',
      'proc.sexe',
      'proc.sexepath',
      'proc.vpgid.name',
      'proc.vpgid.exe',
      'proc.vpgid.exepath',
      'proc.pgid.name',
      'proc.pgid.exe',
      'proc.pgid.exepath',
      'proc.aenv',
      'proc.fanme',
      'proc.cmdline.hash',
      'thread.cgroup',
      'thread.cgroups',
    ].map((name) => [name, unfilled()]),
  ),
  'proc.is_vpgid_leader': unfilled('boolean'),
  'proc.is_pgid_leader': unfilled('boolean'),
  'proc.is_container_healthcheck': unfilled('boolean'),
  'proc.is_container_liveness_probe': unfilled('boolean'),
  'proc.is_container_readiness_probe': unfilled('boolean'),
}

export function environmentOf(name: string): Read {
  const prefix = `${name}=`
  return ({ context }) => environmentValue(context, prefix)
}

function environmentValue({ process }: RuleContext, prefix: string): string | undefined {
  const { environment } = process
  for (const one of environment) if (one.startsWith(prefix)) return one.slice(prefix.length)
  return undefined
}

function names(capabilities: string | undefined): string | undefined {
  return capabilities === undefined ? undefined : capabilityNames(capabilities).join(' ')
}
