// Names of files as the kernel half compares them (bpf/deny_open.h): hashes of the name and of the directories right above.
import { RECORD_CONSTANTS as C, structLayout } from '@yagura/schema/kernel-record'
import type { DeniedOpens } from './enforcement.ts'

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
  return [...bits.values()].map(({ kind, name, above, bits: access }) => {
    const key = new Uint8Array(NAME.sizeBytes)
    const view = new DataView(key.buffer)
    view.setUint32(NAME.at.slot, slot, true)
    view.setUint32(NAME.at.kind, kind, true)
    view.setUint32(NAME.at.name, name, true)
    view.setUint32(NAME.at.above, above, true)
    return { key, value: new Uint8Array(Uint32Array.of(access).buffer) }
  })
}
