// What can be known of an event at a glance, for one small price: the program, the kind of its path, the tags of its process …
// The tests that such a glance decides are those of its fields; its key stands for all of their values.
import type { Comparison, Exists, Membership } from '@yagura/lang'
import type { EventOf, KernelEvent } from '@yagura/schema'
import { FILE_LAYERS } from '@yagura/schema'
import { createTextCache } from '../../text-cache.ts'
import { CLASS_FIELDS, TAG_FIELDS } from '../fields/own.ts'
import { type PeerKind, peerKind } from '../fields/peer.ts'
import { actorOf, ancestorOf } from '../fields/processes.ts'
import type { PathClasses } from '../path-class.ts'
import type { Subject } from '../subject.ts'

export interface Facet {
  /** Does the key decide this test? */
  readonly covers: (test: Test) => boolean
  /** Equal for two events of one kind: all tests that are covered come out alike. */
  readonly keyOf: (subject: Subject) => unknown
}

export type Test = Comparison | Membership | Exists

function fields(...names: readonly string[]): (test: Test) => boolean {
  const known = new Set(names)
  return (test) => known.has(test.field) && test.argument === undefined && !isAgainst(test)
}

function isAgainst(test: Test): boolean {
  return test.kind === 'comparison' && test.against !== undefined
}

const inContainer = fields('in.container')

/** `container.id != host`, as Falco's rules ask it. */
function asksForContainer(test: Test): boolean {
  if (inContainer(test)) return true
  if (test.field !== 'container.id' || test.transforms || test.kind !== 'comparison' || test.against) return false
  return test.value === 'host' && (test.operator === '=' || test.operator === '!=')
}

function resultOf(event: KernelEvent): number | undefined {
  return 'result' in event ? event.result : undefined
}

function layerOf(event: KernelEvent): string | undefined {
  return 'layer' in event ? event.layer : undefined
}

const PLACES = 32
/** Layer of the file and whether a container sees it, as one number. */
function placeOf({ layer, containerId }: EventOf<'open'>): number {
  const number = layer === undefined ? 0 : FILE_LAYERS.indexOf(layer) + 1
  return number * 2 + (containerId === null ? 1 : 0)
}

const OPEN_MODES = 32
/** Of the flags of open(2) those that rules ask for. */
function openMode({ flags, created }: EventOf<'open'>): number {
  return (flags & 3) | ((flags & 0o1000) >> 7) | ((flags & 0o2000) >> 7) | (created ? 16 : 0)
}

/** What is seen of an opened file at the first glance, as one number: nearly all opens are told apart by it and their program. */
function openKey(event: KernelEvent, classes: PathClasses): number {
  if (event.type !== 'open') return -1
  return (classes.maskOf(event.path).number * PLACES + placeOf(event)) * OPEN_MODES + openMode(event)
}

const PEER_KINDS: readonly PeerKind[] = ['none', 'loopback', 'metadata', 'link-local', 'multicast', 'private', 'public']
const PEERS_CACHED = 2048
const kindOfPeer = createTextCache(PEERS_CACHED, (address) => PEER_KINDS.indexOf(peerKind(address)))

/** Kind of the peer, its port, and whether a container speaks to it, as one number. */
function peerKey(event: KernelEvent): number {
  if (!('remoteAddress' in event)) return -1
  return (kindOfPeer(event.remoteAddress) * 65_536 + event.remotePort) * 2 + (event.containerId === null ? 1 : 0)
}

/** What sets the variants of one kind of event apart. */
function variantOf(event: KernelEvent): unknown {
  switch (event.type) {
    case 'exec':
      return (
        (event.injected ? 1 : event.injected === undefined ? 2 : 0) +
        (event.exeUnlinked ? 3 : event.exeUnlinked === undefined ? 6 : 0)
      )
    case 'kill':
      return event.signal
    case 'mount':
    case 'trace':
    case 'namespace':
      return event.action
    case 'call':
    case 'credential':
      return event.call
    case 'link':
      return event.symbolic
    case 'unlink':
      return event.directory
    case 'dns':
      return event.queryType
    case 'protocol':
      return event.name
    case 'capability':
      return event.capability
    case 'socket':
      return event.domain
    default:
      return undefined
  }
}

