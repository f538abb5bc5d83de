// Rule files, ours and Falco's, → RuleSet. Pure: the caller reads the files. Loading again replaces all of it.
import { err, ok, type Result } from '@yagura/kernel'
import type { Condition } from '@yagura/lang'
import { ConditionError } from '@yagura/lang'
import type { Rule, RuleSet } from '../contract/rule.ts'
import { collect, type Written } from './collect.ts'
import { type CompiledRule, type CompileSettings, compileRule, type Shared } from './compile.ts'
import { describe, IGNORED_KEYS, type WrittenRule, writtenRule } from './describe.ts'
import { exceptionsCondition, isExceptionProblem } from './exceptions.ts'
import { type RuleFields, ruleFields } from './fields/index.ts'
import { durationMs } from './fields/own.ts'
import { countTests, MAX_EXPANDED_TESTS, type Names, ruleNames } from './names.ts'
import { compilePathClasses, MAX_CLASSES } from './path-class.ts'
import { type RuleProblem, RulesError } from './problem.ts'
import { createRuleSet } from './rule-set.ts'
import { type RuleText, readItems } from './source.ts'
import { createSpecialiser } from './specialise.ts'
import type { SubjectType } from './subject.ts'
import { compileSentence } from './template.ts'

export interface LoadOptions {
  /** Leave out what is wrong and use the rest; without it one wrong rule refuses all. */
  readonly skipBroken?: boolean
}

export interface LoadedRule {
  readonly rule: Rule
  readonly file: string
  readonly line: number
  readonly enabled: boolean
  readonly types: readonly SubjectType[]
  /** As written, for `rules test`. */
  readonly samples: unknown
  /** The rule alone, with nothing remembered. */
  readonly probe: () => RuleSet
}

export interface LoadedRules {
  readonly ruleSet: RuleSet
  readonly rules: readonly LoadedRule[]
  readonly problems: readonly RuleProblem[]
}

export function loadRules(texts: readonly RuleText[], options: LoadOptions = {}): Result<LoadedRules, RulesError> {
  const problems: RuleProblem[] = []
  const report = (problem: RuleProblem) => void problems.push(problem)
  const collected = collect(
    texts.flatMap((text) => readItems(text, report)),
    report,
  )
  if (collected.classes.size > MAX_CLASSES) {
    const message = `There are more than ${MAX_CLASSES} classes of paths.`
    report({ level: 'error', file: texts[0]?.name ?? '', line: 1, rule: null, field: null, message })
  }
  const classes = compilePathClasses(collected.classes)
  const fields = ruleFields(classes)
  const others = ruleNames(collected.others, fields, ruleNames(collected.own, fields))
  // Ours first; theirs are found where somebody appended to a rule of ours.
  const own = ruleNames(collected.own, fields, others)
  const settings = {
    fields,
    classes,
    report,
    specialiser: createSpecialiser(fields),
    shared: new Map<SubjectType, Shared>(),
  }
  const loaded: LoadedRule[] = []
  const compiled: ReadonlyMap<SubjectType, CompiledRule>[] = []
  for (const written of collected.rules.values()) {
    const one = loadRule(written, { ...settings, names: written.item.origin === 'yagura' ? own : others })
    if (!one) continue
    loaded.push(one.loaded)
    if (one.loaded.enabled) compiled.push(one.compiled)
  }
  checkIds(loaded, report)
  if (!options.skipBroken && problems.some(({ level }) => level === 'error')) return err(new RulesError(problems))
  const active = loaded.filter(({ enabled }) => enabled).map(({ rule }) => rule)
  return ok({ ruleSet: createRuleSet(active, compiled, classes), rules: loaded, problems })
}

interface Settings extends CompileSettings {
  readonly names: Names
  readonly report: (problem: RuleProblem) => void
}

