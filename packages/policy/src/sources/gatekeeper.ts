// Gatekeeper: constraints of templates that are written for its CEL engine, K8sNativeValidation
// (open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy).
import { type CelProgram, compileCel } from '@yagura/lang/cel'
import { at, type Fields, isFields, listAt, textAt } from '../document.ts'
import { compileExpressions, failurePolicyOf, NO_EXPRESSIONS, type Rule, sourceOf } from '../engine/rule.ts'
import { outsideConstraint } from '../match/gatekeeper.ts'

const ENGINE = 'K8sNativeValidation'

/** What Gatekeeper gives every template: the object whatever happens to it, and the parameters of the constraint. */
const OWN_VARIABLES: ReadonlyMap<string, CelProgram> = new Map(
  Object.entries({
    anyObject: 'has(request.operation) && request.operation == "DELETE" && object == null ? oldObject : object',
    params: '!has(params.spec) ? null : !has(params.spec.parameters) ? null : params.spec.parameters',
  }).flatMap(([name, text]) => {
    const program = compileCel(text, ['object', 'oldObject', 'request', 'params'])
    return program.ok ? [[name, program.value] as const] : []
  }),
)

export function gatekeeperConstraints(documents: readonly Fields[]): Rule[] {
  const templates = new Map<string, Fields>()
  for (const document of documents) {
    const kind = textAt(document, 'spec', 'crd', 'spec', 'names', 'kind')
    if (document.kind === 'ConstraintTemplate' && kind !== undefined) templates.set(kind, document)
  }
  return documents
    .filter(({ apiVersion }) => String(apiVersion).startsWith('constraints.gatekeeper.sh/'))
    .map((constraint) => {
      const template = templates.get(String(constraint.kind))
      return constraintRule(withDefaults(constraint, template), template)
    })
}

/** Parameters as the API server completes them: with the defaults of the template's schema. */
function withDefaults(constraint: Fields, template: Fields | undefined): Fields {
  const schema = at(template, 'spec', 'crd', 'spec', 'validation', 'openAPIV3Schema')
  const spec = at(constraint, 'spec')
  if (!isFields(schema)) return constraint
  const parameters = completed(at(spec, 'parameters'), schema, 0)
  if (parameters === undefined) return constraint
  return { ...constraint, spec: { ...(isFields(spec) ? spec : {}), parameters } }
}

const MAX_DEPTH = 32

function completed(value: unknown, schema: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH || !isFields(schema)) return value
  if (value === undefined && schema.default !== undefined) return schema.default
  if (Array.isArray(value)) return value.map((one) => completed(one, schema.items, depth + 1))
  const properties = at(schema, 'properties')
  if (!isFields(properties) || (value !== undefined && !isFields(value))) return value
  const given = isFields(value) ? value : {}
  const added = Object.entries(properties).flatMap(([name, inner]) => {
    // what is absent gets a default of its own, none from inside of it
    const one = Object.hasOwn(given, name)
      ? completed(given[name], inner, depth + 1)
      : isFields(inner) && inner.default !== undefined
        ? inner.default
        : undefined
    return one === undefined ? [] : [[name, one] as const]
  })
  return value === undefined && added.length === 0 ? undefined : { ...given, ...Object.fromEntries(added) }
}

function constraintRule(constraint: Fields, template: Fields | undefined): Rule {
  const targets = listAt(template, 'spec', 'targets')
  const code = targets.flatMap((target) => listAt(target, 'code'))
  const source = at(
    code.find((one) => textAt(one, 'engine') === ENGINE),
    'source',
  )
  const { expressions, problem } = isFields(source)
    ? compileExpressions({ ...sourceOf(source, ['params']), given: [...OWN_VARIABLES.keys()] })
    : { expressions: NO_EXPRESSIONS, problem: undefined }
  return {
    policy: textAt(constraint, 'metadata', 'name') ?? '',
    rule: null,
    outside: (request) => outsideConstraint(at(constraint, 'spec', 'match'), request),
    passes: [
      {
        outside: () => undefined,
        parameters: () => ({ kind: 'objects', objects: [constraint] }),
        actions: [textAt(constraint, 'spec', 'enforcementAction') ?? 'deny'],
      },
    ],
    expressions: { ...expressions, variables: new Map([...OWN_VARIABLES, ...expressions.variables]) },
    problem: problemOf(constraint, template, source, problem),
    failurePolicy: failurePolicyOf(source),
    onFailure: 'fail',
  }
}

function problemOf(
  constraint: Fields,
  template: Fields | undefined,
  source: unknown,
  problem: string | undefined,
): Rule['problem'] {
  if (!template)
    return { verdict: 'error', message: `the template of ${String(constraint.kind)} is not among the files` }
  if (!isFields(source)) return { verdict: 'not-applicable', message: 'its template is written in Rego, not in CEL' }
  return problem === undefined ? undefined : { verdict: 'error', message: problem }
}