/** Fields that `variantOf` decides, by kind of event. */
const VARIANTS: Readonly<Record<string, (test: Test) => boolean>> = {
  exec: fields('exec.injected', 'exe.unlinked'),
  kill: fields('kill.signal'),
  mount: fields('mount.action', 'evt.type', 'syscall.type'),
  trace: fields('trace.action'),
  namespace: fields('namespace.action', 'evt.type', 'syscall.type'),
  call: fields('call.name', 'evt.type', 'syscall.type'),
  credential: fields('credential.call', 'evt.type', 'syscall.type'),
  link: fields('link.symbolic', 'evt.type', 'syscall.type'),
  unlink: fields('unlink.directory', 'evt.type', 'syscall.type'),
  dns: fields('dns.type'),
  protocol: fields('protocol.name'),
  capability: fields('capability.name'),
  socket: fields('socket.domain'),
}

const PROGRAM = ['exe.name', 'exe.path', 'exe.directory', 'exe.layer', 'proc.exepath', 'proc.name'] as const
const START = [
  ...['proc.args', 'proc.argv', 'proc.cmdline', 'proc.exe', 'proc.exeline'],
  ...['proc.nargs', 'proc.cmdnargs', 'proc.cmdlenargs', 'exec.argc', 'proc.cwd'],
] as const

function withArgument(names: readonly string[], others: (test: Test) => boolean): (test: Test) => boolean {
  return (test) => others(test) || (names.includes(test.field) && !isAgainst(test))
}

function exeLayerOf({ event, context }: Subject): string {
  return (event.type === 'exec' ? event.exeLayer : undefined) ?? actorOf(context).exeLayer
}

function stdioKind({ event, context }: Subject, number: number): unknown {
  const descriptors = event.type === 'exec' && event.stdio ? event.stdio : actorOf(context).stdio
  return descriptors[number]?.kind
}

/** The facet says nothing of this event: too long to be looked at. */
export const NO_KEY = Symbol('no key')
/** Combinations known by a key; then they are forgotten, and get others. */
const KEYS_MAX = 4096
/** Arguments, or variables, that a process began with: no more are compared. */
const LIST_MAX = 12
const TEXT_CHARS_MAX = 256

/** One key for a program under a name, and where its file lies: rules ask for the one or the other in one breath. */
function programKeys(): (subject: Subject) => number {
  const names = createPairs<string, string>()
  const keys = createPairs<number, string>()
  let lastExe: string | undefined
  let lastCommand: string | undefined
  let lastLayer: string | undefined
  let last = -1
  return (subject) => {
    const { exe, command } = subject.event
    const layer = exeLayerOf(subject)
    // mostly the one that acted just before
    if (exe === lastExe && command === lastCommand && layer === lastLayer) return last
    lastExe = exe
    lastCommand = command
    lastLayer = layer
    last = keys(names(exe, command), layer)
    return last
  }
}

/** One key for the program of the parent, and where its file lies. */
function parentKeys(): (subject: Subject) => number {
  const keys = createPairs<string | undefined, string | undefined>()
  return (subject) => keys(ancestorOf(subject, 0)?.exe, subject.context.ancestor(0)?.exeLayer)
}

/** The same with what it was started with. */
function imageKeys(): (subject: Subject) => unknown {
  const programs = programKeys()
  const argumentLists = createLists()
  const environments = createLists()
  const starts = createPairs<object, object>()
  const places = createPairs<number, string | null>()
  const keys = createPairs<number, number>()
  return (subject) => {
    const { event, context } = subject
    const actor = actorOf(context)
    const args = argumentLists(event.type === 'exec' ? event.args : actor.args)
    const environment = environments(actor.environment)
    if (args === undefined || environment === undefined) return NO_KEY
    return keys(places(starts(args, environment), actor.cwd), programs(subject))
  }
}

/** A number for each pair; never the same one for another pair, also where pairs were forgotten meanwhile. */
function createPairs<First, Second>(): (first: First, second: Second) => number {
  const known = new Map<First, Map<Second, number>>()
  let size = 0
  let number = 0
  return (first, second) => {
    let seconds = known.get(first)
    const before = seconds?.get(second)
    if (before !== undefined) return before
    if (size >= KEYS_MAX) {
      known.clear()
      seconds = undefined
      size = 0
    }
    if (!seconds) {
      seconds = new Map()
      known.set(first, seconds)
    }
    seconds.set(second, ++number)
    size++
    return number
  }
}

type ListNode = Map<string, ListNode>

