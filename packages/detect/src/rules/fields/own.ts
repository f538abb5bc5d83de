// Our own fields: where a program and a file really lie, what flows through the standard descriptors, tags, peers, rarity.
import type { FieldValue } from '@yagura/lang'
import type { Descriptor, KernelEvent } from '@yagura/schema'
import type { RuleContext } from '../../contract/context.ts'
import { TAGS, type TagMask } from '../../contract/tags.ts'
import type { PathClasses } from '../path-class.ts'
import { everywhere, ofEvents, type RuleFields, withArgument } from './field.ts'
import { pathOf } from './file.ts'
import { network } from './network.ts'
import { peerKind } from './peer.ts'
import { actorOf, ancestorOf, environmentOf } from './processes.ts'
import { entropyBits, longestLabel } from './randomness.ts'
import { baseName, directoryOf } from './text.ts'

/** Fields whose values are bits of a mask: tests of them are made faster (see compile/masks.ts). */
export const TAG_FIELDS = {
  'proc.tag': (_event: KernelEvent, context) => actorOf(context).tags,
  'file.tag': (_event: KernelEvent, context) => context.objectTags,
  'parent.tag': (_event: KernelEvent, context) => context.ancestor(0)?.tags ?? 0,
} as const satisfies Readonly<Record<string, MaskReader>>

type MaskReader = (event: KernelEvent, context: RuleContext) => TagMask

export const CLASS_FIELDS = {
  'file.class': (event: KernelEvent) => (event.type === 'exec' ? event.exe : pathOf(event)),
  'file.newclass': (event: KernelEvent) => ('newPath' in event ? event.newPath : undefined),
} as const

function tagNames(mask: TagMask): string[] {
  return TAGS.filter((_, index) => (mask & (1 << index)) !== 0)
}

function descriptors(event: KernelEvent, kept: readonly Descriptor[]): readonly Descriptor[] {
  return event.type === 'exec' && event.stdio ? event.stdio : kept
}

function stdio(number: number) {
  return everywhere(
    { type: 'string' },
    ({ event, context }) => descriptors(event, actorOf(context).stdio)[number]?.kind,
  )
}

function networkDescriptor(event: KernelEvent, kept: readonly Descriptor[]): Descriptor | undefined {
  if (event.type === 'stdio' && event.target.kind === 'socket') return event.target
  return descriptors(event, kept).find(({ kind, remoteAddress }) => kind === 'socket' && remoteAddress !== undefined)
}

function pathField(read: (path: string) => string) {
  return everywhere({ type: 'string', cost: 2 }, ({ event }) => {
    const path = pathOf(event)
    return path === undefined ? undefined : read(path)
  })
}

function targetOf(event: KernelEvent) {
  return event.type === 'kill' || event.type === 'trace' ? event : undefined
}

/** Where the process that was reached into lives, seen from the one that did it. */
function whereIs(event: KernelEvent): string | undefined {
  const target = targetOf(event)
  if (!target) return undefined
  if (target.targetPid === event.pid) return 'self'
  // A group of processes, or one that ended before it could be looked at.
  if (target.targetExe === '') return undefined
  // No process by that number: a group, as kill(0) means, or one that has ended. Both are of the caller's own namespace.
  if (target.targetPid <= 0 || target.targetContainerId === event.containerId) return 'same'
  return target.targetContainerId === null ? 'host' : 'other'
}

const DURATION = /^(\d{1,6})(ms|s|m|h)?$/
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `10s` → 10 000; undefined for what is no time. */
export function durationMs(text: string): number | undefined {
  const [, digits, unit = 's'] = DURATION.exec(text.trim()) ?? []
  return digits === undefined ? undefined : Number(digits) * (UNIT_MS[unit] ?? 1000)
}

