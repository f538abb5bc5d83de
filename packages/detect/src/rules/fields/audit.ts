// ka.*, jevt.*: one line of the Kubernetes audit log. Names are those of Falco's k8saudit plugin.

import type { FieldSpec, FieldValue } from '@yagura/lang'
import type { AuditEvent } from '@yagura/schema'
import { type RuleField, type RuleFields, unfilled } from './field.ts'
import { listAt, pointer, valueAt } from './json.ts'

function audit(type: FieldSpec['type'], read: (event: AuditEvent) => FieldValue): RuleField {
  return { type, cost: 3, reads: (kind) => (kind === 'audit' ? (subject) => read(subject.audit) : undefined) }
}

function split(resource: string): readonly [string, string | undefined] {
  const slash = resource.indexOf('/')
  return slash < 0 ? [resource, undefined] : [resource.slice(0, slash), resource.slice(slash + 1)]
}

/** The pod of a request: of a Pod itself, or the template of what makes pods. */
function podSpec({ requestObject }: AuditEvent): unknown {
  const spec = valueAt(requestObject, ['spec'])
  return valueAt(spec, ['jobTemplate', 'spec', 'template', 'spec']) ?? valueAt(spec, ['template', 'spec']) ?? spec
}

function containers(event: AuditEvent): unknown[] {
  const spec = podSpec(event)
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((kind) => listAt(spec, [kind]))
}

function ofContainers(path: readonly string[]): RuleField {
  return audit('list', (event) => texts(containers(event).map((one) => valueAt(one, path))))
}

function ofPod(path: readonly string[]): RuleField {
  return audit('list', (event) => texts([valueAt(podSpec(event), path)]))
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => value !== undefined && value !== null).map(asText)
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function repository(image: string): string {
  const name = image.split('@', 1)[0] ?? ''
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name
}

function scalar(event: AuditEvent, path: readonly string[]): FieldValue {
  const value = valueAt(event.requestObject, path)
  return value === undefined || value === null ? undefined : asText(value)
}

/** The event as the API server writes it, for JSON pointers. */
function asWritten(event: AuditEvent): Record<string, unknown> {
  const [resource, subresource] = split(event.resource)
  return {
    auditID: event.auditId,
    stage: event.stage,
    verb: event.verb,
    user: { username: event.user, groups: event.groups },
    sourceIPs: event.sourceAddresses,
    userAgent: event.userAgent,
    objectRef: { resource, subresource, namespace: event.namespace, name: event.name },
    responseStatus: { code: event.responseCode },
    requestObject: event.requestObject,
  }
}

const pointerField: RuleField = {
  type: 'string',
  argument: 'needed',
  cost: 20,
  reads: (kind, argument = '') => {
    if (kind !== 'audit') return undefined
    const path = pointer(argument)
    return (subject) => {
      const value = valueAt(asWritten(subject.audit), path)
      return value === undefined || value === null ? undefined : asText(value)
    }
  },
}