/** One key for lists with the same texts in them; undefined for long ones. */
function createLists(): (list: readonly string[]) => object | undefined {
  let root: ListNode = new Map()
  let size = 0
  let last: readonly string[] | undefined
  let lastNode: ListNode | undefined
  return (list) => {
    // lists are never changed: that of a process is the same one as long as it runs its program
    if (list !== last) {
      last = list
      lastNode = nodeOf(list)
    }
    return lastNode
  }

  function nodeOf(list: readonly string[]): ListNode | undefined {
    if (list.length > LIST_MAX) return undefined
    let node = root
    for (let index = 0; index < list.length; index++) {
      const text = list[index] as string
      let next = node.get(text)
      if (next === undefined) {
        if (text.length > TEXT_CHARS_MAX) return undefined
        if (size >= KEYS_MAX && node === root) {
          node = new Map()
          root = node
          size = 0
        }
        next = new Map()
        node.set(text, next)
        size++
      }
      node = next
    }
    return node
  }
}

const ADDRESSED: ReadonlySet<string> = new Set(['connect', 'accept', 'listen', 'traffic', 'protocol', 'dns'])
const asksForClass = fields('file.class')
const asksForLayer = fields('file.layer', 'fd.is_upper_layer', 'fd.is_lower_layer')
const asksForMode = fields(
  ...['open.write', 'open.read', 'open.create', 'open.truncate', 'open.append'],
  ...['evt.is_open_write', 'evt.is_open_read', 'evt.is_open_create'],
)
const asksForPeer = fields('peer.kind', 'peer.port', 'fd.rport')

/** Of all facets those that this kind of event can have, cheap ones that leave little first. */
export function facetsOf(type: string, classes: PathClasses): readonly Facet[] {
  const path = CLASS_FIELDS['file.class']
  const newPath = CLASS_FIELDS['file.newclass']
  const variant = VARIANTS[type]
  const facets: (Facet | undefined)[] = [
    type === 'open'
      ? {
          covers: (test) => asksForClass(test) || asksForContainer(test) || asksForLayer(test) || asksForMode(test),
          keyOf: ({ event }) => openKey(event, classes),
        }
      : { covers: asksForClass, keyOf: ({ event }) => classOf(classes, path(event)) },
    type === 'rename' || type === 'link'
      ? { covers: fields('file.newclass'), keyOf: ({ event }) => classOf(classes, newPath(event)) }
      : undefined,
    ADDRESSED.has(type)
      ? {
          covers: (test) => asksForContainer(test) || asksForPeer(test),
          keyOf: ({ event }) => peerKey(event),
        }
      : { covers: asksForContainer, keyOf: ({ event }) => event.containerId === null },
    variant && { covers: variant, keyOf: ({ event }) => variantOf(event) },
    { covers: fields(...PROGRAM), keyOf: programKeys() },
    { covers: fields('evt.rawres', 'evt.failed', 'evt.res'), keyOf: ({ event }) => resultOf(event) },
    type === 'dns'
      ? { covers: fields('dns.name'), keyOf: ({ event }) => (event.type === 'dns' ? event.name : undefined) }
      : undefined,
    type === 'open' ? undefined : { covers: asksForLayer, keyOf: ({ event }) => layerOf(event) },
    { covers: fields('proc.tag'), keyOf: ({ event, context }) => TAG_FIELDS['proc.tag'](event, context) },
    { covers: fields('proc.init'), keyOf: ({ context }) => actorOf(context).isContainerInit },
    {
      covers: fields('proc.terminal'),
      keyOf: ({ event, context }) => (event.type === 'exec' ? event.terminal : undefined) ?? actorOf(context).terminal,
    },
    { covers: fields('parent.name', 'proc.pexepath', 'parent.layer'), keyOf: parentKeys() },
    { covers: fields('stdio.in'), keyOf: (subject) => stdioKind(subject, 0) },
    { covers: fields('stdio.out'), keyOf: (subject) => stdioKind(subject, 1) },
    { covers: withArgument(['proc.arg', 'env', 'proc.env'], fields(...PROGRAM, ...START)), keyOf: imageKeys() },
    { covers: fields('file.tag'), keyOf: ({ event, context }) => TAG_FIELDS['file.tag'](event, context) },
    { covers: fields('parent.tag'), keyOf: ({ event, context }) => TAG_FIELDS['parent.tag'](event, context) },
  ]
  return facets.filter((facet) => facet !== undefined)
}

function classOf(classes: PathClasses, path: string | undefined): number {
  return path === undefined ? -1 : classes.maskOf(path).number
}
