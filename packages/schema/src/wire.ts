// Wire between agent and server. Enrolment by one-time token, then mutual TLS; batches are idempotent by (agent, boot, seq).
import { z } from 'zod'
import { assetReport } from './asset.ts'
import { digest, longText, shortText, timestamp, ulid } from './common.ts'
import { checkRun } from './compliance.ts'
import { coverageGapReport } from './coverage-gap.ts'
import { event } from './event.ts'
import { imageReport } from './image.ts'
import { incidentReport, responseAction, runtimeFinding } from './incident.ts'
import { signal } from './signal.ts'

export const WIRE_VERSION = 1

/**
 * One-time enrolment token, as text `yge1.<base64url of this JSON>`: where the server is, what its certificate authority's
 * fingerprint is (so the very first connection is already authenticated), and the secret.
 */
export const enrolmentToken = z.object({
  url: z.url().max(512).meta({ description: 'https address of the agent listener' }),
  caFingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'SHA-256 of the DER of the CA certificate' }),
  secret: z.string().min(32).max(128),
})

export const enrolRequest = z.object({
  wireVersion: z.int(),
  secret: z.string().min(32).max(128),
  csr: z.string().max(16_384).meta({ description: 'PKCS#10, PEM' }),
  machineId: shortText,
  hostname: shortText,
  agentVersion: shortText,
})

export const enrolResponse = z.object({
  agentId: ulid,
  certificate: z.string().meta({ description: 'PEM, bound to agentId and machineId' }),
  ca: z.string().meta({ description: 'PEM' }),
  expiresAt: timestamp,
})

/** A new certificate before the old one ends; sent over mutual TLS. */
export const renewRequest = z.object({ csr: z.string().max(16_384) })

export const sensorHook = z.object({
  name: shortText,
  state: z.enum(['attached', 'missing', 'off']),
  reason: longText.nullable(),
})

export const agentHealth = z.object({
  at: timestamp,
  agentVersion: shortText,
  extractorVersion: z
    .int()
    .nonnegative()
    .optional()
    .meta({ description: 'images described with an older one are asked for again' }),
  sensorMode: z.enum(['ebpf', 'proc', 'off']),
  sensorReason: longText.nullable().meta({ description: 'why the sensor runs with less than everything' }),
  hooks: z.array(sensorHook).max(128),
  eventsRead: z.int().nonnegative(),
  eventsLost: z.int().nonnegative(),
  spoolBytes: z.int().nonnegative(),
  spoolDroppedBatches: z.int().nonnegative(),
  memoryBytes: z.int().nonnegative(),
  cpuMs: z.int().nonnegative(),
})

export const batchItem = z.discriminatedUnion('item', [
  z.object({ item: z.literal('event'), event }),
  z.object({ item: z.literal('asset'), asset: assetReport }),
  z
    .object({
      item: z.literal('inventory-complete'),
      keys: z.array(z.string().max(1024)).max(50_000),
      unread: z
        .array(shortText)
        .max(16)
        .optional()
        .meta({ description: 'runtimes that could not be read: of their containers, and of images, nothing is said' }),
      observedAt: timestamp,
    })
    .meta({
      description: 'every container and image the node has now: others of this agent are gone',
    }),
  z.object({ item: z.literal('image'), report: imageReport }),
  z.object({ item: z.literal('gap'), gap: coverageGapReport }),
  z.object({ item: z.literal('health'), health: agentHealth }),
  z.object({ item: z.literal('signal'), signal }),
  z.object({ item: z.literal('runtime-finding'), finding: runtimeFinding }),
  z.object({ item: z.literal('incident'), incident: incidentReport }),
  z.object({ item: z.literal('action'), action: responseAction }),
  z.object({ item: z.literal('check-run'), run: checkRun }),
])

/** `boot` names one run of the agent's spool; `seq` counts from 1 inside it without holes, except where the spool dropped. */
export const batch = z.object({
  wireVersion: z.int(),
  agentId: ulid,
  boot: ulid,
  seq: z.int().positive(),
  madeAt: timestamp,
  priority: z.enum(['high', 'low']).meta({ description: 'low goes first when the spool is full' }),
  items: z.array(batchItem).max(20_000),
})

export const batchAck = z.object({
  boot: ulid,
  seq: z.int().positive(),
  duplicate: z.boolean(),
  serverTime: timestamp,
  /** Images the server wants described: the agent need not extract what the server knows already. */
  wantImages: z.array(digest).max(1000),
})

export type EnrolmentToken = z.infer<typeof enrolmentToken>
export type EnrolRequest = z.infer<typeof enrolRequest>
export type EnrolResponse = z.infer<typeof enrolResponse>
export type RenewRequest = z.infer<typeof renewRequest>
export type AgentHealth = z.infer<typeof agentHealth>
export type SensorHook = z.infer<typeof sensorHook>
export type BatchItem = z.infer<typeof batchItem>
export type Batch = z.infer<typeof batch>
export type BatchAck = z.infer<typeof batchAck>

const TOKEN_PREFIX = 'yge1.'

/** Text form of an enrolment token. */
export function encodeEnrolmentToken(token: EnrolmentToken): string {
  return TOKEN_PREFIX + btoa(JSON.stringify(token)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The token behind its text form; undefined when the text is not one. */
export function decodeEnrolmentToken(text: string): EnrolmentToken | undefined {
  if (!text.startsWith(TOKEN_PREFIX) || text.length > 4096) return undefined
  try {
    const json = atob(text.slice(TOKEN_PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'))
    return enrolmentToken.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