export function ownFields(classes: PathClasses): RuleFields {
  return {
    'proc.tag': everywhere({ type: 'several', cost: 1 }, ({ context }) => tagNames(actorOf(context).tags)),
    'file.tag': everywhere({ type: 'several', cost: 1 }, ({ context }) => tagNames(context.objectTags)),
    'parent.tag': everywhere({ type: 'several', cost: 2 }, ({ context }) => tagNames(context.ancestor(0)?.tags ?? 0)),
    ...Object.fromEntries(
      Object.entries(CLASS_FIELDS).map(([name, path]) => [
        name,
        {
          ...everywhere({ type: 'several', cost: 1 }, ({ event }) => classNames(classes, path(event))),
          values: classes.names,
        },
      ]),
    ),
    'in.container': everywhere({ type: 'boolean' }, ({ event }) => event.containerId !== null),
    'container.known': everywhere({ type: 'boolean' }, ({ context }) => context.container !== null),
    'container.age': everywhere({ type: 'number' }, ({ context }) =>
      context.containerAgeMs === null ? null : context.containerAgeMs / 1000,
    ),
    'edge.rarity': everywhere({ type: 'number' }, ({ context }) => context.rarity01),
    learning: everywhere({ type: 'boolean' }, ({ context }) => context.learning),
    'peer.expected': everywhere({ type: 'boolean' }, ({ context }) => context.expected),
    expected: everywhere({ type: 'boolean' }, ({ context }) => context.expected),
    count: withArgument({ type: 'number', cost: 60 }, (argument = '') => {
      const [what = '', within = ''] = argument.split(',').map((part) => part.trim())
      const withinMs = durationMs(within)
      return withinMs === undefined ? undefined : ({ context }) => context.count(what, withinMs)
    }),
    ...processFields,
    ...fileFields,
    ...peerFields,
    ...kernelFields,
  }
}

function classNames(classes: PathClasses, path: string | undefined): FieldValue {
  if (path === undefined) return undefined
  const { low, high } = classes.maskOf(path)
  return classes.names.filter((_, index) => ((index < 32 ? low >>> index : high >>> (index - 32)) & 1) === 1)
}

const processFields: RuleFields = {
  'exe.layer': everywhere({ type: 'string', cost: 1 }, ({ event, context }) =>
    event.type === 'exec' ? (event.exeLayer ?? actorOf(context).exeLayer) : actorOf(context).exeLayer,
  ),
  'exe.path': everywhere({ type: 'string' }, ({ event }) => event.exe),
  'exe.name': everywhere({ type: 'string', cost: 2 }, ({ event }) => baseName(event.exe)),
  'exe.directory': everywhere({ type: 'string', cost: 2 }, ({ event }) => directoryOf(event.exe)),
  'exe.unlinked': ofEvents({ type: 'boolean' }, { exec: (event) => event.exeUnlinked }),
  'exec.injected': ofEvents({ type: 'boolean' }, { exec: (event) => event.injected }),
  'exec.argc': ofEvents({ type: 'number' }, { exec: (event) => event.args.length }),
  'exec.real_uid': ofEvents({ type: 'number' }, { exec: (event) => event.realUid }),
  'proc.terminal': everywhere({ type: 'boolean' }, ({ event, context }) =>
    event.type === 'exec' ? (event.terminal ?? actorOf(context).terminal) : actorOf(context).terminal,
  ),
  'proc.init': everywhere({ type: 'boolean' }, ({ context }) => actorOf(context).isContainerInit),
  'parent.init': everywhere({ type: 'boolean' }, ({ context }) => context.ancestor(0)?.isContainerInit ?? false),
  'parent.layer': everywhere({ type: 'string' }, ({ context }) => context.ancestor(0)?.exeLayer),
  'parent.name': everywhere({ type: 'string', cost: 3 }, (subject) => {
    const parent = ancestorOf(subject, 0)
    return parent && baseName(parent.exe)
  }),
  'ancestor.name': everywhere({ type: 'several', cost: 8 }, (subject) => {
    const names: string[] = []
    for (let depth = 0; depth < 8; depth += 1) {
      const one = ancestorOf(subject, depth)
      if (!one) break
      names.push(baseName(one.exe))
    }
    return names
  }),
  env: withArgument({ type: 'string', cost: 4 }, (name = '') => environmentOf(name)),
  'stdio.in': stdio(0),
  'stdio.out': stdio(1),
  'stdio.err': stdio(2),
  'stdio.remote': everywhere(
    { type: 'address', cost: 5 },
    ({ event, context }) => networkDescriptor(event, actorOf(context).stdio)?.remoteAddress,
  ),
  'stdio.port': everywhere(
    { type: 'number', cost: 5 },
    ({ event, context }) => networkDescriptor(event, actorOf(context).stdio)?.remotePort,
  ),
  'stdio.peer': everywhere({ type: 'string', cost: 5 }, ({ event, context }) => {
    const address = networkDescriptor(event, actorOf(context).stdio)?.remoteAddress
    return address === undefined ? undefined : peerKind(address)
  }),
}

