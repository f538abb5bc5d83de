// user.*, group.*, container.*, k8s.*: on whose behalf, and in which container.

import { everywhere, ofEvents, type Read, type RuleFields, unfilled, withArgument } from './field.ts'
import { capabilityNames } from './numbers.ts'

const containerId: Read = ({ event }) => event.containerId ?? 'host'

function tagOf(image: string): string {
  const colon = image.lastIndexOf(':')
  return colon > image.lastIndexOf('/') && !image.includes('@') ? image.slice(colon + 1) : ''
}

function label(prefix: string) {
  return withArgument(
    { type: 'string' },
    (name = '') =>
      ({ context }) =>
        context.container?.labels[`${prefix}${name}`],
  )
}

const containerInfo: Read = ({ event, context }) => {
  const { container } = context
  return `container_id=${event.containerId ?? 'host'} container_name=${container?.name ?? 'host'} image=${container?.imageName ?? ''}`
}

export const ownerFields: RuleFields = {
  'user.uid': everywhere({ type: 'number' }, ({ event }) => event.uid),
  // Names of users are the container's own affair; that of root is the same everywhere.
  'user.name': everywhere({ type: 'string' }, ({ event }) => (event.uid === 0 ? 'root' : String(event.uid))),
  'user.loginuid': constantNumber(-1),
  'user.loginname': unfilled(),
  'user.homedir': unfilled(),
  'user.shell': unfilled(),
  'group.gid': everywhere({ type: 'number' }, ({ event }) => event.gid),
  'group.name': everywhere({ type: 'string' }, ({ event }) => (event.gid === 0 ? 'root' : String(event.gid))),
  'container.id': everywhere({ type: 'string' }, containerId),
  'container.full_id': everywhere({ type: 'string' }, containerId),
  'container.name': everywhere(
    { type: 'string' },
    ({ event, context }) => context.container?.name ?? (event.containerId ? null : 'host'),
  ),
  'container.image': everywhere({ type: 'string' }, ({ context }) => context.container?.imageName),
  'container.image.repository': everywhere({ type: 'string' }, ({ context }) => context.container?.repository),
  'container.image.tag': everywhere(
    { type: 'string' },
    ({ context }) => context.container?.imageName && tagOf(context.container.imageName),
  ),
  'container.image.digest': everywhere({ type: 'string' }, ({ context }) => context.container?.imageDigest),
  'container.image.id': unfilled(),
  'container.type': unfilled(),
  'container.privileged': everywhere({ type: 'boolean' }, ({ context }) => context.container?.privileged),
  'container.info': everywhere({ type: 'string' }, containerInfo),
  'container.label': label(''),
  'container.duration': everywhere({ type: 'number' }, ({ context }) =>
    context.containerAgeMs === null ? null : context.containerAgeMs * 1e6,
  ),
  ...Object.fromEntries(
    [
      'container.mounts',
      'container.mount',
      'container.mount.source',
      'container.mount.dest',
      'container.mount.mode',
      'container.mount.rdwr',
      'container.mount.propagation',
      'container.healthcheck',
      'container.liveness_probe',
      'container.readiness_probe',
      'container.start_ts',
      'container.ip',
      'container.cni.json',
      'container.labels',
      'container.host_pid',
      'container.host_network',
      'container.host_ipc',
    ].map((name) => [name, unfilled()]),
  ),
  'k8s.ns.name': everywhere({ type: 'string' }, ({ context }) => context.container?.pod?.namespace),
  'k8s.pod.name': everywhere({ type: 'string' }, ({ context }) => context.container?.pod?.name),
  'k8s.pod.uid': everywhere({ type: 'string' }, ({ context }) => context.container?.pod?.uid),
  'k8s.pod.id': everywhere({ type: 'string' }, ({ context }) => context.container?.pod?.uid),
  'k8s.pod.label': label(''),
  'k8s.pod.full_sandbox_id': unfilled(),
  'k8s.pod.sandbox_id': unfilled(),
  ...Object.fromEntries(
    [
      'k8s.pod.labels',
      'k8s.pod.ip',
      'k8s.pod.cni.json',
      'k8s.rc.name',
      'k8s.rc.id',
      'k8s.svc.name',
      'k8s.svc.id',
      'k8s.rs.name',
      'k8s.rs.id',
      'k8s.deployment.name',
      'k8s.deployment.id',
      'k8s.ns.id',
      'k8s.ns.label',
      'k8s.ns.labels',
    ].map((name) => [name, unfilled()]),
  ),
  'exec.capabilities': ofEvents(
    { type: 'list', cost: 8 },
    { exec: (event) => (event.capabilities === undefined ? null : capabilityNames(event.capabilities)) },
  ),
}

function constantNumber(value: number) {
  return everywhere({ type: 'number' }, () => value)
}
