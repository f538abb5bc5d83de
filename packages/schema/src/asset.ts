// Asset: a thing that is protected. Hosts hold containers, containers run images; Kubernetes objects stand above both.
import { z } from 'zod'
import { digest, longText, shortText, stringMap, timestamp, ulid } from './common.ts'

export const ASSET_KINDS = ['cluster', 'namespace', 'workload', 'pod', 'host', 'container', 'image'] as const
export const assetKind = z.enum(ASSET_KINDS)
export type AssetKind = z.infer<typeof assetKind>

export const CONTAINER_RUNTIMES = ['containerd', 'docker', 'podman', 'cri-o', 'runc'] as const
export const containerRuntime = z.enum(CONTAINER_RUNTIMES)
export type ContainerRuntime = z.infer<typeof containerRuntime>

export const hostFacts = z.object({
  kind: z.literal('host'),
  hostname: shortText,
  machineId: shortText,
  os: shortText.meta({ description: 'PRETTY_NAME of os-release' }),
  kernel: shortText,
  architecture: shortText,
  cpus: z.int().nonnegative(),
  memoryBytes: z.int().nonnegative(),
  addresses: z.array(shortText).max(256),
  cgroupMode: z.enum(['v1', 'v2', 'hybrid']),
  bootedAt: timestamp,
  runtimes: z
    .array(z.object({ runtime: containerRuntime, version: shortText.nullable(), endpoint: shortText }))
    .max(32),
})

export const mountFact = z.object({
  source: z.string().max(4096),
  destination: z.string().max(4096),
  type: shortText,
  readOnly: z.boolean(),
})

export const portFact = z.object({
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  containerPort: z.int().min(0).max(65535),
  hostPort: z.int().min(0).max(65535).nullable(),
  hostAddress: shortText.nullable(),
})

export const containerFacts = z.object({
  kind: z.literal('container'),
  runtime: containerRuntime,
  containerId: shortText,
  name: shortText,
  namespace: shortText.nullable().meta({ description: 'namespace of the runtime (containerd), not of Kubernetes' }),
  imageName: shortText.nullable(),
  imageDigest: digest.nullable(),
  commandLine: z.array(longText).max(1024),
  user: shortText.meta({ description: 'uid:gid, or the name in the image' }),
  capabilities: z.array(shortText).max(64).meta({ description: 'effective set, CAP_ names' }),
  privileged: z.boolean(),
  readOnlyRoot: z.boolean(),
  noNewPrivileges: z.boolean(),
  seccomp: z.enum(['unconfined', 'filtered', 'unknown']),
  hostNamespaces: z.array(z.enum(['pid', 'network', 'ipc', 'uts', 'user', 'cgroup', 'mount'])).max(7),
  mounts: z.array(mountFact).max(512),
  ports: z.array(portFact).max(512),
  pid: z.int().nonnegative().nullable(),
  cgroupId: z.string().max(20).nullable().meta({ description: 'decimal u64' }),
  cgroupPath: z.string().max(4096).nullable(),
  startedAt: timestamp.nullable(),
  labels: stringMap,
  pod: z
    .object({ namespace: shortText, name: shortText, uid: shortText, container: shortText })
    .nullable()
    .meta({ description: 'from the runtime labels that the kubelet sets' }),
})

export const imageFacts = z.object({
  kind: z.literal('image'),
  digest: digest.meta({ description: 'digest of the image configuration: the same however the image was stored' }),
  manifestDigest: digest.nullable(),
  names: z.array(shortText).max(64),
  os: shortText.nullable(),
  architecture: shortText.nullable(),
  createdAt: timestamp.nullable(),
  sizeBytes: z.int().nonnegative().nullable(),
})

export const kubernetesFacts = z.object({
  kind: z.enum(['cluster', 'namespace', 'workload', 'pod']),
  uid: shortText.nullable(),
  labels: stringMap,
})

export const assetFacts = z.discriminatedUnion('kind', [hostFacts, containerFacts, imageFacts, kubernetesFacts])

/**
 * What an agent reports. `key` is the natural identity and decides which row is meant:
 * `host:<machineId>`, `container:<machineId>/<runtime>/<containerId>`, `image:<configDigest>`, `pod:<uid>`.
 */
export const assetReport = z.object({
  key: z.string().min(1).max(1024),
  name: shortText,
  parentKey: z.string().max(1024).nullable(),
  facts: assetFacts,
  state: z.enum(['running', 'stopped', 'present', 'gone']),
  observedAt: timestamp,
})

export const asset = assetReport.omit({ parentKey: true, observedAt: true }).extend({
  id: ulid,
  kind: assetKind,
  parentId: ulid.nullable(),
  agentId: ulid.nullable(),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  findingCounts: z
    .record(z.string(), z.int().nonnegative())
    .meta({ description: 'severity → open findings, of this asset and its image' }),
})

export type HostFacts = z.infer<typeof hostFacts>
export type ContainerFacts = z.infer<typeof containerFacts>
export type ImageFacts = z.infer<typeof imageFacts>
export type MountFact = z.infer<typeof mountFact>
export type PortFact = z.infer<typeof portFact>
export type AssetFacts = z.infer<typeof assetFacts>
export type AssetReport = z.infer<typeof assetReport>
export type Asset = z.infer<typeof asset>