const fileFields: RuleFields = {
  'file.path': pathField((path) => path),
  'file.name': pathField(baseName),
  'file.directory': pathField(directoryOf),
  'file.newpath': everywhere({ type: 'string', cost: 2 }, ({ event }) =>
    'newPath' in event ? event.newPath : undefined,
  ),
  'file.layer': everywhere({ type: 'string', cost: 1 }, ({ event }) => ('layer' in event ? event.layer : undefined)),
  'file.inode': everywhere({ type: 'string' }, ({ event }) => ('inode' in event ? event.inode : undefined)),
  'open.write': ofEvents({ type: 'boolean' }, { open: (event) => (event.flags & 3) !== 0 || event.created }),
  'open.read': ofEvents({ type: 'boolean' }, { open: (event) => (event.flags & 3) !== 1 }),
  'open.create': ofEvents({ type: 'boolean' }, { open: (event) => event.created }),
  'open.truncate': ofEvents({ type: 'boolean' }, { open: (event) => (event.flags & 0o1000) !== 0 }),
  'open.append': ofEvents({ type: 'boolean' }, { open: (event) => (event.flags & 0o2000) !== 0 }),
  'link.symbolic': ofEvents({ type: 'boolean' }, { link: (event) => event.symbolic }),
  'unlink.directory': ofEvents({ type: 'boolean' }, { unlink: (event) => event.directory }),
  'chmod.setuid': ofEvents({ type: 'boolean' }, { chmod: (event) => (event.mode & 0o6000) !== 0 }),
  'chmod.exec': ofEvents({ type: 'boolean' }, { chmod: (event) => (event.mode & 0o111) !== 0 }),
  'chmod.world': ofEvents({ type: 'boolean' }, { chmod: (event) => (event.mode & 0o002) !== 0 }),
  'chown.uid': ofEvents({ type: 'number' }, { chown: (event) => event.newUid }),
  'mknod.block': ofEvents({ type: 'boolean' }, { mknod: (event) => (event.mode & 0o170_000) === 0o060_000 }),
  'mknod.char': ofEvents({ type: 'boolean' }, { mknod: (event) => (event.mode & 0o170_000) === 0o020_000 }),
  'mknod.major': ofEvents({ type: 'number' }, { mknod: (event) => event.major }),
  'mknod.minor': ofEvents({ type: 'number' }, { mknod: (event) => event.minor }),
  'attribute.immutable': ofEvents({ type: 'boolean' }, { attribute: (event) => (event.flags & 0x10) !== 0 }),
  'attribute.append': ofEvents({ type: 'boolean' }, { attribute: (event) => (event.flags & 0x20) !== 0 }),
  'map.exec': ofEvents({ type: 'boolean' }, { map: (event) => (event.protection & 4) !== 0 }),
  'map.write': ofEvents({ type: 'boolean' }, { map: (event) => (event.protection & 2) !== 0 }),
  'mount.action': ofEvents({ type: 'string' }, { mount: (event) => event.action }),
  'mount.filesystem': ofEvents({ type: 'string' }, { mount: (event) => event.filesystem }),
  'mount.source': ofEvents({ type: 'string' }, { mount: (event) => event.sourcePath }),
  'mount.bind': ofEvents({ type: 'boolean' }, { mount: (event) => (Number(event.flags) & 4096) !== 0 }),
}

