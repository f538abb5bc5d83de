// Kyverno's PolicyException, of both of its groups: what is excepted from which policy.
import { type CelProgram, compileCel, createRun, evaluateCel } from '@yagura/lang/cel'
import { at, type Fields, listAt, textAt, textsAt } from '../document.ts'
import type { Allowances } from '../engine/rule.ts'
import { matchesBlock } from '../match/kyverno.ts'
import { matchesPattern } from '../match/selector.ts'
import type { ClusterContext } from '../resource/context.ts'
import type { AdmissionRequest } from '../resource/request.ts'

export interface PolicyException {
  readonly name: string
  readonly isFor: (policy: string, rule: string | null) => boolean
  readonly covers: (request: AdmissionRequest, context: ClusterContext) => boolean
  /** What it allows within the policy, which then decides itself; without any the whole resource is excepted. */
  readonly allowed: Allowances
  /** How an excepted resource is reported. */
  readonly verdict: 'not-applicable' | 'pass'
}

const NOTHING: Allowances = { images: [], values: [] }

/** What all of them allow together; undefined where they except the whole resource. */
export function allowances(exceptions: readonly PolicyException[]): Allowances | undefined {
  const images = exceptions.flatMap(({ allowed }) => allowed.images)
  const values = exceptions.flatMap(({ allowed }) => allowed.values)
  return exceptions.length > 0 && images.length + values.length === 0 ? undefined : { images, values }
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
    allowed: NOTHING,
    verdict: 'not-applicable',
  }
}

function byCondition(name: string, spec: unknown): PolicyException {
  const names = ['object', 'oldObject', 'request', 'namespaceObject']
  const programs = listAt(spec, 'matchConditions').map((one) => compileCel(textAt(one, 'expression') ?? '', names))
  const refs = listAt(spec, 'policyRefs')
  return {
    name,
    isFor: (policy) => refs.some((one) => textAt(one, 'name') === policy),
    covers: (request, context) => programs.every((program) => program.ok && isTrue(program.value, request, context)),
    allowed: { images: textsAt(spec, 'images'), values: textsAt(spec, 'allowedValues') },
    verdict: textAt(spec, 'reportResult') === 'pass' ? 'pass' : 'not-applicable',
  }
}

function isTrue(program: CelProgram, { values }: AdmissionRequest, context: ClusterContext): boolean {
  const result = evaluateCel(program, createRun(new Map(Object.entries(values)), { host: context.host }))
  return result.ok && result.value === true
}
