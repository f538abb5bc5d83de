// One rule of a policy, ready to run: expressions are compiled once, for all resources.
import {
  BOOL,
  type CelProgram,
  type CelValue,
  compileCel,
  DYN,
  fits,
  STRING,
  type StaticType,
  textOf,
  typeOf,
} from '@yagura/lang/cel'
import { listAt, textAt } from '../document.ts'
import type { ClusterContext } from '../resource/context.ts'
import type { AdmissionRequest } from '../resource/request.ts'
import type { ParameterSet } from './parameters.ts'
import { withVariables } from './types.ts'

export interface Validation {
  readonly expression: string
  readonly program: CelProgram
  readonly message: string | undefined
  readonly messageProgram: CelProgram | undefined
}

export interface Named {
  readonly name: string
  readonly program: CelProgram
}

export interface Expressions {
  readonly matchConditions: readonly Named[]
  readonly variables: ReadonlyMap<string, CelProgram>
  readonly validations: readonly Validation[]
  readonly auditAnnotations: readonly Named[]
}

/** How often a rule is judged for one request: once for each binding. */
export interface Pass {
  readonly outside: (request: AdmissionRequest) => string | undefined
  readonly parameters: (request: AdmissionRequest, context: ClusterContext) => ParameterSet
  readonly actions: readonly string[]
}

/** What exceptions allow within a policy: `exceptions` of Kyverno's expressions. */
export interface Allowances {
  readonly images: readonly string[]
  readonly values: readonly string[]
}

export interface Rule {
  readonly policy: string
  readonly rule: string | null
  /** The kind that exceptions name, where there are any for it. */
  readonly kind?: string
  /** The name that exceptions have for the rule: another one where it is made for what makes pods. */
  readonly ruleName?: (request: AdmissionRequest) => string
  /** Why it leaves the request aside; undefined where it is its own. */
  readonly outside: (request: AdmissionRequest) => string | undefined
  readonly passes: readonly Pass[]
  readonly expressions: Expressions
  /** Other expressions for some requests: those of a pod, moved into the template of what makes pods. */
  readonly variants?: (request: AdmissionRequest) => Expressions | undefined
  /** Variables that only policies of this kind have. */
  readonly extraVariables?: (request: AdmissionRequest, allowed: Allowances) => readonly (readonly [string, CelValue])[]
  /** It sees objects as the API server serves them, with what manifests leave out; others see what is written. */
  readonly asServed?: boolean
  /** It judges JSON of any shape, not only objects of Kubernetes. */
  readonly anyJson?: boolean
  /** What makes the rule useless: an expression that is none, an engine that is not ours. */
  readonly problem: { readonly verdict: 'error' | 'not-applicable'; readonly message: string } | undefined
  readonly failurePolicy: 'Fail' | 'Ignore'
  /** What a failed evaluation means where the policy fails closed: the API server denies, Kyverno's ValidatingPolicy reports an error. */
  readonly onFailure: 'fail' | 'error'
}

export const NO_EXPRESSIONS: Expressions = {
  matchConditions: [],
  variables: new Map(),
  validations: [],
  auditAnnotations: [],
}

export interface Source {
  readonly matchConditions: readonly unknown[]
  readonly variables: readonly unknown[]
  readonly validations: readonly unknown[]
  readonly auditAnnotations: readonly unknown[]
  /** Names besides those that every admission policy has. */
  readonly names: readonly string[]
  /** Variables that are there without being declared. */
  readonly given?: readonly string[]
  /** Changes an expression before it is compiled. */
  readonly rewrite?: (expression: string) => string
}

interface Wanted {
  readonly what: string
  readonly types: readonly StaticType[]
}

/** The compiled expressions, or the first thing that is wrong with them. */
export function compileExpressions(source: Source): { expressions: Expressions; problem: string | undefined } {
  let problem: string | undefined
  const declared: Record<string, StaticType> = Object.fromEntries((source.given ?? []).map((name) => [name, DYN]))
  let types = withVariables(source.names, declared)
  function compile(expression: string | undefined, what: string, wanted?: Wanted): CelProgram | undefined {
    const text = source.rewrite && expression !== undefined ? source.rewrite(expression) : expression
    const program = compileCel(text ?? '', types)
    const wrong = program.ok ? unwanted(program.value.type, wanted) : program.error.message
    if (program.ok && wrong === undefined) return program.value
    problem ??= `${what}: ${expression === undefined ? 'there is no expression.' : wrong}`
    return undefined
  }
  function named(items: readonly unknown[], what: string, name: string, field: string, wanted: Wanted): Named[] {
    return items.flatMap((item, index) => {
      const title = textAt(item, name) ?? String(index + 1)
      const program = compile(textAt(item, field), `${what} ${title}`, wanted)
      return program ? [{ name: title, program }] : []
    })
  }
  const matchConditions = named(source.matchConditions, 'match condition', 'name', 'expression', CONDITION)
  // each sees those before it
  const variables = source.variables.flatMap((item, index): Named[] => {
    const name = textAt(item, 'name') ?? String(index + 1)
    const program = compile(textAt(item, 'expression'), `variable ${name}`)
    declared[name] = program?.type ?? DYN
    types = withVariables(source.names, declared)
    return program ? [{ name, program }] : []
  })
  const expressions = {
    matchConditions,
    variables: new Map(variables.map((one) => [one.name, one.program])),
    validations: source.validations.flatMap((item, index) => {
      const expression = textAt(item, 'expression')
      const program = compile(expression, `validation ${index + 1}`, CONDITION)
      if (!program) return []
      const message = textAt(item, 'message')
      const written = textAt(item, 'messageExpression')
      const messageProgram = written === undefined ? undefined : compile(written, `message ${index + 1}`, MESSAGE)
      return [{ expression: (expression ?? '').trim(), program, message, messageProgram }]
    }),
    auditAnnotations: named(source.auditAnnotations, 'audit annotation', 'key', 'valueExpression', ANNOTATION),
  }
  return { expressions, problem }
}

const CONDITION: Wanted = { what: 'neither true nor false', types: [BOOL] }
const MESSAGE: Wanted = { what: 'no text', types: [STRING] }
const ANNOTATION: Wanted = { what: 'no text', types: [STRING, typeOf('null')] }

function unwanted(type: StaticType | undefined, wanted: Wanted | undefined): string | undefined {
  if (!type || !wanted || wanted.types.some((one) => fits(type, one))) return undefined
  return `its value is ${wanted.what}, but of type ${textOf(type)}.`
}

export function sourceOf(spec: unknown, names: readonly string[], rewrite?: Source['rewrite']): Source {
  return {
    matchConditions: listAt(spec, 'matchConditions'),
    variables: listAt(spec, 'variables'),
    validations: listAt(spec, 'validations'),
    auditAnnotations: listAt(spec, 'auditAnnotations'),
    names,
    ...(rewrite ? { rewrite } : {}),
  }
}

export function failurePolicyOf(spec: unknown): 'Fail' | 'Ignore' {
  return textAt(spec, 'failurePolicy') === 'Ignore' ? 'Ignore' : 'Fail'
}
