// Writes what a scope refuses into the maps of the kernel half. Lists are written before the scope that points to them, so
// that nothing is refused, or let through, half-way.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { RECORD_CONSTANTS as C, structLayout } from '@yagura/schema/kernel-record'
import type { CallTables } from '../call/names.ts'
import type { Libbpf } from '../native/libbpf.ts'
import { bootTimeNs } from '../native/libc.ts'
import { type DeniedNameEntry, deniedNames, deniedSockets, interpreterNames, raisingName } from './denied-names.ts'
import type { ScopeCounts, ScopeVerdicts } from './enforcement.ts'
import { parseNetwork } from './peers.ts'

const VERDICTS = structLayout('verdicts')
const FILE = structLayout('deniedFile')
const PEER_KEY = structLayout('peerKey')
const PEER = structLayout('peer')

/** bpf/verdict.h */
const MAX_PEERS = 64
const MAX_FILES = 1024
const MAX_NAMES = 512
const LAYERS = { upper: C.LAYER_UPPER, tmpfs: C.LAYER_TMPFS, memory: C.LAYER_MEMORY } as const

export interface PreparedScope {
  readonly value: Uint8Array
  readonly files: readonly Uint8Array[]
  readonly peers: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]
  readonly names: readonly DeniedNameEntry[]
}

/** Checks the verdicts and lays them out; nothing is written yet. */
export function prepareScope(verdicts: ScopeVerdicts, slot: number, tables: CallTables): Result<PreparedScope> {
  const value = new Uint8Array(VERDICTS.sizeBytes)
  const view = new DataView(value.buffer)
  const { denyExec, denyConnect } = verdicts
  let flags = 0
  let layers = 0
  for (const layer of denyExec?.layers ?? []) layers |= 1 << LAYERS[layer]
  if ((denyExec?.files.length ?? 0) > 0) flags |= C.VERDICTS_FILES
  if (denyExec?.mappings === true) flags |= C.VERDICTS_MAPPINGS
  if (denyConnect?.refuse === 'listed') flags |= C.VERDICTS_REFUSE_LISTED
  if (denyConnect?.refuse === 'unlisted') flags |= C.VERDICTS_REFUSE_UNLISTED
  if (verdicts.quarantine === true) flags |= C.VERDICTS_QUARANTINE
  if (verdicts.doomed === true) flags |= C.VERDICTS_DOOMED
  if (verdicts.lasts?.whileKept === true) flags |= C.VERDICTS_LEASED
  if ((denyExec?.files.length ?? 0) > MAX_FILES) return refused(`A scope holds at most ${MAX_FILES} files.`)
  if ((denyConnect?.peers.length ?? 0) > MAX_PEERS) return refused(`A scope holds at most ${MAX_PEERS} peers.`)
  for (const name of verdicts.killCalls ?? []) {
    const native = tables.native.number(name)
    const compat = tables.compat.number(name)
    if (native === undefined && compat === undefined) return refused(`There is no system call ${name}.`)
    flags |= C.VERDICTS_CALLS
    setBit(value, VERDICTS.at.calls, native)
    setBit(value, VERDICTS.at.compatCalls, compat)
  }
  const peers = []
  for (const [index, { network, port }] of (denyConnect?.peers ?? []).entries()) {
    const parsed = parseNetwork(network)
    if (parsed === undefined) return refused(`${network} is no network.`)
    const key = new Uint8Array(PEER_KEY.sizeBytes)
    new DataView(key.buffer).setUint32(PEER_KEY.at.slot, slot, true)
    new DataView(key.buffer).setUint32(PEER_KEY.at.index, index, true)
    const peer = new Uint8Array(PEER.sizeBytes)
    peer.set(parsed.address, PEER.at.address)
    peer.set(parsed.mask, PEER.at.mask)
    new DataView(peer.buffer).setUint32(PEER.at.port, port, true)
    peers.push({ key, value: peer })
  }
  const socketFiles = verdicts.denySockets?.files ?? []
  if (socketFiles.length > MAX_FILES) return refused(`A scope holds at most ${MAX_FILES} files.`)
  const files = [...(denyExec?.files ?? []), ...socketFiles].map(({ inode, device }) => {
    const key = new Uint8Array(FILE.sizeBytes)
    const keyView = new DataView(key.buffer)
    keyView.setBigUint64(FILE.at.inode, BigInt(inode), true)
    keyView.setUint32(FILE.at.device, device, true)
    keyView.setUint32(FILE.at.slot, slot, true)
    return key
  })
  const opens = verdicts.denyOpen === undefined ? [] : deniedNames(verdicts.denyOpen, slot)
  if (opens === undefined)
    return refused('A name of a file is `name`, `directory/name`, `directory/` or `above/directory/`.')
  const sockets = verdicts.denySockets === undefined ? [] : deniedSockets(verdicts.denySockets, slot)
  if (sockets === undefined) return refused('A name of a socket is `name` or `directory/name`.')
  if (verdicts.denySockets !== undefined) flags |= C.VERDICTS_SOCKETS
  if (opens.length + sockets.length > MAX_NAMES) return refused(`A scope holds at most ${MAX_NAMES} names of files.`)
  if (opens.length > 0) flags |= C.VERDICTS_OPENS
  const scripts = denyExec?.scripts === true
  if (scripts) flags |= C.VERDICTS_SCRIPTS
  const raising = denyExec?.raising
  if (raising !== undefined) flags |= C.VERDICTS_RAISING
  const names = [
    ...[...opens, ...sockets, ...(scripts ? interpreterNames(slot) : [])],
    ...(raising?.except ?? []).map((name) => raisingName(slot, name)),
  ]
  view.setUint32(VERDICTS.at.flags, flags, true)
  const untilMs = verdicts.lasts?.untilMs ?? null
  if (untilMs !== null) {
    const expiresNs = bootTimeNs() + (untilMs - Date.now()) * 1e6
    view.setBigUint64(VERDICTS.at.expiresNs, BigInt(Math.max(1, Math.round(expiresNs))), true)
  }
  view.setUint32(VERDICTS.at.layers, layers, true)
  view.setUint32(VERDICTS.at.slot, slot, true)
  return ok({ value, files, peers, names })
}

