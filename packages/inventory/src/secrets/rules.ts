// The kinds of secrets: content/secrets.yaml, made into JSON by scripts/generate.ts and read once, each pattern compiled when a file first asks for it.
import { readFileSync } from 'node:fs'
import { SEVERITIES, type Severity } from '@yagura/schema/severities'
import { RE2JS } from 're2js'

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
  const paths = once(written.paths)
  const allow = once(written.allow)
  return {
    ...{ id, title, severity, keywords, generic, needs },
    entropy: written.entropy ?? DEFAULT_ENTROPY,
    sample: { text: written.yes, path: written.path ?? 'app/settings.txt' },
    pattern: once(written.pattern ?? settingPattern(written)) as () => RE2JS,
    limited: written.paths !== undefined,
    fits: (path) => paths()?.matcher(path).find() ?? true,
    isAllowed: (secret) => allow()?.matcher(secret).find() ?? false,
  }
}

/** NAME=value, name: "value", 'name' => 'value', <name>value … */
function settingPattern({ name, value }: Written): string {
  return `(?i:${name})["'\`\\]]{0,2}[ \\t]*(?:=>|:=|[=:,>])[ \\t]*["'\`]{0,2}(${value})(?:[^A-Za-z0-9_-]|$)`
}

function once(pattern: string | undefined): () => RE2JS | undefined {
  let compiled: RE2JS | undefined
  return () => {
    if (pattern !== undefined) compiled ??= RE2JS.compile(pattern)
    return compiled
  }
}
