// Documents that lie beside policies and manifests and are none: files of tools, halves that a test compares with. They are named as gaps,
// so that nobody takes silence for a pass.
import { at, type Fields, isFields, textAt } from './document.ts'

const POLICY_KINDS =
  /^(?:ValidatingAdmissionPolicy|(?:Namespaced)?ValidatingPolicy|ClusterPolicy|Policy|ConstraintTemplate)$/
const POLICY_GROUPS = /^(?:admissionregistration\.k8s\.io|(?:policies\.)?kyverno\.io|templates\.gatekeeper\.sh)\//

const TOOLS: readonly (readonly [apiVersion: RegExp, kind: RegExp, message: string])[] = [
  [/^cli\.kyverno\.io\//, /^Test$/, "a test of Kyverno's command line, not a resource"],
  [/^chainsaw\.kyverno\.io\//, /./, 'a test of Chainsaw, not a resource'],
  [/^kuttl\.dev\//, /./, 'a test of Kuttl, not a resource'],
  [/^test\.gatekeeper\.sh\//, /./, 'a test of Gatekeeper, not a resource'],
  [
    /^kustomize\.config\.k8s\.io\//,
    /./,
    'an overlay of kustomize that is not built: what it would change is not seen. Build it first, and judge what comes out.',
  ],
]

/** Why a document is not judged; undefined where it is an object of Kubernetes. `file`: its name, where it came from one. */
export function setAside(document: unknown, file = ''): string | undefined {
  const name = file.split('/').at(-1) ?? ''
  if (/^kustomization\.ya?ml$/i.test(name)) return TOOLS.at(-1)?.[2]
  if (/^Chart\.ya?ml$/.test(name)) return 'a Helm chart that is not rendered: judge what helm template makes of it.'
  if (!isFields(document)) return 'no object of Kubernetes'
  const apiVersion = textAt(document, 'apiVersion')
  const kind = textAt(document, 'kind')
  if (apiVersion === undefined || kind === undefined)
    return document.kind === 'AdmissionReview' ? undefined : 'no object of Kubernetes: it has no apiVersion or no kind'
  return toolOf(document)
}

/** What the file of a tool is; undefined for what a cluster may hold. */
export function toolOf(document: unknown): string | undefined {
  const [apiVersion, kind] = [textAt(document, 'apiVersion') ?? '', textAt(document, 'kind') ?? '']
  return TOOLS.find(([group, kinds]) => group.test(apiVersion) && kinds.test(kind))?.[2]
}

/** What has the name of a policy and says nothing, such as the status that a test waits for. */
export function isEmptyPolicy(document: Fields): boolean {
  return (
    POLICY_KINDS.test(String(document.kind)) &&
    POLICY_GROUPS.test(String(document.apiVersion)) &&
    !isFields(at(document, 'spec'))
  )
}