function loadRule(written: Written, settings: Settings) {
  const { item, name } = written
  const say = (level: RuleProblem['level'], key: string, message: string, field: string | null = null) =>
    settings.report({ level, file: item.file, line: item.lineOf(key), rule: name, field, message })
  const checked = writtenRule.safeParse(written.value)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const at = String(issue?.path[0] ?? 'rule')
    say('error', at, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`)
    return undefined
  }
  const rule = checked.data
  for (const key of Object.keys(written.value)) {
    if (key in writtenRule.shape) continue
    if (IGNORED_KEYS.has(key)) say('note', key, `${key} is of Falco and says nothing here.`)
    else say('warning', key, `A rule has no "${key.slice(0, 60)}".`)
  }
  const audit = rule.source !== undefined && rule.source !== 'syscall'
  if (audit && !['k8s_audit', 'k8saudit'].includes(rule.source ?? '')) {
    say('error', 'source', `Events of the source "${rule.source}" do not come here.`)
    return undefined
  }
  const sequence = readSequence(rule, say)
  const conditions = sequence === null ? undefined : readConditions(rule, settings.names, say)
  if (!conditions || sequence === null) return undefined
  const quietMs = quietOf(rule, conditions, say)
  if (quietMs === null) return undefined
  warnUnfilled(conditions, settings.fields, say)
  const sentence = compileSentence(rule.sentence ?? { en: rule.output ?? rule.rule }, settings.fields)
  for (const field of sentence.unknown)
    say('warning', rule.sentence ? 'sentence' : 'output', `The field ${field} in the text is not known.`, field)
  const parts = { sentence: sentence.fill, conditions, sequence, quietMs }
  const first = describe(rule, written, audit ? 'audit' : 'syscall')
  const compiled = compileRule({ rule: first, ...parts }, settings)
  const types = [...compiled.keys()]
  if (types.length === 0) say('warning', 'condition', 'The condition is never true of any event.')
  const described = rule.evidence || audit ? first : { ...first, source: evidenceOf(types) }
  for (const [type, one] of compiled) compiled.set(type, { ...one, rule: described })
  const enabled = rule.enabled !== false
  const probe = () =>
    createRuleSet(
      [described],
      [compileRule({ rule: described, ...parts }, { ...settings, shared: new Map() })],
      settings.classes,
    )
  return {
    compiled,
    loaded: {
      rule: described,
      file: item.file,
      line: item.line,
      enabled,
      types,
      samples: rule.samples,
      probe,
    } satisfies LoadedRule,
  }
}

type Say = (level: RuleProblem['level'], key: string, message: string, field?: string | null) => void

function readConditions(rule: WrittenRule, names: Names, say: Say): Condition[] | undefined {
  const texts = rule.sequence?.steps ?? (rule.condition === undefined ? [] : [withExceptions(rule, say)])
  if (texts.length === 0) {
    say('error', 'rule', 'A rule needs a condition or a sequence.')
    return undefined
  }
  const conditions: Condition[] = []
  for (const text of texts) {
    if (text === undefined) return undefined
    const parsed = parse(text, names)
    if (!parsed.ok) {
      say('error', rule.sequence ? 'sequence' : 'condition', parsed.error.message, unknownField(parsed.error.message))
      return undefined
    }
    if (countTests(parsed.value) > MAX_EXPANDED_TESTS) {
      say('error', 'condition', `With its macros the condition has more than ${MAX_EXPANDED_TESTS} tests.`)
      return undefined
    }
    conditions.push(parsed.value)
  }
  return conditions
}

/** Lists and macros that are wrong throw where a condition asks for them. */
function parse(text: string, names: Names): Result<Condition, ConditionError> {
  try {
    return names.parse(text)
  } catch (thrown) {
    if (thrown instanceof ConditionError) return err(thrown)
    throw thrown
  }
}

function unknownField(message: string): string | null {
  return /Unknown field "([^"]+)"/.exec(message)?.[1] ?? null
}

function withExceptions(rule: WrittenRule, say: Say): string | undefined {
  try {
    const exceptions = exceptionsCondition(rule.exceptions)
    return exceptions === '' ? rule.condition : `(${rule.condition}) and ${exceptions}`
  } catch (thrown) {
    if (!isExceptionProblem(thrown)) throw thrown
    say('error', 'exceptions', thrown.message)
    return undefined
  }
}

function readSequence(rule: WrittenRule, say: Say) {
  if (!rule.sequence) return undefined
  const withinMs = durationMs(rule.sequence.within)
  if (withinMs !== undefined) return { withinMs, by: rule.sequence.by }
  say('error', 'sequence', `"${rule.sequence.within}" is not a time such as 30s or 5m.`)
  return null
}

const QUIET_OF_COUNTS_MS = 60_000

/** undefined: every event is told; null: wrong. */
function quietOf(rule: WrittenRule, conditions: readonly Condition[], say: Say): number | undefined | null {
  if (rule.quiet === undefined) return conditions.some((one) => speaksOf(one, 'count')) ? QUIET_OF_COUNTS_MS : undefined
  const quietMs = durationMs(rule.quiet)
  if (quietMs !== undefined) return quietMs
  say('error', 'quiet', `"${rule.quiet}" is not a time such as 30s or 5m.`)
  return null
}

function speaksOf(condition: Condition, field: string): boolean {
  return [...fieldsOf(condition)].includes(field)
}

function fieldsOf(condition: Condition, into = new Set<string>(), seen = new Set<Condition>()): Set<string> {
  if (seen.has(condition)) return into
  seen.add(condition)
  if (condition.kind === 'and' || condition.kind === 'or')
    for (const one of condition.operands) fieldsOf(one, into, seen)
  else if (condition.kind === 'not') fieldsOf(condition.operand, into, seen)
  else {
    into.add(condition.field)
    if (condition.kind === 'comparison' && condition.against) into.add(condition.against.field)
  }
  return into
}

function warnUnfilled(conditions: readonly Condition[], fields: RuleFields, say: Say): void {
  for (const field of new Set(conditions.flatMap((one) => [...fieldsOf(one)]))) {
    if (fields[field]?.unfilled)
      say('warning', 'condition', `The field ${field} is not filled: tests of it are false.`, field)
  }
}

const NETWORK: ReadonlySet<SubjectType> = new Set([
  'connect',
  'accept',
  'listen',
  'traffic',
  'protocol',
  'dns',
  'socket',
])
const FILES: ReadonlySet<SubjectType> = new Set([
  'open',
  'rename',
  'link',
  'unlink',
  'chmod',
  'chown',
  'mknod',
  'attribute',
])

function evidenceOf(types: readonly SubjectType[]): Rule['source'] {
  if (types.length > 0 && types.every((type) => NETWORK.has(type))) return 'network'
  return types.length > 0 && types.every((type) => FILES.has(type)) ? 'file' : 'syscall'
}

function checkIds(loaded: readonly LoadedRule[], report: (problem: RuleProblem) => void): void {
  const seen = new Map<string, LoadedRule>()
  for (const one of loaded) {
    const before = seen.get(one.rule.id)
    if (before) {
      const message = `The id ${one.rule.id} is that of "${before.rule.name}" too.`
      report({ level: 'error', file: one.file, line: one.line, rule: one.rule.name, field: null, message })
    }
    seen.set(one.rule.id, one)
  }
}
