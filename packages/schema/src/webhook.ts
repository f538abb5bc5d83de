// Webhooks: where alarms are sent to, and what is sent.
import { z } from 'zod'
import { localisedText, severity, shortText, timestamp, ulid } from './common.ts'

/** incident: one is opened, or opened again. drift: a check that passed fails. */
export const WEBHOOK_TOPICS = ['incident', 'drift'] as const

const topics = z.array(z.enum(WEBHOOK_TOPICS)).min(1).max(WEBHOOK_TOPICS.length)

export const webhook = z.object({
  id: ulid,
  name: shortText,
  /** Its host; the rest of the address may be a secret and is not shown. */
  host: shortText,
  topics,
  leastSeverity: severity,
  createdAt: timestamp,
  createdBy: shortText,
  lastDeliveredAt: timestamp.nullable(),
  /** Why the last attempt failed; null where it did not. */
  lastFailure: z.string().max(1000).nullable(),
  waiting: z.int().nonnegative(),
  /** Given up: the queue was full, or nobody took them for a day. */
  dropped: z.int().nonnegative(),
})
export type Webhook = z.infer<typeof webhook>

export const newWebhook = z.object({
  name: z.string().trim().min(1).max(128),
  url: z.url({ protocol: /^https$/ }).max(2048),
  topics: topics.default([...WEBHOOK_TOPICS]),
  leastSeverity: severity.default('unknown'),
})
/** The secret that messages are signed with is shown once, here. */
export const createdWebhook = webhook.extend({ secret: z.string() })
export const webhookTrial = z.object({ delivered: z.boolean(), problem: z.string().max(1000).nullable() })

export const notification = z.object({
  id: shortText,
  topic: z.enum([...WEBHOOK_TOPICS, 'test']),
  at: timestamp,
  severity,
  title: localisedText,
  /** What it is about: assets of an incident, the resource of a check. */
  subject: z.string().max(512),
  /** Its page in the console. */
  url: z.string().max(2048),
})
export type Notification = z.infer<typeof notification>

/** The body of a POST. */
export const webhookMessage = z.object({
  version: z.literal(1),
  /** Of this attempt; a notification has the same id in each. */
  delivery: shortText,
  sentAt: timestamp,
  notifications: z.array(notification).min(1).max(50),
})
export type WebhookMessage = z.infer<typeof webhookMessage>
