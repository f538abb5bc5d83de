// Small true-to-life things for tests: an agent, a host, containers, an image, events.
import { createHash } from 'node:crypto'
import { newId } from '@yagura/kernel'
import type {
  AssetReport,
  Batch,
  BatchItem,
  CheckResult,
  CheckRun,
  ImageReport,
  IncidentReport,
  KernelEvent,
  MistakeFinding,
  ResponseAction,
  RuntimeFinding,
  SecretFinding,
  Signal,
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

const SAMPLE_PROCESS = { pid: 20, startNs: '5000', exe: '/bin/sh', args: ['sh', '-c', 'id'], containerId: 'c1' }

export function sampleSignal(assetKey: string, more: Partial<Signal> = {}): Signal {
  return {
    id: newId(),
    at: new Date().toISOString(),
    rule: 'shell-from-server',
    source: 'syscall',
    grade: 'strong',
    severity: 'high',
    technique: 'T1059.004',
    tactic: 'execution',
    attackVersion: '18.1',
    assetKey,
    process: SAMPLE_PROCESS,
    chainId: null,
    eventIds: ['1'],
    sentence: { en: 'A server started a shell.' },
    rarity01: 1,
    learning: false,
    ...more,
  }
}

/** An incident of one step with the event `1`. */
export function sampleIncident(assetKey: string, more: Partial<IncidentReport> = {}): IncidentReport {
  const at = new Date().toISOString()
  return {
    id: newId(),
    revision: 1,
    mergedInto: null,
    title: { en: 'Web server taken over', ja: 'Web サーバーの乗っ取り', zh: 'Web 服务器被接管' },
    severity: 'critical',
    score: 9,
    assetKeys: [assetKey],
    containerIds: ['c1'],
    root: SAMPLE_PROCESS,
    steps: [
      {
        at,
        tactic: 'execution',
        technique: 'T1059.004',
        signalId: newId(),
        rule: 'shell-from-server',
        grade: 'strong',
        sentence: { en: 'A server started a shell.' },
        process: SAMPLE_PROCESS,
        eventIds: ['1'],
        missing: null,
      },
    ],
    stepsLeftOut: 0,
    nextTactics: [{ tactic: 'discovery', probability01: 0.4 }],
    nodes: [
      { id: 'p20', kind: 'process', label: '/bin/sh', detail: 'sh -c id', tags: ['SHELL'], at },
      { id: 'p10', kind: 'process', label: '/usr/bin/python3', detail: 'python3 app.py', tags: ['NET_IN'], at },
    ],
    edges: [{ from: 'p10', to: 'p20', kind: 'started', at, signalId: null }],
    containable: true,
    openedAt: at,
    updatedAt: at,
    ...more,
  }
}

export function sampleAction(incidentId: string, more: Partial<ResponseAction> = {}): ResponseAction {
  return {
    id: newId(),
    kind: 'freeze',
    containerId: 'c1',
    process: null,
    incidentId,
    rule: null,
    decidedBy: 'chain:1',
    state: 'done',
    reason: 'The chain passed the threshold.',
    requestedAt: new Date().toISOString(),
    doneAt: null,
    expiresAt: null,
    reversible: true,
    evidence: [],
    ...more,
  }
}

export function sampleCheck(
  check: string,
  verdict: CheckResult['verdict'],
  more: Partial<CheckResult> = {},
): CheckResult {
  const at = new Date().toISOString()
  return {
    check,
    checkVersion: 1,
    title: { en: `Title of ${check}`, ja: '題名' },
    product: 'postgresql',
    controls: [{ framework: 'nist-800-190', section: '4.4.3' }],
    target: 'middleware',
    severity: 'high',
    resource: 'c1/postgresql',
    assetKey: null,
    verdict,
    message: { en: 'As expected.' },
    evidence: [{ source: 'file', place: 'postgresql.conf:3', value: 'on', at }],
    remediation: null,
    observedAt: at,
    ...more,
  }
}

export function sampleCheckRun(results: CheckResult[], endedAt = new Date().toISOString()): CheckRun {
  return { target: 'middleware', resources: ['c1/postgresql'], results, startedAt: endedAt, endedAt }
}

export const item = {
  checkRun: (run: CheckRun): BatchItem => ({ item: 'check-run', run }),
  signal: (signal: Signal): BatchItem => ({ item: 'signal', signal }),
  incident: (incident: IncidentReport): BatchItem => ({ item: 'incident', incident }),
  action: (action: ResponseAction): BatchItem => ({ item: 'action', action }),
  finding: (finding: RuntimeFinding): BatchItem => ({ item: 'runtime-finding', finding }),
  event: (event: KernelEvent): BatchItem => ({ item: 'event', event }),
  asset: (asset: AssetReport): BatchItem => ({ item: 'asset', asset }),
  image: (report: ImageReport): BatchItem => ({ item: 'image', report }),
  inventory: (keys: string[], observedAt = new Date().toISOString(), unread?: string[]): BatchItem => ({
    item: 'inventory-complete',
    keys,
    ...(unread ? { unread } : {}),
    observedAt,
  }),
}

export function sampleBatch(agentId: string, boot: string, seq: number, items: BatchItem[]): Batch {
  return { wireVersion: 1, agentId, boot, seq, madeAt: new Date().toISOString(), priority: 'high', items }
}
