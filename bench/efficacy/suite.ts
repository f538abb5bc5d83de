// Actions, campaigns and ordinary work as they are written down, and what the overlay adds to the ones that are known.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TACTICS } from '@yagura/schema'
import { parse } from 'yaml'
import { z } from 'zod'

const scalar = z.union([z.string(), z.number()]).transform(String)
const needs = z.array(scalar).default([])

/** What is looked for from outside when an action has run; effect.ts says how. A text is a shell test that runs on the node. */
export type Effect = string | EffectFields
export interface EffectFields {
  readonly file?: string | undefined
  readonly contains?: string | undefined
  readonly absent?: string | undefined
  readonly nodeFile?: string | undefined
  readonly peer?: string | undefined
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly min?: number | undefined
  readonly minBytes?: number | undefined
  readonly stdout?: string | undefined
  readonly stderr?: string | undefined
  readonly exit?: number | undefined
  readonly clean?: boolean | undefined
  readonly process?: string | undefined
  readonly processes?: number | undefined
  readonly shell?: string | undefined
  readonly all?: readonly Effect[] | undefined
  readonly any?: readonly Effect[] | undefined
}

const effect: z.ZodType<Effect> = z.lazy(() =>
  z.union([
    z.string(),
    z.strictObject({
      file: z.string().optional(),
      contains: z.string().optional(),
      absent: z.string().optional(),
      nodeFile: z.string().optional(),
      peer: z.string().optional(),
      path: z.string().optional(),
      method: z.string().optional(),
      min: z.number().optional(),
      minBytes: z.number().optional(),
      stdout: z.string().optional(),
      stderr: z.string().optional(),
      exit: z.number().optional(),
      clean: z.boolean().optional(),
      process: z.string().optional(),
      processes: z.number().optional(),
      shell: z.string().optional(),
      all: z.array(effect).optional(),
      any: z.array(effect).optional(),
    }),
  ]),
)

const action = z.object({
  id: z.string(),
  name: z.string().default(''),
  technique: z.string(),
  tactic: z.enum(TACTICS),
  profile: z.string().default('default'),
  needs,
  grade: z.enum(['strong', 'medium', 'weak']),
  block: z.string().default(''),
  script: z.string(),
  /** An effect in words that this bench does not know is left aside, and the usual test is made. */
  effect: effect.optional().catch(undefined),
  runFrom: z.enum(['container', 'node']).default('container'),
  setup: z.string().optional(),
})

const campaign = z.object({
  id: z.string(),
  name: z.string().default(''),
  profile: z.string().default('default'),
  steps: z.array(z.string()),
})

const benignCase = z.object({
  id: z.string(),
  name: z.string().default(''),
  profile: z.string().default('default'),
  needs,
  cold: z.boolean().default(false),
  rate_per_day: z.number().positive().default(1),
  script: z.string(),
  setup: z.string().optional(),
})

export type Action = z.infer<typeof action>
export type Campaign = z.infer<typeof campaign>
export type BenignCase = z.infer<typeof benignCase>

const attackFile = z.object({
  meta: z.object({ attack_v19_alias: z.record(z.string(), z.string()).default({}) }).default({ attack_v19_alias: {} }),
  attacks: z.array(action).default([]),
  campaigns: z.array(campaign).default([]),
})
const benignFile = z.object({ benign: z.array(benignCase).default([]) })

export interface AttackSuite {
  readonly actions: readonly Action[]
  readonly campaigns: readonly Campaign[]
  /** Technique → its id in the next version of the matrix. */
  readonly aliases: Readonly<Record<string, string>>
}

/** Of the overlay: what is added to one known action or case, or put in the place of its script, and why. */
const overlayEntry = z.strictObject({
  /** First digits of the SHA-256 of the script that this was written for: another script under the same id is left as it is. */
  of: z.string(),
  why: z.string().optional(),
  script: z.string().optional(),
  setup: z.string().optional(),
  effect: effect.optional(),
  runFrom: z.enum(['container', 'node']).optional(),
})
const overlayFile = z.record(z.string(), overlayEntry)

export const HERE = import.meta.dirname

export function readAttacks(file: string): AttackSuite {
  const { meta, attacks, campaigns } = attackFile.parse(parse(readFileSync(file, 'utf8')))
  return { actions: attacks.map(mended), campaigns, aliases: meta.attack_v19_alias }
}

export function readBenign(file: string): readonly BenignCase[] {
  return benignFile.parse(parse(readFileSync(file, 'utf8'))).benign.map(mended)
}

export function scriptDigest(script: string): string {
  return createHash('sha256').update(script.trim()).digest('hex').slice(0, 12)
}

let known: z.infer<typeof overlayFile> | undefined

function mended<Case extends { readonly id: string; readonly script: string }>(one: Case): Case {
  known ??= overlayFile.parse(parse(readFileSync(join(HERE, 'overlay.yaml'), 'utf8')) ?? {})
  const entry = known[one.id]
  if (entry?.of !== scriptDigest(one.script)) return one
  const { of: _of, why: _why, ...fields } = entry
  return { ...one, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) }
}
