// Parameters of a policy: the objects that paramRef names, looked up among the files (admissionregistration/v1, ParamRef).
import { at, type Fields, isFields, labelsAt, textAt } from '../document.ts'
import { matchesSelector } from '../match/selector.ts'
import type { ClusterContext } from '../resource/context.ts'
import type { AdmissionRequest } from '../resource/request.ts'

/** Each is judged by itself. `missing`: what could not be found, and is demanded; `denies` where the binding says what that means. */
export type ParameterSet =
  | { readonly kind: 'none' }
  | { readonly kind: 'objects'; readonly objects: readonly Fields[] }
  | { readonly kind: 'missing'; readonly message: string; readonly denies?: boolean }

export const NO_PARAMETERS: ParameterSet = { kind: 'none' }

export function parametersOf(
  paramKind: unknown,
  paramRef: unknown,
  request: AdmissionRequest,
  context: ClusterContext,
): ParameterSet {
  if (!isFields(paramKind)) return NO_PARAMETERS
  const kind = textAt(paramKind, 'kind') ?? ''
  if (!isFields(paramRef)) return unbound(paramKind, context)
  const objects = find(paramKind, paramRef, request, context)
  if (objects.length > 0) return { kind: 'objects', objects }
  const action = textAt(paramRef, 'parameterNotFoundAction')
  if (action === 'Allow') return { kind: 'objects', objects: [] }
  const wanted = textAt(paramRef, 'name')
  return {
    kind: 'missing',
    message: `the parameter ${kind}${wanted === undefined ? '' : ` ${wanted}`} is not among the files`,
    denies: action === 'Deny',
  }
}

/** Without a binding: every object of the kind, so that a policy can be tried before it is bound. */
function unbound(paramKind: Fields, { documents }: ClusterContext): ParameterSet {
  const objects = documents.filter((one) => one.kind === paramKind.kind && one.apiVersion === paramKind.apiVersion)
  if (objects.length > 0) return { kind: 'objects', objects }
  return {
    kind: 'missing',
    message: `the policy wants a ${textAt(paramKind, 'kind') ?? ''}, and neither a binding gives one nor is one among the files`,
  }
}

function find(paramKind: Fields, paramRef: Fields, request: AdmissionRequest, context: ClusterContext): Fields[] {
  const name = textAt(paramRef, 'name')
  const namespace = textAt(paramRef, 'namespace') ?? (request.namespace || undefined)
  return context.documents.filter((object) => {
    if (object.kind !== paramKind.kind || object.apiVersion !== paramKind.apiVersion) return false
    if (name !== undefined && textAt(object, 'metadata', 'name') !== name) return false
    if (name === undefined && !matchesSelector(at(paramRef, 'selector'), labelsAt(object, 'metadata', 'labels')))
      return false
    const own = textAt(object, 'metadata', 'namespace')
    return own === undefined || namespace === undefined || own === namespace
  })
}