export const auditFields: RuleFields = {
  'jevt.value': pointerField,
  'json.value': pointerField,
  'jevt.rawtime': audit('number', (event) => event.atMs * 1e6),
  'json.rawtime': audit('number', (event) => event.atMs * 1e6),
  'jevt.time': audit('string', (event) => new Date(event.atMs).toISOString()),
  'jevt.time.iso8601': audit('string', (event) => new Date(event.atMs).toISOString()),
  'jevt.obj': unfilled(),
  'json.obj': unfilled(),
  'ka.auditid': audit('string', (event) => event.auditId),
  'ka.stage': audit('string', (event) => event.stage),
  'ka.verb': audit('string', (event) => event.verb),
  'ka.user.name': audit('string', (event) => event.user),
  'ka.user.groups': audit('list', (event) => event.groups),
  'ka.sourceips': audit('list', (event) => event.sourceAddresses),
  'ka.useragent': audit('string', (event) => event.userAgent),
  'ka.target.resource': audit('string', (event) => split(event.resource)[0]),
  'ka.target.subresource': audit('string', (event) => split(event.resource)[1]),
  'ka.target.name': audit('string', (event) => event.name),
  'ka.target.namespace': audit('string', (event) => event.namespace),
  'ka.target.pod.name': audit('string', (event) => (split(event.resource)[0] === 'pods' ? event.name : undefined)),
  'ka.response.code': audit('string', (event) => String(event.responseCode)),
  'ka.pod.uid': audit('string', (event) => event.podUid),
  'ka.resp.name': audit('string', (event) => event.name),
  'ka.req.binding.subjects': audit('string', (event) => scalar(event, ['subjects'])),
  'ka.req.binding.subject.names': audit('list', (event) =>
    texts(listAt(event.requestObject, ['subjects']).map((one) => valueAt(one, ['name']))),
  ),
  'ka.req.binding.role': audit('string', (event) => scalar(event, ['roleRef', 'name'])),
  'ka.req.configmap.name': audit('string', (event) => scalar(event, ['metadata', 'name'])),
  'ka.req.configmap.obj': audit('string', (event) => scalar(event, ['data'])),
  'ka.req.pod.containers.image': ofContainers(['image']),
  'ka.req.pod.containers.name': ofContainers(['name']),
  'ka.req.pod.containers.command': ofContainers(['command']),
  'ka.req.pod.containers.args': ofContainers(['args']),
  'ka.req.pod.containers.image.repository': audit('list', (event) =>
    texts(containers(event).map((one) => valueAt(one, ['image']))).map(repository),
  ),
  'ka.req.pod.host_ipc': ofPod(['hostIPC']),
  'ka.req.pod.host_network': ofPod(['hostNetwork']),
  'ka.req.pod.host_pid': ofPod(['hostPID']),
  'ka.req.pod.containers.host_port': audit('list', (event) =>
    texts(containers(event).flatMap((one) => listAt(one, ['ports']).map((port) => valueAt(port, ['hostPort'])))),
  ),
  'ka.req.pod.containers.privileged': ofContainers(['securityContext', 'privileged']),
  'ka.req.pod.containers.allow_privilege_escalation': ofContainers(['securityContext', 'allowPrivilegeEscalation']),
  'ka.req.pod.containers.read_only_fs': ofContainers(['securityContext', 'readOnlyRootFilesystem']),
  'ka.req.pod.containers.add_capabilities': audit('list', (event) =>
    texts(containers(event).flatMap((one) => listAt(one, ['securityContext', 'capabilities', 'add']))),
  ),
  'ka.req.pod.containers.run_as_user': ofContainers(['securityContext', 'runAsUser']),
  'ka.req.pod.containers.eff_run_as_user': ofContainers(['securityContext', 'runAsUser']),
  'ka.req.pod.containers.run_as_group': ofContainers(['securityContext', 'runAsGroup']),
  'ka.req.pod.containers.proc_mount': ofContainers(['securityContext', 'procMount']),
  'ka.req.pod.run_as_user': ofPod(['securityContext', 'runAsUser']),
  'ka.req.pod.run_as_group': ofPod(['securityContext', 'runAsGroup']),
  'ka.req.pod.volumes.hostpath': audit('list', (event) =>
    texts(listAt(podSpec(event), ['volumes']).map((one) => valueAt(one, ['hostPath', 'path']))),
  ),
  'ka.req.pod.volumes.volume_type': audit('list', (event) =>
    listAt(podSpec(event), ['volumes']).flatMap((one) => Object.keys(one as object).filter((key) => key !== 'name')),
  ),
  'ka.req.role.rules': audit('string', (event) => scalar(event, ['rules'])),
  'ka.req.role.rules.apiGroups': audit('list', (event) => ofRules(event, 'apiGroups')),
  'ka.req.role.rules.nonResourceURLs': audit('list', (event) => ofRules(event, 'nonResourceURLs')),
  'ka.req.role.rules.verbs': audit('list', (event) => ofRules(event, 'verbs')),
  'ka.req.role.rules.resources': audit('list', (event) => ofRules(event, 'resources')),
  'ka.req.service.type': audit('string', (event) => scalar(event, ['spec', 'type'])),
  'ka.req.service.ports': audit('list', (event) => texts(listAt(event.requestObject, ['spec', 'ports']))),
  'ka.req.sa.serviceaccount': unfilled(),
  ...Object.fromEntries(
    [
      'ka.uri',
      'ka.uri.param',
      'ka.impuser.name',
      'ka.req.binding.subject.has_name',
      'ka.req.container.image',
      'ka.cluster.name',
      'ka.req.container.image.repository',
      'ka.req.container.host_ipc',
      'ka.req.container.host_network',
      'ka.auth.openshift.username',
      'ka.req.container.privileged',
      'ka.req.pod.fs_group',
      'ka.req.pod.supplemental_groups',
      'ka.req.volume.hostpath',
      'ka.req.pod.containers.eff_run_as_group',
      'ka.req.pod.volumes.flexvolume_driver',
      'ka.validations.admission.policy.failure',
    ].map((name) => [name, unfilled(name.includes('container') ? 'list' : 'string')]),
  ),
  // A request that was answered was allowed; the policy's reason is not kept.
  'ka.auth.decision': audit('string', (event) =>
    event.responseCode === 401 || event.responseCode === 403 ? 'forbid' : 'allow',
  ),
  'ka.auth.reason': unfilled(),
  'ka.response.reason': unfilled(),
}

function ofRules(event: AuditEvent, key: string): string[] {
  return listAt(event.requestObject, ['rules']).flatMap((rule) => texts(listAt(rule, [key])))
}
