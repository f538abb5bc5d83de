// What can be known of an event at a glance, for one small price: the program, the kind of its path, the tags of its process …
// The tests that such a glance decides are those of its fields; its key stands for all of their values.
import type { Comparison, Exists, Membership } from '@yagura/lang'
import type { KernelEvent } from '@yagura/schema'
import { CLASS_FIELDS, TAG_FIELDS } from '../fields/own.ts'
import { peerKind } from '../fields/peer.ts'
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

/** What sets the variants of one kind of event apart. */
function variantOf(event: KernelEvent): unknown {
  switch (event.type) {
    case 'open':
      return (event.flags & 0xfff_ffff) * 2 + (event.created ? 1 : 0)
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
  open: fields(
    ...['open.write', 'open.read', 'open.create', 'open.truncate', 'open.append'],
    ...['evt.is_open_write', 'evt.is_open_read', 'evt.is_open_create'],
  ),
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
function programKeys(): (subject: Subject) => object {
  const names = createPairs<string, string>()
  const keys = createPairs<object, string>()
  let lastExe: string | undefined
  let lastCommand: string | undefined
  let lastLayer: string | undefined
  let last: object = {}
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

/** The same with what it was started with. */
function imageKeys(): (subject: Subject) => unknown {
  const programs = programKeys()
  const lists = createLists()
  const starts = createPairs<object, object>()
  const places = createPairs<object, string | null>()
  const keys = createPairs<object, object>()
  return (subject) => {
    const { event, context } = subject
    const actor = actorOf(context)
    const args = lists(event.type === 'exec' ? event.args : actor.args)
    const environment = lists(actor.environment)
    if (args === undefined || environment === undefined) return NO_KEY
    return keys(places(starts(args, environment), actor.cwd), programs(subject))
  }
}

function createPairs<First, Second>(): (first: First, second: Second) => object {
  const known = new Map<First, Map<Second, object>>()
  let size = 0
  return (first, second) => {
    let seconds = known.get(first)
    const before = seconds?.get(second)
    if (before) return before
    if (size >= KEYS_MAX) {
      known.clear()
      seconds = undefined
      size = 0
    }
    if (!seconds) {
      seconds = new Map()
      known.set(first, seconds)
    }
    const key = {}
    seconds.set(second, key)
    size++
    return key
  }
}

type ListNode = Map<string, ListNode>

/** One key for lists with the same texts in them; undefined for long ones. */
function createLists(): (list: readonly string[]) => object | undefined {
  let root: ListNode = new Map()
  let size = 0
  return (list) => {
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

/** Of all facets those that this kind of event can have, cheap ones that leave little first. */
export function facetsOf(type: string, classes: PathClasses): readonly Facet[] {
  const path = CLASS_FIELDS['file.class']
  const newPath = CLASS_FIELDS['file.newclass']
  const variant = VARIANTS[type]
  const facets: (Facet | undefined)[] = [
    {
      covers: fields('file.class'),
      keyOf: ({ event }) => classOf(classes, path(event)),
    },
    type === 'rename' || type === 'link'
      ? { covers: fields('file.newclass'), keyOf: ({ event }) => classOf(classes, newPath(event)) }
      : undefined,
    { covers: asksForContainer, keyOf: ({ event }) => event.containerId === null },
    variant && { covers: variant, keyOf: ({ event }) => variantOf(event) },
    { covers: fields(...PROGRAM), keyOf: programKeys() },
    { covers: fields('evt.rawres', 'evt.failed', 'evt.res'), keyOf: ({ event }) => resultOf(event) },
    type === 'dns'
      ? { covers: fields('dns.name'), keyOf: ({ event }) => (event.type === 'dns' ? event.name : undefined) }
      : undefined,
    ADDRESSED.has(type)
      ? {
          covers: fields('peer.port', 'fd.rport'),
          keyOf: ({ event }) => ('remotePort' in event ? event.remotePort : 0),
        }
      : undefined,
    ADDRESSED.has(type)
      ? {
          covers: fields('peer.kind'),
          keyOf: ({ event }) => ('remoteAddress' in event ? peerKind(event.remoteAddress) : undefined),
        }
      : undefined,
    { covers: fields('file.layer', 'fd.is_upper_layer', 'fd.is_lower_layer'), keyOf: ({ event }) => layerOf(event) },
    { covers: fields('proc.tag'), keyOf: ({ event, context }) => TAG_FIELDS['proc.tag'](event, context) },
    { covers: fields('proc.init'), keyOf: ({ context }) => actorOf(context).isContainerInit },
    {
      covers: fields('proc.terminal'),
      keyOf: ({ event, context }) => (event.type === 'exec' ? event.terminal : undefined) ?? actorOf(context).terminal,
    },
    { covers: fields('parent.name', 'proc.pexepath'), keyOf: (subject) => ancestorOf(subject, 0)?.exe },
    { covers: fields('stdio.in'), keyOf: (subject) => stdioKind(subject, 0) },
    { covers: fields('stdio.out'), keyOf: (subject) => stdioKind(subject, 1) },
    { covers: withArgument(['proc.arg', 'env', 'proc.env'], fields(...PROGRAM, ...START)), keyOf: imageKeys() },
    { covers: fields('file.tag'), keyOf: ({ event, context }) => TAG_FIELDS['file.tag'](event, context) },
    { covers: fields('parent.tag'), keyOf: ({ event, context }) => TAG_FIELDS['parent.tag'](event, context) },
  ]
  return facets.filter((facet) => facet !== undefined)
}

/** One object for one combination of kinds. */
function classOf(classes: PathClasses, path: string | undefined): unknown {
  return path === undefined ? undefined : classes.maskOf(path)
}
