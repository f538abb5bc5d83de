// Write-ahead spool: every batch is on disk before it is sent, and stays until the server has acknowledged it.
//
// One file a batch, written beside its place and renamed, never changed afterwards: a batch is sent again under the same
// (agent, boot, seq) with the same bytes, so the server can store it exactly once. Each run of the agent is a new boot; what
// earlier boots left is sent first.
//
// When is it on disk? A killed agent loses nothing that was renamed: the page cache belongs to the kernel. Only a power cut
// can lose it, and then the batch was not acknowledged, its number is never used again (the next run is another boot), and a
// file that the cut left torn fails its checksum and is set aside. So nothing is synced on the way: with a server in reach a
// batch lives for milliseconds, and syncing it would wear the disk for nothing. Those that stay are synced once a second
// (syncLingering), which bounds the loss of a power cut to the last second.
//
// A disk that takes no more must not silence the agent: whoever fills it would like that. What cannot be written waits in memory, as
// much as there is room for, and what tells of it goes to the server all the same.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isUlid } from '@yagura/kernel'
import { decodeFrame, encodeFrame } from './frame.ts'
import {
  diskBytes,
  entryPath,
  LANES,
  type Lane,
  laneOf,
  listBoots,
  type Priority,
  parseEntryName,
  type SpoolEntry,
} from './names.ts'

export interface SpoolOptions {
  readonly directory: string
  readonly agentId: string
  /** Name of this run: a ULID. */
  readonly boot: string
  readonly capBytes: number
}

export interface SpoolCounts {
  readonly bytes: number
  readonly batches: number
  /** Dropped since this run began: for space, by a full disk, or torn. */
  readonly droppedBatches: number
}

export interface SpoolLoss {
  readonly reason: 'full' | 'disk' | 'unwritten' | 'torn' | 'refused' | 'stranger'
  readonly batches: number
}

export interface Spool {
  readonly boot: string
  /** Makes the batch durable; `makePayload` gets its sequence number. False when it was dropped. */
  append(priority: Priority, makePayload: (seq: number) => Uint8Array): boolean
  /** Oldest batch that waits in this lane, with its bytes; it stays until acknowledge or refuse. */
  next(lane: Lane): { entry: SpoolEntry; payload: Buffer } | undefined
  acknowledge(entry: SpoolEntry): void
  /** The server will never take this batch: it is dropped and counted. */
  refuse(entry: SpoolEntry): void
  counts(): SpoolCounts
  /** What was dropped since the last call, and what could not be written (`unwritten`), which may still be sent. */
  takeLosses(): SpoolLoss[]
  /** True while the last write failed. */
  isUnwritable(): boolean
  syncLingering(): Promise<void>
}

const ENTRIES_MAX = 500_000
const MEMORY_BYTES_MAX = 8 * 1024 * 1024

