// What may be done without asking, written by a person, kept as a file in git. Without a policy nothing is done.
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { actionKind, signalGrade, tactic } from '@yagura/schema'
import { DENIABLE_LAYERS } from '@yagura/sensor'
import { z } from 'zod'

/** `dry-run` says what it would do, in the log of actions, and does nothing. */
export const MODES = ['disabled', 'dry-run', 'enforce'] as const
const mode = z.enum(MODES)
const name = z.string().min(1).max(128)
const pattern = z.string().min(1).max(256)

const fileName = z.string().regex(/^([^/]{1,255}\/)?[^/]{1,255}\/?$/)

/** Containers, by what is known of them; every part that is given must fit. Globs. */
const selector = z.strictObject({
  images: z.array(pattern).max(256).optional(),
  containers: z.array(pattern).max(256).optional(),
  namespaces: z.array(pattern).max(256).optional(),
  labels: z.record(z.string().max(256), pattern).optional(),
})

/** Stands all the time for the containers it selects. */
const prevention = z.strictObject({
  name,
  mode: mode.default('dry-run'),
  select: selector,
  /** Stands only for images that are known from separate runs, and only for what they did in none of these. */
  learnt: z.boolean().default(false),
  denyExec: z.array(z.enum(DENIABLE_LAYERS)).max(3).default([]),
  /** Names of files that may not be opened, nor renamed, linked or removed by name: `cron.d/`, `etc/shadow`, `authorized_keys`. */
  denyOpen: z
    .strictObject({
      write: z.array(fileName).max(256).default([]),
      read: z.array(fileName).max(256).default([]),
      except: z.array(z.string().min(1).max(31)).max(64).default([]),
    })
    .optional(),
  /** Unix sockets that may not be spoken to: those of container runtimes, and more by name (`docker.sock`, `systemd/private`). */
  denySockets: z
    .strictObject({
      runtime: z.boolean().default(false),
      names: z.array(fileName).max(256).default([]),
      abstract: z.array(z.string().min(1).max(107)).max(64).default([]),
    })
    .optional(),
  /** Code of a denied layer that is mapped (libraries, loaders run by hand) is refused too. */
  denyMappings: z.boolean().default(false),
  /** Scripts in a denied layer are refused too, when an interpreter opens them. */
  denyScripts: z.boolean().default(false),
  /** Programs that give their caller rights it lacked (set-user-id, set-group-id, capabilities); `except`: names in the image. */
  denyRaising: z.strictObject({ except: z.array(z.string().min(1).max(31)).max(64).default([]) }).optional(),
  denyCalls: z.array(z.string().max(64)).max(64).default([]),
  denyConnect: z
    .strictObject({
      refuse: z.enum(['listed', 'unlisted']),
      peers: z
        .array(z.strictObject({ network: z.string().max(64), port: z.int().min(0).max(65_535).default(0) }))
        .max(64),
    })
    .optional(),
})

/** What is done when detection says something. */
const reaction = z.strictObject({
  name,
  mode: mode.default('dry-run'),
  select: selector.optional(),
  when: z.strictObject({
    /** Signals of these rules; globs. */
    rules: z.array(pattern).max(256).optional(),
    grade: signalGrade.optional(),
    tactics: z.array(tactic).max(14).optional(),
    /** Incidents of at least this score. */
    minScore: z.number().min(0).optional(),
    /** Incidents above the threshold of the detector at which a chain may contain. */
    containable: z.literal(true).optional(),
  }),
  do: z.array(actionKind).min(1).max(9),
  expiresMinutes: z.int().min(1).max(10_080).default(60),
})

export const responsePolicy = z.strictObject({
  version: z.literal(1),
  /** The most that any entry of the file may do. */
  mode: mode.default('enforce'),
  containmentsPerHour: z.int().min(0).max(1000).default(3),
  /** Never touched by a policy, and by hand only with their name said twice. */
  protect: selector.default({}),
  prevent: z.array(prevention).max(256).default([]),
  respond: z.array(reaction).max(256).default([]),
})

export type Mode = (typeof MODES)[number]
export type Selector = z.infer<typeof selector>
export type Prevention = z.infer<typeof prevention>
export type Reaction = z.infer<typeof reaction>
export type ResponsePolicy = z.infer<typeof responsePolicy>

export const NO_POLICY: ResponsePolicy = responsePolicy.parse({ version: 1, mode: 'disabled' })

/** A wrong policy is no policy: it is refused whole, with the place of the mistake. */
export function parsePolicy(bytes: Uint8Array, what: string): Result<ResponsePolicy, YaguraError> {
  const documents = parseYamlDocuments(bytes, what)
  const [document] = documents
  if (!document || documents.length > 1)
    return err(new YaguraError('INPUT_INVALID', `${what} must hold exactly one document.`))
  if (!document.value.ok) return document.value
  const parsed = responsePolicy.safeParse(document.value.value)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  const place = issue?.path.join('.') || 'the document'
  return err(new YaguraError('INPUT_INVALID', `${what}: ${place}: ${issue?.message ?? 'not understood'}.`))
}

const ORDER: readonly Mode[] = ['disabled', 'dry-run', 'enforce']

/** The smaller of two modes. */
export function modeOf(policy: ResponsePolicy, entry: { readonly mode: Mode }): Mode {
  return ORDER[Math.min(ORDER.indexOf(policy.mode), ORDER.indexOf(entry.mode))] ?? 'disabled'
}
