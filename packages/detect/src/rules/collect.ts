// Items of all files → lists, macros, classes and rules, as they stand after every append and override.
// Semantics: falco.org/docs/rules (appending and overriding).
import type { RuleProblem } from './problem.ts'
import type { SourceItem } from './source.ts'

export interface Written {
  readonly name: string
  readonly item: SourceItem
  readonly value: Readonly<Record<string, unknown>>
}

export interface Words {
  readonly lists: Map<string, Written>
  readonly macros: Map<string, Written>
}

/** Words of other files do not change what ours mean, unless they say so: by appending to them or overriding them. */
export interface Collected {
  readonly own: Words
  readonly others: Words
  readonly classes: Map<string, readonly string[]>
  readonly rules: Map<string, Written>
}

type Report = (problem: RuleProblem) => void
type Values = Readonly<Record<string, unknown>>

const IGNORED: Readonly<Record<string, string>> = {
  required_engine_version: 'is of Falco and says nothing here',
  required_plugin_versions: 'is of Falco and says nothing here',
}

export function collect(items: readonly SourceItem[], report: Report): Collected {
  const found: Collected = {
    own: { lists: new Map(), macros: new Map() },
    others: { lists: new Map(), macros: new Map() },
    classes: new Map(),
    rules: new Map(),
  }
  for (const item of items) {
    const { value } = item
    const say = (level: RuleProblem['level'], rule: string | null, message: string, key = '') =>
      report({ level, file: item.file, line: key ? item.lineOf(key) : item.line, rule, field: null, message })
    if (typeof value.list === 'string') put(mapFor(found, item, 'lists', value.list), value.list, item, ['items'], say)
    else if (typeof value.macro === 'string')
      put(mapFor(found, item, 'macros', value.macro), value.macro, item, ['condition'], say)
    else if (typeof value.class === 'string') {
      found.classes.set(value.class, [...(found.classes.get(value.class) ?? []), ...textList(value.paths)])
    } else if (typeof value.rule === 'string') put(found.rules, value.rule, item, APPENDED_OF_RULES, say)
    else {
      const key = Object.keys(value)[0] ?? ''
      const reason = Object.hasOwn(IGNORED, key) ? IGNORED[key] : undefined
      if (reason) say('note', null, `${key} ${reason}.`)
      else say('error', null, `An item is a rule, a macro, a list or a class, not "${key.slice(0, 60)}".`)
    }
  }
  return found
}

function mapFor(found: Collected, item: SourceItem, kind: keyof Words, name: string): Map<string, Written> {
  if (item.origin === 'yagura') return found.own[kind]
  const changes = item.value.append === true || isRecord(item.value.override)
  return changes && !found.others[kind].has(name) && found.own[kind].has(name) ? found.own[kind] : found.others[kind]
}

const APPENDED_OF_RULES = ['condition', 'output', 'desc', 'tags', 'exceptions']

type Say = (level: RuleProblem['level'], rule: string | null, message: string, key?: string) => void

function put(into: Map<string, Written>, name: string, item: SourceItem, appended: readonly string[], say: Say): void {
  const before = into.get(name)
  const { append, override, ...given } = item.value
  if (append === true || isRecord(override)) {
    if (!before) {
      say('error', name, `"${name}" is appended to or overridden, but not defined before.`)
      return
    }
    const how = append === true ? Object.fromEntries(appended.map((key) => [key, 'append'])) : (override as Values)
    into.set(name, { ...before, value: change(before.value, given, how) })
    return
  }
  // Falco's old way to switch a rule on and off.
  const switched = before && Object.keys(given).every((key) => key === 'rule' || key === 'enabled')
  into.set(name, switched ? { ...before, value: { ...before.value, ...given } } : { name, item, value: given })
}

function change(before: Values, given: Values, how: Values): Values {
  const changed: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(given)) {
    if (how[key] === 'append') changed[key] = joined(before[key], value, key)
    else if (how[key] === 'replace' || key === 'enabled') changed[key] = value
  }
  return changed
}

function joined(before: unknown, value: unknown, key: string): unknown {
  if (key === 'exceptions') return joinExceptions(before, value)
  if (Array.isArray(before) || Array.isArray(value)) return [...arrayOf(before), ...arrayOf(value)]
  return `${before ?? ''} ${value ?? ''}`
}

/** Values of an exception of the same name are added to it. */
function joinExceptions(before: unknown, value: unknown): unknown[] {
  const result = [...arrayOf(before)]
  for (const added of arrayOf(value)) {
    const at = result.findIndex((known) => isRecord(known) && isRecord(added) && known.name === added.name)
    const known = result[at]
    if (isRecord(known) && isRecord(added))
      result[at] = { ...known, values: [...arrayOf(known.values), ...arrayOf(added.values)] }
    else result.push(added)
  }
  return result
}

export function arrayOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? [] : [value]
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Scalars as texts. Falco's files put quotes inside of quotes for its own parser: they go. */
export function textList(value: unknown): string[] {
  return arrayOf(value)
    .filter((one) => one !== null && typeof one !== 'object')
    .map((one) => String(one).replace(/^(["'])(.*)\1$/s, '$2'))
}
