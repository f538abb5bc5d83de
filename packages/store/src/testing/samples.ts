// Small true-to-life things for tests: an agent, a host, containers, an image, events.
import { createHash } from 'node:crypto'
import { newId } from '@yagura/kernel'
import type {
  AssetReport,
  Batch,
  BatchItem,
  ImageReport,
  KernelEvent,
  MistakeFinding,
  SecretFinding,
  SoftwarePackage,
} from '@yagura/schema'
import { createTenant } from '../access/tenants.ts'
import { enrolAgent, saveEnrolmentToken } from '../agents/enrolment.ts'
import type { BatchSender } from '../ingest.ts'
import type { Store } from '../store.ts'

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

export async function sampleTenant(store: Store, name = 'tenant'): Promise<string> {
  const id = newId()
  await createTenant(store, { id, name, now: new Date() })
  return id
}

export async function sampleAgent(store: Store, tenantId: string, machineId: string): Promise<BatchSender> {
  const sender = { tenantId, agentId: newId(), machineId, serial: newId().toLowerCase() }
  const tokenHash = createHash('sha256').update(sender.agentId).digest()
  const now = new Date()
  await store.inTenant(tenantId, async (tx) => {
    await saveEnrolmentToken(tx, {
      hash: tokenHash,
      createdAt: now,
      createdBy: 'test',
      expiresAt: new Date(now.getTime() + 60_000),
    })
    await enrolAgent(tx, {
      tokenHash,
      agentId: sender.agentId,
      machineId,
      hostname: `host-${machineId}`,
      serial: sender.serial,
      certificateExpiresAt: new Date(now.getTime() + 86_400_000),
      now,
    })
  })
  return sender
}

export function sampleHost(machineId: string, observedAt = new Date().toISOString()): AssetReport {
  return {
    key: `host:${machineId}`,
    name: `host-${machineId}`,
    parentKey: null,
    state: 'running',
    observedAt,
    facts: {
      kind: 'host',
      hostname: `host-${machineId}`,
      machineId,
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0',
      architecture: 'x86_64',
      cpus: 2,
      memoryBytes: 1,
      addresses: ['10.0.0.1'],
      cgroupMode: 'v2',
      bootedAt: observedAt,
      runtimes: [],
    },
  }
}

export function sampleContainer(
  machineId: string,
  containerId: string,
  options: { image?: string; name?: string; observedAt?: string; state?: AssetReport['state'] } = {},
): AssetReport {
  return {
    key: `container:${machineId}/containerd/${containerId}`,
    name: options.name ?? containerId,
    parentKey: `host:${machineId}`,
    state: options.state ?? 'running',
    observedAt: options.observedAt ?? new Date().toISOString(),
    facts: {
      kind: 'container',
      runtime: 'containerd',
      containerId,
      name: options.name ?? containerId,
      namespace: 'default',
      imageName: options.image ?? null,
      imageDigest: options.image ? digestOf(options.image) : null,
      commandLine: ['sleep', 'inf'],
      user: '0:0',
      capabilities: [],
      privileged: false,
      readOnlyRoot: false,
      noNewPrivileges: true,
      seccomp: 'filtered',
      hostNamespaces: [],
      mounts: [],
      ports: [],
      pid: 1,
      cgroupId: '1',
      cgroupPath: null,
      startedAt: null,
      labels: {},
      pod: null,
    },
  }
}

export function sampleImageAsset(image: string, observedAt = new Date().toISOString()): AssetReport {
  return {
    key: `image:${digestOf(image)}`,
    name: image,
    parentKey: null,
    state: 'present',
    observedAt,
    facts: {
      kind: 'image',
      digest: digestOf(image),
      manifestDigest: null,
      names: [image],
      os: null,
      architecture: 'amd64',
      createdAt: null,
      sizeBytes: null,
    },
  }
}

export function samplePackage(name: string, version = '1.0'): SoftwarePackage {
  return {
    name,
    version,
    type: 'deb',
    purl: `pkg:deb/debian/${name}@${version}`,
    architecture: 'amd64',
    source: { name, version },
    licenses: ['MIT'],
    locations: [{ path: '/var/lib/dpkg/status', layer: digestOf('layer') }],
    layer: digestOf('layer'),
  }
}

export function sampleImageReport(
  image: string,
  packages: SoftwarePackage[],
  scannedAt = new Date().toISOString(),
): ImageReport {
  return {
    image: {
      digest: digestOf(image),
      manifestDigest: null,
      names: [image],
      architecture: 'amd64',
      createdAt: null,
      layers: [
        {
          digest: null,
          diffId: digestOf('layer'),
          createdBy: 'RUN apt-get install',
          createdAt: null,
          sizeBytes: 1,
          mediaType: null,
        },
      ],
      config: {
        user: '',
        entrypoint: [],
        command: ['sh'],
        environment: [],
        workingDirectory: '/',
        exposedPorts: [],
        labels: {},
      },
    },
    operatingSystem: { id: 'debian', versionId: '11', prettyName: 'Debian GNU/Linux 11 (bullseye)' },
    packages,
    coverageGaps: [],
    scannedAt,
    extractorVersion: 1,
  }
}

export const sampleSecret: SecretFinding = {
  kind: 'github-token',
  path: '/app/token',
  line: 3,
  layer: digestOf('layer'),
  createdBy: 'COPY token .',
  deletedIn: digestOf('later'),
  match: 'ghp_… (40 characters)',
  severity: 'critical',
}

export const sampleMistake: MistakeFinding = {
  check: 'setuid-file',
  severity: 'medium',
  title: 'Setuid program',
  message: '/bin/su',
  path: '/bin/su',
  layer: digestOf('layer'),
  remedy: 'Remove it.',
}

export function sampleEvent(id: string, options: { containerId?: string | null; at?: string } = {}): KernelEvent {
  return {
    id,
    type: 'exec',
    at: options.at ?? new Date().toISOString(),
    source: 'ebpf',
    pid: 10,
    tid: 10,
    parentPid: 1,
    startNs: '1',
    uid: 0,
    gid: 0,
    command: 'sh',
    exe: '/bin/sh',
    cgroupId: '1',
    containerId: options.containerId ?? null,
    ancestry: [],
    args: ['sh', '-c', 'true'],
    argsTruncated: false,
    cwd: '/',
  }
}

export const item = {
  event: (event: KernelEvent): BatchItem => ({ item: 'event', event }),
  asset: (asset: AssetReport): BatchItem => ({ item: 'asset', asset }),
  image: (report: ImageReport): BatchItem => ({ item: 'image', report }),
  inventory: (keys: string[], observedAt = new Date().toISOString()): BatchItem => ({
    item: 'inventory-complete',
    keys,
    observedAt,
  }),
}

export function sampleBatch(agentId: string, boot: string, seq: number, items: BatchItem[]): Batch {
  return { wireVersion: 1, agentId, boot, seq, madeAt: new Date().toISOString(), priority: 'high', items }
}
