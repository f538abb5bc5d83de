// A check as content/checks/<target> holds it: what people read, where the effective value comes from, and what is expected of it.

import { type CelProgram, compileCel } from '@yagura/lang/cel'
import { compileRegex } from '@yagura/lang/regex'
import { checkDescription, localisedText } from '@yagura/schema'
import { z } from 'zod'

const scalar = z.union([z.string().max(4096), z.number(), z.boolean()])
const value = z.union([scalar, z.array(scalar).max(256)])

/**
 * Patterns are RE2. `has` and `hasnot` look for an element of a list, or a word of a text. Dates are YYYY-MM-DD, and `today` is the day of
 * the check.
 */
export const OPERATORS = [
  'eq',
  'ne',
  'in',
  'notin',
  'ge',
  'le',
  'match',
  'notmatch',
  'set',
  'unset',
  'empty',
  'has',
  'hasnot',
  'mode_le',
  'count_eq',
  'count_le',
  'no_plain_http_except_loopback',
  'redis_acl_no_dangerous',
  'date_ge',
] as const
export type Operator = (typeof OPERATORS)[number]

export const expectation = z.object({ op: z.enum(OPERATORS), value: value.optional() })
export type Expectation = z.infer<typeof expectation>

/**
 * What an absent key means. A plain value is the product's default in every version; a table tells versions and facts apart:
 * keys `v14+`, `v8.0-v9.2`, `older`, or the name of a fact that is true (`docker-image`). Null: nothing can be said.
 */
const versioned = z.object({ versions: z.record(z.string().max(64), value.nullable()) })
export const unsetValue = z.union([value, versioned, z.null()])
export type UnsetValue = z.infer<typeof unsetValue>

const cel = z.string().min(1).max(4096)

export const checkRule = z.union([
  z.object({
    /** Sources in the order they are asked: `sql:…`, `arg:…`, `env:…`, `conf:…`, `file:PATH#mode`, … ; the target reads them. */
    get: z.array(z.string().min(1).max(1024)).min(1).max(16),
    expect: expectation,
    unset: unsetValue.default(null),
    when: cel.optional(),
    /** Of several values: all must fit (default), or one. */
    quantifier: z.enum(['all', 'any']).default('all'),
    /** The exact change; `{place}` and `{value}` are filled in. */
    change: z.string().max(4096).optional(),
  }),
  /** Over everything the target collected: true is a pass. */
  z.object({ expression: cel, when: cel.optional(), change: z.string().max(4096).optional() }),
  /** Only a person can tell; says what to look at. */
  z.object({ look: localisedText, when: cel.optional() }),
])
export type CheckRule = z.infer<typeof checkRule>

export const checkRecord = checkDescription.extend({
  version: z.int().positive().default(1),
  /** From the tables of content/controls. */
  controls: checkDescription.shape.controls.default([]),
  product: z.string().max(128).nullable().default(null),
  rule: checkRule,
})
export type CheckRecord = z.infer<typeof checkRecord>

export interface CompiledCheck {
  readonly check: CheckRecord
  readonly when: CelProgram | undefined
  readonly expression: CelProgram | undefined
}

/** What `when` and `expression` may speak of. */
export const VARIABLES = ['facts', 'version', 'flavor', 'edition', 'env', 'host', 'baseline'] as const

/** Records out of files of content, compiled. What is wrong with one is told, and the others stand. */
export function loadChecks(records: readonly unknown[]): { checks: CompiledCheck[]; problems: string[] } {
  const problems: string[] = []
  const ids = new Set<string>()
  const checks: CompiledCheck[] = []
  for (const record of records) {
    const parsed = checkRecord.safeParse(record)
    if (!parsed.success) {
      problems.push(`${nameOf(record)}: ${z.prettifyError(parsed.error)}`)
      continue
    }
    const { id, rule } = parsed.data
    if (ids.has(id)) problems.push(`${id} is there twice`)
    ids.add(id)
    if ('expect' in rule) problems.push(...patternProblems(id, rule.expect))
    const when = compile(id, rule.when, problems)
    const expression = 'expression' in rule ? compile(id, rule.expression, problems) : undefined
    const isBroken = (rule.when !== undefined && !when) || ('expression' in rule && !expression)
    if (!isBroken) checks.push({ check: parsed.data, when, expression })
  }
  return { checks, problems }
}

function compile(id: string, text: string | undefined, problems: string[]): CelProgram | undefined {
  if (text === undefined) return undefined
  const program = compileCel(text, VARIABLES)
  if (program.ok) return program.value
  problems.push(`${id}: ${program.error.message}`)
  return undefined
}

function patternProblems(id: string, { op, value: pattern }: Expectation): string[] {
  if (op !== 'match' && op !== 'notmatch') return []
  const compiled = compileRegex(String(pattern))
  return compiled.ok ? [] : [`${id}: ${compiled.error.message}`]
}

function nameOf(record: unknown): string {
  const id = (record as { id?: unknown } | null)?.id
  return typeof id === 'string' ? id : 'a check'
}
