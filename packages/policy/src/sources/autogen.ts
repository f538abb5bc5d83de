// Kyverno applies a policy for pods to what makes pods, with paths of the expressions moved into the template
// (kyverno.io/docs/policy-types/cluster-policy/autogen). The text is replaced as Kyverno replaces it.

export interface PodController {
  readonly kind: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly template: string
}

const TEMPLATE = 'spec.template'
const CRON_TEMPLATE = 'spec.jobTemplate.spec.template'

export const POD_CONTROLLERS: readonly PodController[] = [
  { kind: 'DaemonSet', group: 'apps', version: 'v1', resource: 'daemonsets', template: TEMPLATE },
  { kind: 'Deployment', group: 'apps', version: 'v1', resource: 'deployments', template: TEMPLATE },
  { kind: 'ReplicaSet', group: 'apps', version: 'v1', resource: 'replicasets', template: TEMPLATE },
  { kind: 'StatefulSet', group: 'apps', version: 'v1', resource: 'statefulsets', template: TEMPLATE },
  { kind: 'ReplicationController', group: '', version: 'v1', resource: 'replicationcontrollers', template: TEMPLATE },
  { kind: 'Job', group: 'batch', version: 'v1', resource: 'jobs', template: TEMPLATE },
  { kind: 'CronJob', group: 'batch', version: 'v1', resource: 'cronjobs', template: CRON_TEMPLATE },
]

/** `keepNames`: the name and the namespace stay those of the whole object, since templates have none. */
export function intoTemplate(template: string, keepNames: boolean): (expression: string) => string {
  const metadata = keepNames
    ? /(object|oldObject)\.metadata(?!\.(?:name|namespace)(?![A-Za-z0-9_]))/g
    : /(object|oldObject)\.metadata/g
  return (expression) =>
    expression.replace(/(object|oldObject)\.spec/g, `$1.${template}.spec`).replace(metadata, `$1.${template}.metadata`)
}
