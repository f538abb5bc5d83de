// How kinds are called in URLs, and whether they live in namespaces. Kubernetes' own kinds follow rules with few exceptions; for others their
// CustomResourceDefinition is asked, where the files hold it.
import { at, textAt } from '../document.ts'

/** Kinds of Kubernetes that belong to the cluster (kubectl api-resources --namespaced=false). */
const CLUSTER_KINDS = new Set(
  `Namespace Node PersistentVolume ClusterRole ClusterRoleBinding CustomResourceDefinition StorageClass PriorityClass
  ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
  MutatingAdmissionPolicy MutatingAdmissionPolicyBinding APIService CertificateSigningRequest RuntimeClass IngressClass
  CSIDriver CSINode VolumeAttachment FlowSchema PriorityLevelConfiguration TokenReview SubjectAccessReview
  SelfSubjectAccessReview SelfSubjectRulesReview ComponentStatus PodSecurityPolicy ClusterTrustBundle
  ClusterPolicy ClusterCleanupPolicy GatewayClass ClusterIssuer ClusterWorkflowTemplate DeviceClass`.split(/\s+/),
)

/** Groups whose kinds are known: one that is not above lives in a namespace. The first are those that Kubernetes itself serves. */
const OWN_GROUPS =
  /^(?:|apps|batch|autoscaling|policy|extensions|[a-z.]+\.k8s\.io|(?:apps|route)\.openshift\.io|argoproj\.io|serving\.knative\.dev|apps\.kruise\.io)$/

const PLURALS: Readonly<Record<string, string>> = { Endpoints: 'endpoints' }

/** The same objects, served by several groups (matchPolicy: Equivalent). */
const EQUIVALENT: Readonly<Record<string, readonly string[]>> = {
  deployments: ['apps', 'extensions'],
  daemonsets: ['apps', 'extensions'],
  replicasets: ['apps', 'extensions'],
  ingresses: ['networking.k8s.io', 'extensions'],
  networkpolicies: ['networking.k8s.io', 'extensions'],
  podsecuritypolicies: ['policy', 'extensions'],
  events: ['', 'events.k8s.io'],
}

export interface ResourceKind {
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Plural, as in URLs. */
  readonly resource: string
  /** undefined: not known for sure; taken for true. */
  readonly namespaced: boolean | undefined
}

export type CustomKinds = ReadonlyMap<string, { readonly resource: string; readonly namespaced: boolean }>

export function customKinds(documents: readonly unknown[]): CustomKinds {
  const kinds = new Map<string, { resource: string; namespaced: boolean }>()
  for (const document of documents) {
    if (textAt(document, 'kind') !== 'CustomResourceDefinition') continue
    const [group, kind, plural] = [
      textAt(document, 'spec', 'group'),
      textAt(document, 'spec', 'names', 'kind'),
      textAt(document, 'spec', 'names', 'plural'),
    ]
    if (group === undefined || kind === undefined || plural === undefined) continue
    kinds.set(`${group}/${kind}`, { resource: plural, namespaced: at(document, 'spec', 'scope') !== 'Cluster' })
  }
  return kinds
}

export function splitVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export function resourceKind(apiVersion: string, kind: string, custom: CustomKinds): ResourceKind {
  const { group, version } = splitVersion(apiVersion)
  const known = custom.get(`${group}/${kind}`)
  if (known) return { group, version, kind, ...known }
  // others mostly live in namespaces, unless their name says otherwise
  const isCluster = CLUSTER_KINDS.has(kind) || (!OWN_GROUPS.test(group) && /^Cluster[A-Z]/.test(kind))
  const namespaced = isCluster ? false : OWN_GROUPS.test(group) ? true : undefined
  return { group, version, kind, resource: plural(kind), namespaced }
}

export function plural(kind: string): string {
  const name = kind.toLowerCase()
  if (Object.hasOwn(PLURALS, kind)) return PLURALS[kind] ?? name
  if (/(?:s|x|z|ch|sh)$/.test(name)) return `${name}es`
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`
}

export function equivalentGroups(group: string, resource: string): readonly string[] {
  const groups = Object.hasOwn(EQUIVALENT, resource) ? EQUIVALENT[resource] : undefined
  return groups?.includes(group) ? groups : [group]
}

/** Names of a list of API resources in a discovery path, such as "configmaps" of "v1". */
export function isOfResource(document: unknown, apiVersion: string, resource: string, custom: CustomKinds): boolean {
  const kind = textAt(document, 'kind')
  return (
    kind !== undefined &&
    textAt(document, 'apiVersion') === apiVersion &&
    resourceKind(apiVersion, kind, custom).resource === resource
  )
}
