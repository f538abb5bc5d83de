// Types of the names that expressions may use, as far as the API server knows them before it sees an object
// (k8s.io/apiserver/pkg/admission/plugin/cel/compile.go: BuildRequestType, BuildNamespaceType). Objects are of any shape.
import { DYN, listOf, mapOf, STRING, type StaticType, structure, typeOf } from '@yagura/lang/cel'

const BOOL = typeOf('bool')

function kind(last: string): StaticType {
  return structure(`request.${last}`, { group: STRING, version: STRING, [last]: STRING })
}

const REQUEST = structure('request', {
  kind: kind('kind'),
  resource: kind('resource'),
  subResource: STRING,
  requestKind: kind('kind'),
  requestResource: kind('resource'),
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: structure('request.userInfo', {
    username: STRING,
    uid: STRING,
    groups: listOf(STRING),
    extra: mapOf(STRING, listOf(STRING)),
  }),
  dryRun: BOOL,
  options: DYN,
})

const METADATA = {
  ...{ name: STRING, generateName: STRING, namespace: STRING, resourceVersion: STRING, uid: STRING, UID: STRING },
  ...{ labels: mapOf(STRING, STRING), annotations: mapOf(STRING, STRING), finalizers: listOf(STRING) },
  ...{ creationTimestamp: DYN, deletionTimestamp: DYN, deletionGracePeriodSeconds: DYN, generation: DYN },
}

const NAMESPACE = structure('namespaceObject', {
  apiVersion: STRING,
  kind: STRING,
  metadata: structure('namespaceObject.metadata', METADATA),
  spec: DYN,
  status: DYN,
})

export const BASE_TYPES: ReadonlyMap<string, StaticType> = new Map([
  ['object', DYN],
  ['oldObject', DYN],
  ['request', REQUEST],
  ['namespaceObject', NAMESPACE],
  ['authorizer', typeOf('Authorizer')],
])

/** With `variables`, which has a field for each that was declared before. */
export function withVariables(
  names: readonly string[],
  variables: Readonly<Record<string, StaticType>>,
): Map<string, StaticType> {
  return new Map([
    ...BASE_TYPES,
    ...names.map((name) => [name, DYN] as const),
    ['variables', structure('variables', variables)],
  ])
}
