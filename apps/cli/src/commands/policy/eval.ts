// Reads policies and resources, judges, prints. What could not be read is a result of its own: an error, never silence.
import { YaguraError } from '@yagura/kernel'
import { evaluateSet, loadPolicies, type PolicyResult, unwrapLists } from '@yagura/policy'
import { type DocumentProblem, readDocuments, type SourceDocument } from '../../documents/read.ts'
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
  readonly all?: boolean
}

export async function evaluatePolicies({ policies, resources, format, all = false }: EvalOptions): Promise<void> {
  const [given, judged] = [await readDocuments(policies), await readDocuments(resources)]
  const set = loadPolicies(given.documents.map(({ value }) => value))
  if (set.rules.length === 0 && given.problems.length === 0)
    throw new YaguraError('INPUT_INVALID', `${policies} holds no policy that can be judged.`, {
      hint: 'Known are ValidatingAdmissionPolicy, ClusterPolicy, Policy, ValidatingPolicy, and ConstraintTemplate with constraints.',
    })
  const { objects, placeOf } = placed(judged.documents)
  const evaluated = evaluateSet(set, objects, { nowMs: () => Date.now() })
  const results = [
    ...evaluated.map((result) => ({ ...result, ...placeOf(result.document) })),
    ...[...given.problems, ...judged.problems].map(unread),
  ]
  process.stdout.write(render(results, format, all))
  process.exitCode = exitCode(results)
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

function render(results: readonly PlacedResult[], format: PolicyFormat, all: boolean): string {
  switch (format) {
    case 'json':
      return toJson(results)
    case 'junit':
      return toJunit(results)
    case 'sarif':
      return toSarif(results, version())
    case 'table':
      return toTable(results, all, process.stdout.isTTY ? process.stdout.columns : undefined)
  }
}

/** 1 where something fails; 2 where nothing does, but something could not be judged. */
export function exitCode(results: readonly PolicyResult[]): number {
  if (results.some(({ verdict }) => verdict === 'fail')) return 1
  return results.some(({ verdict }) => verdict === 'error') ? 2 : 0
}