const peerFields: RuleFields = {
  'peer.address': network({ type: 'address', cost: 8 }, (event) => event.remoteAddress),
  /** Who is at the other end, for sentences. */
  'peer.name': network({ type: 'string', cost: 8 }, (event) =>
    event.remoteAddress.includes(':')
      ? `[${event.remoteAddress}]:${event.remotePort}`
      : `${event.remoteAddress}:${event.remotePort}`,
  ),
  'peer.port': network({ type: 'number' }, (event) => event.remotePort),
  'peer.kind': network({ type: 'string', cost: 4 }, (event) => peerKind(event.remoteAddress)),
  'dns.name': ofEvents({ type: 'string' }, { dns: (event) => event.name }),
  'dns.type': ofEvents({ type: 'string' }, { dns: (event) => event.queryType }),
  'dns.label': ofEvents({ type: 'number', cost: 6 }, { dns: (event) => longestLabel(event.name).length }),
  'dns.entropy': ofEvents({ type: 'number', cost: 30 }, { dns: (event) => entropyBits(longestLabel(event.name)) }),
  'dns.length': ofEvents({ type: 'number' }, { dns: (event) => event.name.length }),
  'protocol.name': ofEvents({ type: 'string' }, { protocol: (event) => event.name }),
  'protocol.detail': ofEvents({ type: 'string' }, { protocol: (event) => event.detail }),
  'protocol.direction': ofEvents({ type: 'string' }, { protocol: (event) => event.direction }),
  'traffic.sent': ofEvents({ type: 'number' }, { traffic: (event) => event.sentBytes }),
  'traffic.received': ofEvents({ type: 'number' }, { traffic: (event) => event.receivedBytes }),
  'socket.domain': ofEvents({ type: 'string' }, { socket: (event) => event.domain }),
  'socket.type': ofEvents({ type: 'number' }, { socket: (event) => event.socketType }),
  'socket.protocol': ofEvents({ type: 'number' }, { socket: (event) => event.protocolNumber }),
}

const kernelFields: RuleFields = {
  'call.name': ofEvents({ type: 'string' }, { call: (event) => event.call }),
  'call.detail': ofEvents({ type: 'string' }, { call: (event) => event.detail }),
  'call.compat': ofEvents({ type: 'boolean' }, { call: (event) => event.compat }),
  'call.number': {
    type: 'string',
    argument: 'needed',
    reads: (type, argument) => {
      const index = Number(argument)
      return type === 'call' ? ({ event }) => (event.type === 'call' ? event.numbers[index] : undefined) : undefined
    },
  },
  'namespace.action': ofEvents({ type: 'string' }, { namespace: (event) => event.action }),
  'namespace.kind': ofEvents({ type: 'several' }, { namespace: (event) => event.kinds }),
  'namespace.pid': ofEvents({ type: 'number' }, { namespace: (event) => event.targetPid }),
  'target.pid': everywhere({ type: 'number' }, ({ event }) => targetOf(event)?.targetPid),
  'target.exe': everywhere({ type: 'string' }, ({ event }) => targetOf(event)?.targetExe),
  'target.name': everywhere({ type: 'string' }, ({ event }) => {
    const exe = targetOf(event)?.targetExe
    return exe === undefined ? undefined : baseName(exe)
  }),
  'target.where': everywhere({ type: 'string' }, ({ event }) => whereIs(event)),
  'kill.signal': ofEvents({ type: 'number' }, { kill: (event) => event.signal }),
  'trace.action': ofEvents({ type: 'string' }, { trace: (event) => event.action }),
  'trace.call': ofEvents({ type: 'string' }, { trace: (event) => event.call }),
  'credential.call': ofEvents({ type: 'string' }, { credential: (event) => event.call }),
  'credential.rises': ofEvents(
    { type: 'boolean' },
    { credential: (event) => event.oldUid !== 0 && event.newUid === 0 },
  ),
  'credential.old_uid': ofEvents({ type: 'number' }, { credential: (event) => event.oldUid }),
  'credential.new_uid': ofEvents({ type: 'number' }, { credential: (event) => event.newUid }),
  'credential.gained': ofEvents({ type: 'boolean' }, { credential: (event) => event.gainedCapabilities !== '0' }),
  'capability.name': ofEvents({ type: 'string' }, { capability: (event) => event.capability }),
  'capability.allowed': ofEvents({ type: 'boolean' }, { capability: (event) => event.allowed }),
  'sequence.automaton': ofEvents({ type: 'string' }, { sequence: (event) => event.automaton }),
  'sequence.score': ofEvents({ type: 'number' }, { sequence: (event) => event.score }),
  'exit.code': ofEvents({ type: 'number' }, { exit: (event) => event.exitCode }),
  'exit.signal': ofEvents({ type: 'number' }, { exit: (event) => event.signal }),
}