function setBit(bytes: Uint8Array, start: number, bit: number | undefined): void {
  if (bit === undefined) return
  const place = start + (bit >> 3)
  bytes[place] = (bytes[place] as number) | (1 << (bit & 7))
}

function refused(message: string): Result<never> {
  return err(new YaguraError('SENSOR', message))
}

export interface VerdictMapFds {
  readonly verdicts: number
  readonly files: number
  readonly peers: number
  readonly names: number
}

export function writeScope(
  bpf: Libbpf,
  fds: VerdictMapFds,
  key: Uint8Array,
  prepared: PreparedScope,
): Result<undefined> {
  const one = new Uint8Array(Uint32Array.of(1).buffer)
  for (const file of prepared.files) {
    const written = bpf.update(fds.files, file, one)
    if (!written.ok) return written
  }
  for (const peer of prepared.peers) {
    const written = bpf.update(fds.peers, peer.key, peer.value)
    if (!written.ok) return written
  }
  for (const name of prepared.names) {
    const written = bpf.update(fds.names, name.key, name.value)
    if (!written.ok) return written
  }
  return bpf.update(fds.verdicts, key, prepared.value)
}

export function removeLists(bpf: Libbpf, fds: VerdictMapFds, prepared: PreparedScope): void {
  for (const file of prepared.files) bpf.remove(fds.files, file)
  for (const { key } of prepared.peers) bpf.remove(fds.peers, key)
  for (const { key } of prepared.names) bpf.remove(fds.names, key)
}

export function readCounts(bpf: Libbpf, fds: VerdictMapFds, key: Uint8Array): ScopeCounts | null {
  const value = new Uint8Array(VERDICTS.sizeBytes)
  if (!bpf.lookup(fds.verdicts, key, value)) return null
  const view = new DataView(value.buffer)
  const count = (at: number) => Number(view.getBigUint64(at, true))
  return {
    deniedExecs: count(VERDICTS.at.deniedExecs),
    deniedConnects: count(VERDICTS.at.deniedConnects),
    droppedPackets: count(VERDICTS.at.droppedPackets),
    kills: count(VERDICTS.at.kills),
  }
}