export function openSpool(options: SpoolOptions): Spool {
  const root = join(options.directory, options.agentId)
  mkdirSync(join(root, options.boot), { recursive: true, mode: 0o700 })
  const losses = new Map<SpoolLoss['reason'], number>()
  let droppedBatches = 0
  let seq = 0
  const sending = new Set<SpoolEntry>()
  const synced = new Set<SpoolEntry>()
  /** Frames that the disk did not take. */
  const unwritten = new Map<SpoolEntry, Buffer>()
  let unwrittenBytes = 0
  let isUnwritable = false

  function lose(reason: SpoolLoss['reason'], batches: number): void {
    if (batches === 0) return
    if (reason !== 'unwritten') droppedBatches += batches
    losses.set(reason, (losses.get(reason) ?? 0) + batches)
  }

  lose('stranger', removeStrangers(options))
  const recovered = recover(root, options.boot)
  lose('torn', recovered.drafts)
  // insertion order is the order of sending
  const waiting: Record<Lane, Set<SpoolEntry>> = { urgent: new Set(), rest: new Set() }
  for (const entry of recovered.entries) waiting[laneOf(entry)].add(entry)
  let bytes = recovered.entries.reduce((sum, entry) => sum + entry.diskBytes, 0)

  function forget(entry: SpoolEntry): void {
    if (!waiting[laneOf(entry)].delete(entry)) return
    sending.delete(entry)
    synced.delete(entry)
    if (forgetUnwritten(entry)) return
    bytes -= entry.diskBytes
    rmSync(entryPath(root, entry), { force: true })
    if (entry.boot !== options.boot) removeIfEmpty(join(root, entry.boot))
  }

  function forgetUnwritten(entry: SpoolEntry): boolean {
    unwrittenBytes -= unwritten.get(entry)?.length ?? 0
    return unwritten.delete(entry)
  }

  function write(entry: SpoolEntry, frame: Uint8Array): boolean {
    const path = entryPath(root, entry)
    const draft = `${path}.draft`
    try {
      writeFileSync(draft, frame, { mode: 0o600 })
      renameSync(draft, path)
      isUnwritable = false
    } catch {
      // no space, read-only, gone
      rmSync(draft, { force: true })
      isUnwritable = true
    }
    return !isUnwritable
  }

  /** What is urgent takes the place of what is not. */
  function keepInMemory(entry: SpoolEntry, frame: Buffer): boolean {
    for (const other of unwritten.keys()) {
      if (unwrittenBytes + frame.length <= MEMORY_BYTES_MAX) break
      if (entry.priority !== 'urgent' || other.priority === 'urgent' || sending.has(other)) continue
      forget(other)
      lose('disk', 1)
    }
    if (unwrittenBytes + frame.length > MEMORY_BYTES_MAX) return false
    unwritten.set(entry, frame)
    unwrittenBytes += frame.length
    return true
  }

  /** What waits in memory goes to the disk once it takes something again. */
  function writeLate(): void {
    for (const [entry, frame] of unwritten) {
      if (sending.has(entry)) continue
      if (!makeRoom(entry.diskBytes) || !write(entry, frame)) return
      forgetUnwritten(entry)
      bytes += entry.diskBytes
    }
  }

  function count(): number {
    return waiting.urgent.size + waiting.rest.size
  }

  /** Oldest low-priority batches first, then the oldest of those that are not urgent; never one on its way. */
  function makeRoom(neededBytes: number): boolean {
    if (neededBytes > options.capBytes) return false
    for (const priority of ['low', 'high', 'urgent'] as const) {
      for (const entry of waiting[laneOf({ priority })]) {
        if (bytes + neededBytes <= options.capBytes && count() < ENTRIES_MAX) return true
        if (entry.priority !== priority || sending.has(entry)) continue
        forget(entry)
        lose('full', 1)
      }
    }
    return bytes + neededBytes <= options.capBytes
  }

  function append(priority: Priority, makePayload: (seq: number) => Uint8Array): boolean {
    seq += 1
    const frame = encodeFrame(makePayload(seq))
    const entry: SpoolEntry = { boot: options.boot, seq, priority, diskBytes: diskBytes(frame.length) }
    if (!makeRoom(entry.diskBytes)) {
      lose('full', 1)
      return false
    }
    if (write(entry, frame)) bytes += entry.diskBytes
    else {
      const isKept = keepInMemory(entry, frame)
      lose(isKept ? 'unwritten' : 'disk', 1)
      if (!isKept) return false
    }
    waiting[laneOf(entry)].add(entry)
    return true
  }

  function next(lane: Lane): { entry: SpoolEntry; payload: Buffer } | undefined {
    for (const entry of waiting[lane]) {
      const held = unwritten.get(entry)
      const payload = held ? decodeFrame(held) : readFrame(entryPath(root, entry))
      if (payload) {
        sending.add(entry)
        return { entry, payload }
      }
      forget(entry)
      lose('torn', 1)
    }
    return undefined
  }

  async function syncLingering(): Promise<void> {
    writeLate()
    const fresh = LANES.flatMap((lane) =>
      [...waiting[lane]].filter((entry) => !synced.has(entry) && !unwritten.has(entry)).slice(0, 256),
    )
    const boots = new Set<string>()
    for (const entry of fresh) {
      if (!waiting[laneOf(entry)].has(entry)) continue
      boots.add(entry.boot)
      if (await sync(entryPath(root, entry))) synced.add(entry)
    }
    for (const boot of boots) await sync(join(root, boot))
  }

  return {
    boot: options.boot,
    append,
    next,
    acknowledge: forget,
    refuse(entry) {
      forget(entry)
      lose('refused', 1)
    },
    counts: () => ({ bytes, batches: count(), droppedBatches }),
    takeLosses() {
      const taken = [...losses].map(([reason, batches]) => ({ reason, batches }))
      losses.clear()
      return taken
    },
    isUnwritable: () => isUnwritable,
    syncLingering,
  }
}

function readFrame(path: string): Buffer | undefined {
  try {
    return decodeFrame(readFileSync(path))
  } catch {
    return undefined
  }
}

/** What earlier runs left. Drafts are batches whose writing was cut off; they were never sent. */
function recover(root: string, ownBoot: string): { entries: SpoolEntry[]; drafts: number } {
  const entries: SpoolEntry[] = []
  let drafts = 0
  for (const boot of listBoots(root)) {
    if (boot === ownBoot) continue
    for (const name of readdirSync(join(root, boot)).sort()) {
      const path = join(root, boot, name)
      const parsed = parseEntryName(name)
      if (parsed) {
        entries.push({ boot, ...parsed, diskBytes: diskBytes(statSync(path).size) })
        continue
      }
      rmSync(path, { force: true, recursive: true })
      drafts += 1
    }
    removeIfEmpty(join(root, boot))
  }
  return { entries, drafts }
}

/** Batches made under another identity: the server would refuse them, for they name an agent that this one is not. */
function removeStrangers(options: SpoolOptions): number {
  let batches = 0
  for (const name of readdirSync(options.directory).filter(isUlid)) {
    if (name === options.agentId) continue
    const root = join(options.directory, name)
    for (const boot of listBoots(root)) batches += readdirSync(join(root, boot)).length
    rmSync(root, { recursive: true, force: true })
  }
  return batches
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory)
  } catch {
    // not empty
  }
}

async function sync(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r')
    await file.sync()
    return true
  } catch {
    return false // acknowledged meanwhile
  }
}
