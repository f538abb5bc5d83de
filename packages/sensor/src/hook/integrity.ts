// Whether the kernel half is still whole: who is root on the node can detach programs, empty the table of calls, or write into
// maps, all without touching the agent. Looked at from what the kernel says of each, by descriptor, so no name can be borrowed.
import type { Libbpf, LinkInfo } from '../native/libbpf.ts'

/** include/uapi/linux/bpf.h: BPF_LINK_TYPE_CGROUP. */
const LINK_OF_GROUP = 3

export interface WatchedLink {
  readonly name: string
  readonly programId: number
  info(): LinkInfo | undefined
}

/** An entry of a map that nobody but the sensor writes. */
export interface WatchedEntry {
  readonly name: string
  readonly fd: number
  readonly key: Uint8Array
  /** What the kernel gives back for the key. */
  readonly expected: Uint8Array
  /** What is written to put it back. */
  readonly value: Uint8Array
}

export function isIntact({ programId, info }: WatchedLink): boolean {
  const now = info()
  if (now === undefined || now.programId !== programId) return false
  return now.type !== LINK_OF_GROUP || now.groupId !== 0n
}

/** Names of the entries that are not as they should be; they are put back. */
export function restoreEntries(bpf: Libbpf, entries: readonly WatchedEntry[]): string[] {
  const changed = new Set<string>()
  for (const { name, fd, key, expected, value } of entries) {
    const now = new Uint8Array(expected.byteLength)
    if (bpf.lookup(fd, key, now) && Buffer.compare(now, expected) === 0) continue
    changed.add(name)
    bpf.update(fd, key, value)
  }
  return [...changed]
}
