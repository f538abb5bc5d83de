// Names of files as the kernel half compares them (bpf/deny_open.h): hashes of the name and of the directories right above.
import { RECORD_CONSTANTS as C, structLayout } from '@yagura/schema/kernel-record'
import type { DeniedOpens, DeniedSockets } from './enforcement.ts'

const NAME = structLayout('deniedName')
/** Bytes of a name that count. */
const WINDOW = 31

/** FNV-1a, 32 bits, over the first 31 bytes. */
export function hashOfName(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(name).subarray(0, WINDOW)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

export interface DeniedNameEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/**
 * Programs that run what they read. Versions in names are spelled out: the kernel half compares whole names. busybox and awk are left
 * out: they read scripts as data just as often.
 */
const INTERPRETERS = [
  ...['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'perl', 'ruby', 'node', 'php', 'lua', 'tclsh'],
  ...['python', 'python2', 'python3', 'python2.7', ...Array.from({ length: 12 }, (_, minor) => `python3.${minor + 5}`)],
  ...[
    'perl5.28.1',
    'perl5.32.1',
    'perl5.36.0',
    'perl5.40.1',
    'php7.3',
    'php7.4',
    'php8.1',
    'php8.2',
    'php8.3',
    'php8.4',
  ],
  ...['ruby2.7', 'ruby3.1', 'ruby3.3', 'nodejs', 'lua5.1', 'lua5.3', 'lua5.4'],
]

export function interpreterNames(slot: number): DeniedNameEntry[] {
  return INTERPRETERS.map((name) => entryOf(slot, C.DENIED_INTERPRETER, hashOfName(name), 0, C.DENIED_READ))
}

/** A program of the image that may give rights. */
export function raisingName(slot: number, name: string): DeniedNameEntry {
  return entryOf(slot, C.DENIED_RAISING_EXCEPT, hashOfName(name), 0, 1)
}

/** `shadow`, `etc/shadow`, `cron.d/`, `systemd/system/`. Undefined for a name of another shape. */
export function deniedNames(opens: DeniedOpens, slot: number): DeniedNameEntry[] | undefined {
  const bits = new Map<string, { kind: number; name: number; above: number; bits: number }>()
  function add(kind: number, name: string, above: string | undefined, access: number): void {
    const place = { kind, name: hashOfName(name), above: above === undefined ? 0 : hashOfName(above) }
    const id = JSON.stringify(place)
    bits.set(id, { ...place, bits: (bits.get(id)?.bits ?? 0) | access })
  }
  for (const [names, access] of [
    [opens.write ?? [], C.DENIED_WRITE],
    [opens.read ?? [], C.DENIED_READ],
  ] as const)
    for (const text of names) {
      const match = /^(?:([^/]+)\/)?([^/]+)(\/)?$/.exec(text)
      if (!match?.[2]) return undefined
      add(match[3] === undefined ? C.DENIED_FILE : C.DENIED_DIRECTORY, match[2], match[1], access)
    }
  for (const program of opens.except ?? []) add(C.DENIED_EXCEPT, program, undefined, C.DENIED_READ | C.DENIED_WRITE)
  return [...bits.values()].map(({ kind, name, above, bits: access }) => entryOf(slot, kind, name, above, access))
}

/** Undefined for a name of another shape. */
export function deniedSockets(sockets: DeniedSockets, slot: number): DeniedNameEntry[] | undefined {
  const entries: DeniedNameEntry[] = []
  for (const text of sockets.names ?? []) {
    const match = /^(?:([^/]+)\/)?([^/]+)$/.exec(text)
    if (!match?.[2]) return undefined
    const above = match[1] === undefined ? 0 : hashOfName(match[1])
    entries.push(entryOf(slot, C.DENIED_SOCKET, hashOfName(match[2]), above, 1))
  }
  for (const name of sockets.abstract ?? []) {
    const isBeginning = name.endsWith('/')
    if (name === '' || (isBeginning && Buffer.byteLength(name) > WINDOW)) return undefined
    entries.push(entryOf(slot, isBeginning ? C.DENIED_ABSTRACT_BEGINNING : C.DENIED_ABSTRACT, hashOfName(name), 0, 1))
  }
  return entries
}

function entryOf(slot: number, kind: number, name: number, above: number, access: number): DeniedNameEntry {
  const key = new Uint8Array(NAME.sizeBytes)
  const view = new DataView(key.buffer)
  view.setUint32(NAME.at.slot, slot, true)
  view.setUint32(NAME.at.kind, kind, true)
  view.setUint32(NAME.at.name, name, true)
  view.setUint32(NAME.at.above, above, true)
  return { key, value: new Uint8Array(Uint32Array.of(access).buffer) }
}
