// Reads policies and resources, judges, prints. What could not be read is a result of its own: an error, never silence.
import { YaguraError } from '@yagura/kernel'
import {
  evaluateSet,
  loadPolicies,
  type Operation,
  type PolicyResult,
  type PolicySet,
  setAside,
  unwrapLists,
} from '@yagura/policy'
import { type DocumentProblem, type ReadDocuments, readDocuments, type SourceDocument } from '../../documents/read.ts'
import { version } from '../../version.ts'
import type { PolicyFormat } from './index.ts'
import { toJson } from './json.ts'
import { toJunit } from './junit.ts'
import { toSarif } from './sarif.ts'
import { toTable } from './table.ts'

export interface PlacedResult extends PolicyResult {
  readonly file: string | null
  readonly line: number | null
}

export interface EvalOptions {
  readonly policies: string
  readonly resources: string
  readonly format: PolicyFormat
  readonly operation?: Operation
  readonly before?: string
  readonly user?: string
  readonly group?: readonly string[]
  readonly all?: boolean
  readonly asWritten?: boolean
}

/** What was found beside the results. */
export interface Gap {
  readonly file: string
  readonly line: number
  readonly message: string
}

export async function evaluatePolicies(options: EvalOptions): Promise<void> {
  const { policies, resources, format, all = false } = options
  const [given, judged] = [await readDocuments(policies), await readDocuments(resources)]
  const before = options.before === undefined ? undefined : await readDocuments(options.before)
  const set = loadPolicies(given.documents.map(({ value }) => value))
  if (set.rules.length === 0 && given.problems.length === 0)
    throw new YaguraError('INPUT_INVALID', `${policies} holds no policy that can be judged.`, {
      hint: 'Known are ValidatingAdmissionPolicy, ClusterPolicy, Policy, ValidatingPolicy, and ConstraintTemplate with constraints.',
    })
  const { objects, placeOf } = placed(judged.documents)
  const evaluated = evaluateSet(set, objects, {
    nowMs: () => Date.now(),
    userInfo: {
      ...(options.user === undefined ? {} : { username: options.user }),
      ...(options.group === undefined ? {} : { groups: options.group }),
    },
    asWritten: options.asWritten === true,
    ...(options.operation === undefined ? {} : { operation: options.operation }),
    ...(before === undefined ? {} : { before: before.documents.map(({ value }) => value) }),
  })
  const results = [
    ...evaluated.map((result) => ({ ...result, ...placeOf(result.document) })),
    ...[...given.problems, ...judged.problems, ...(before?.problems ?? [])].map(unread),
  ]
  process.stdout.write(render(results, gapsOf(set, given, judged), format, all))
  const unrendered = given.gaps.length + judged.gaps.length
  process.exitCode = exitCode(results) || (unrendered > 0 ? 2 : 0)
}

function placed(documents: readonly SourceDocument[]) {
  const places = new Map<unknown, { file: string; line: number }>()
  const objects = documents.flatMap(({ value, file, line }) => {
    const unwrapped = unwrapLists([value])
    for (const one of unwrapped) places.set(one, { file, line })
    return unwrapped
  })
  const nowhere = { file: null, line: null }
  return { objects, placeOf: (document: unknown) => places.get(document) ?? nowhere }
}

function gapsOf(set: PolicySet, given: ReadDocuments, judged: ReadDocuments): Gap[] {
  const { placeOf } = placed(given.documents)
  const policies = set.gaps.flatMap(({ document, message }) => {
    const { file, line } = placeOf(document)
    return file === null ? [] : [{ file, line, message }]
  })
  const judgesAny = set.rules.some((rule) => rule.anyJson)
  const resources = judged.documents.flatMap(({ value, file, line }) => {
    const message = judgesAny ? undefined : setAside(value, file)
    return message === undefined ? [] : [{ file, line, message }]
  })
  return [...given.gaps, ...policies, ...judged.gaps, ...resources]
}

function unread({ file, message }: DocumentProblem): PlacedResult {
  return {
    policy: '',
    rule: null,
    resource: file,
    kind: '',
    namespace: null,
    name: '',
    verdict: 'error',
    message,
    actions: [],
    auditAnnotations: {},
    file,
    line: null,
  }
}

function render(results: readonly PlacedResult[], gaps: readonly Gap[], format: PolicyFormat, all: boolean): string {
  switch (format) {
    case 'json':
      return toJson(results, gaps)
    case 'junit':
      return toJunit(results)
    case 'sarif':
      return toSarif(results, version())
    case 'table':
      return toTable(results, gaps, all, process.stdout.isTTY ? process.stdout.columns : undefined)
  }
}

/** 1 where something fails; 2 where nothing does, but something could not be judged. */
export function exitCode(results: readonly PolicyResult[]): number {
  if (results.some(({ verdict }) => verdict === 'fail')) return 1
  return results.some(({ verdict }) => verdict === 'error') ? 2 : 0
}
