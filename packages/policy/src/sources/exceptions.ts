// Kyverno's PolicyException, of both of its groups: what is excepted from which policy.
import { type CelProgram, compileCel, createRun, evaluateCel } from '@yagura/lang/cel'
import { at, type Fields, listAt, textAt, textsAt } from '../document.ts'
import { matchesBlock } from '../match/kyverno.ts'
import { matchesPattern } from '../match/selector.ts'
import type { ClusterContext } from '../resource/context.ts'
import type { AdmissionRequest } from '../resource/request.ts'

export interface PolicyException {
  readonly name: string
  readonly isFor: (policy: string, rule: string | null) => boolean
  readonly covers: (request: AdmissionRequest, context: ClusterContext) => boolean
}

export function policyExceptions(documents: readonly Fields[]): PolicyException[] {
  return documents.flatMap((document) => {
    if (document.kind !== 'PolicyException') return []
    const name = textAt(document, 'metadata', 'name') ?? ''
    const spec = at(document, 'spec')
    if (String(document.apiVersion).startsWith('kyverno.io/')) return [byFilter(name, spec)]
    return String(document.apiVersion).startsWith('policies.kyverno.io/') ? [byCondition(name, spec)] : []
  })
}

function byFilter(name: string, spec: unknown): PolicyException {
  const exceptions = listAt(spec, 'exceptions')
  return {
    name,
    isFor: (policy, rule) =>
      exceptions.some(
        (one) =>
          textAt(one, 'policyName') === policy &&
          textsAt(one, 'ruleNames').some((pattern) => rule !== null && matchesPattern(pattern, rule)),
      ),
    covers: (request) => matchesBlock(at(spec, 'match'), request),
  }
}

/** With images or values that are allowed only, it changes what an expression sees and excepts nothing by itself. */
function byCondition(name: string, spec: unknown): PolicyException {
  const names = ['object', 'oldObject', 'request', 'namespaceObject']
  const partial = listAt(spec, 'images').length + listAt(spec, 'allowedValues').length > 0
  const programs = listAt(spec, 'matchConditions').map((one) => compileCel(textAt(one, 'expression') ?? '', names))
  const refs = listAt(spec, 'policyRefs')
  return {
    name,
    isFor: (policy) => !partial && refs.some((one) => textAt(one, 'name') === policy),
    covers: (request, context) => programs.every((program) => program.ok && isTrue(program.value, request, context)),
  }
}

function isTrue(program: CelProgram, { values }: AdmissionRequest, context: ClusterContext): boolean {
  const result = evaluateCel(program, createRun(new Map(Object.entries(values)), { host: context.host }))
  return result.ok && result.value === true
}
