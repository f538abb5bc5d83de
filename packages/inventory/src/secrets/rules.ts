// The kinds of secrets: content/secrets.yaml, made into JSON by scripts/generate.ts and read once, each pattern compiled when a file first asks for it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { SEVERITIES, type Severity } from '@yagura/schema/severities'
import type { RE2JS } from 're2js'
import { type RequiredRun, requiredRun } from './required-run.ts'

const CONTENT = new URL('../../generated/secrets.json', import.meta.url)
const DEFAULT_ENTROPY = 2.5

export interface SecretRule {
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly keywords: readonly string[]
  readonly entropy: number
  readonly generic: boolean
  readonly needs: string | undefined
  readonly sample: { readonly text: string; readonly path: string }
  readonly pattern: () => RE2JS
  /** What every match of the pattern holds. */
  readonly run: () => RequiredRun
  /** False: there is no match in the text, which is found out for a fraction of what the pattern costs. */
  readonly mayHold: (text: string) => boolean
  /** May a secret of this kind lie in that file? */
  readonly fits: (path: string) => boolean
  readonly limited: boolean
  readonly isAllowed: (secret: string) => boolean
}

interface Written {
  readonly id: string
  readonly title: string
  readonly severity: string
  readonly keywords: readonly string[]
  readonly pattern?: string
  readonly name?: string
  readonly value?: string
  readonly hint?: string
  readonly entropy?: number
  readonly generic?: boolean
  readonly needs?: string
  readonly paths?: string
  readonly allow?: string
  readonly path?: string
  readonly yes: string
}

let loaded: readonly SecretRule[] | undefined

export function secretRules(): readonly SecretRule[] {
  loaded ??= (JSON.parse(readFileSync(CONTENT, 'utf8')) as readonly Written[]).map(toRule)
  return loaded
}

function toRule(written: Written): SecretRule {
  const { id, title, keywords, generic = false, needs } = written
  const severity = SEVERITIES.find((one) => one === written.severity)
  if (!severity) throw new Error(`content/secrets.yaml: ${id} has no severity`)
  const paths = written.paths === undefined ? undefined : new RegExp(written.paths)
  const pattern = written.pattern ?? settingPattern(written)
  const { allow, hint = written.name } = written
  return {
    ...{ id, title, severity, keywords, generic, needs },
    entropy: written.entropy ?? DEFAULT_ENTROPY,
    sample: { text: written.yes, path: written.path ?? 'app/settings.txt' },
    pattern: once(() => compile(pattern)),
    run: once(() => requiredRun(pattern)),
    mayHold: hint === undefined ? () => true : holds(hint),
    limited: paths !== undefined,
    fits: (path) => paths?.test(path) ?? true,
    isAllowed: allow === undefined ? () => false : isFound(once(() => compile(allow))),
  }
}

/** NAME=value, name: "value", 'name' => 'value', <name>value … */
function settingPattern({ name, value }: Written): string {
  return `(?i:${name})["'\`\\]]{0,2}[ \\t]*(?:=>|:=|[=:,>])[ \\t]*["'\`]{0,2}(${value})(?:[^A-Za-z0-9_-]|$)`
}

/** A part of every match. Names and hints repeat nothing but at their end, so that they can be looked for without RE2. */
function holds(hint: string): (text: string) => boolean {
  const pattern = once(() => new RegExp(hint, 'i'))
  return (text) => pattern().test(text)
}

function isFound(pattern: () => RE2JS): (text: string) => boolean {
  return (text) => pattern().matcher(text).find()
}

/** Most images hold nothing that asks a pattern: the engine is loaded when one does. */
const engine = once(() => (createRequire(import.meta.url)('re2js') as typeof import('re2js')).RE2JS)

function compile(pattern: string): RE2JS {
  return engine().compile(pattern)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
