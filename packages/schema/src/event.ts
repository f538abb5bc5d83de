// Event: one act seen in the kernel, with who did it and where it came from.
import { z } from 'zod'
import { longText, shortText, timestamp, ulid } from './common.ts'

export const ancestor = z.object({ pid: z.int(), exe: longText, startNs: z.string().max(20) })

const base = {
  /** Agent-unique: `<run>.<cpu>.<sequence>` of the ring record; the server uses it to store an event once. */
  id: z.string().min(1).max(64),
  at: timestamp,
  source: z.enum(['ebpf', 'proc']),
  pid: z.int().nonnegative(),
  tid: z.int().nonnegative(),
  parentPid: z.int().nonnegative(),
  startNs: z
    .string()
    .max(20)
    .meta({ description: 'start of the process since boot, decimal; with pid it names the process for good' }),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  command: z.string().max(64).meta({ description: 'comm' }),
  exe: longText.meta({ description: 'resolved path of the running program as the process sees it' }),
  cgroupId: z.string().max(20),
  containerId: shortText.nullable(),
  ancestry: z.array(ancestor).max(32).meta({ description: 'parent first' }),
}

const execEvent = z.object({
  ...base,
  type: z.literal('exec'),
  args: z.array(longText).max(256),
  argsTruncated: z.boolean(),
  cwd: longText.nullable(),
})
const forkEvent = z.object({ ...base, type: z.literal('fork'), childPid: z.int().nonnegative() })
const exitEvent = z.object({ ...base, type: z.literal('exit'), exitCode: z.int(), signal: z.int() })
const socketFields = {
  family: z.enum(['inet', 'inet6']),
  protocol: z.enum(['tcp', 'udp', 'other']),
  localAddress: shortText,
  localPort: z.int().min(0).max(65535),
  remoteAddress: shortText,
  remotePort: z.int().min(0).max(65535),
}
const connectEvent = z.object({ ...base, type: z.literal('connect'), ...socketFields })
const acceptEvent = z.object({ ...base, type: z.literal('accept'), ...socketFields })
const openEvent = z.object({ ...base, type: z.literal('open'), path: longText, flags: z.int(), created: z.boolean() })

export const event = z.discriminatedUnion('type', [
  execEvent,
  forkEvent,
  exitEvent,
  connectEvent,
  acceptEvent,
  openEvent,
])
export const EVENT_TYPES = ['exec', 'fork', 'exit', 'connect', 'accept', 'open'] as const
export const eventType = z.enum(EVENT_TYPES)

/** An event as the server keeps and serves it. */
const kept = {
  agentId: ulid,
  assetId: ulid.nullable().meta({ description: 'the container, or the host' }),
  assetName: shortText,
}
export const storedEvent = z.discriminatedUnion('type', [
  execEvent.extend(kept),
  forkEvent.extend(kept),
  exitEvent.extend(kept),
  connectEvent.extend(kept),
  acceptEvent.extend(kept),
  openEvent.extend(kept),
])

export type EventType = z.infer<typeof eventType>
export type KernelEvent = z.infer<typeof event>
export type StoredEvent = z.infer<typeof storedEvent>
export type Ancestor = z.infer<typeof ancestor>
