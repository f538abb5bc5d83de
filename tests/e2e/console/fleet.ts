// A small fleet that a test knows to the letter: one host, three containers, one image with its packages.
import { createHash } from 'node:crypto'
import type {
  AssetReport,
  BatchItem,
  ContainerFacts,
  ImageFacts,
  ImageReport,
  KernelEvent,
  SoftwarePackage,
} from '@yagura/schema'
import { HOSTILE_NAME, LONG_NAME, REVERSED_NAME } from './hostile.ts'

export const HOST = { machineId: 'f'.repeat(32), hostname: 'fable-host' } as const

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const IMAGE_DIGEST = sha256('fable image')
const LAYERS = [sha256('base layer'), sha256('fable layer')] as const
const HOST_KEY = `host:${HOST.machineId}`

const nowIso = () => new Date().toISOString()

function hostReport(): AssetReport {
  return {
    key: HOST_KEY,
    name: HOST.hostname,
    parentKey: null,
    state: 'running',
    observedAt: nowIso(),
    facts: {
      kind: 'host',
      ...HOST,
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-28-amd64',
      architecture: 'amd64',
      cpus: 8,
      memoryBytes: 34_359_738_368,
      addresses: ['192.0.2.10', '2001:db8::10'],
      cgroupMode: 'v2',
      bootedAt: '2026-11-01T06:00:00.000Z',
      runtimes: [{ runtime: 'containerd', version: '1.7.24', endpoint: '/run/containerd/containerd.sock' }],
    },
  }
}

export function containerId(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

function containerReport(name: string, facts: Partial<ContainerFacts> = {}): AssetReport {
  return {
    key: `container:${HOST.machineId}/containerd/${containerId(name)}`,
    name,
    parentKey: HOST_KEY,
    state: 'running',
    observedAt: nowIso(),
    facts: {
      kind: 'container',
      runtime: 'containerd',
      containerId: containerId(name),
      name,
      namespace: 'default',
      imageName: 'registry.example/fable:1',
      imageDigest: IMAGE_DIGEST,
      commandLine: ['/usr/bin/fabled', '--config', '/etc/fable.conf', '; rm -rf "$HOME"'],
      user: '0:0',
      capabilities: ['CAP_CHOWN', 'CAP_NET_BIND_SERVICE'],
      privileged: false,
      readOnlyRoot: true,
      noNewPrivileges: true,
      seccomp: 'filtered',
      hostNamespaces: [],
      mounts: [{ source: '/srv/fable', destination: '/data', type: 'bind', readOnly: false }],
      ports: [{ protocol: 'tcp', containerPort: 8080, hostPort: 80, hostAddress: '0.0.0.0' }],
      pid: 4242,
      cgroupId: '77',
      cgroupPath: '/default/fable',
      startedAt: '2026-11-23T08:00:00.000Z',
      labels: {},
      pod: null,
      ...facts,
    },
  }
}

function imageAsset(): AssetReport {
  return {
    key: `image:${IMAGE_DIGEST}`,
    name: 'registry.example/fable:1',
    parentKey: null,
    state: 'present',
    observedAt: nowIso(),
    facts: {
      kind: 'image',
      digest: IMAGE_DIGEST,
      manifestDigest: sha256('fable manifest'),
      names: ['registry.example/fable:1'],
      os: 'linux',
      architecture: 'amd64',
      createdAt: '2026-10-01T00:00:00.000Z',
      sizeBytes: 48_000_000,
    },
  }
}

function debianPackage(name: string, version: string): SoftwarePackage {
  return {
    name,
    version,
    type: 'deb',
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${version}?arch=amd64&distro=debian-12`,
    architecture: 'amd64',
    source: { name, version },
    licenses: [],
    locations: [{ path: '/var/lib/dpkg/status', layer: LAYERS[1] }],
    layer: LAYERS[1],
  }
}

/** Enough packages that a table cannot show them at once. */
export const FILLER_PACKAGES = 400

function imageReport(): ImageReport {
  const filler = Array.from({ length: FILLER_PACKAGES }, (_, i) => debianPackage(`filler-${i}`, `1.${i}-1`))
  return {
    image: {
      digest: IMAGE_DIGEST,
      manifestDigest: sha256('fable manifest'),
      names: ['registry.example/fable:1'],
      architecture: 'amd64',
      createdAt: '2026-10-01T00:00:00.000Z',
      layers: LAYERS.map((diffId, i) => ({
        digest: diffId,
        diffId,
        createdBy: i === 0 ? '/bin/sh -c #(nop) ADD file:base in /' : '/bin/sh -c apt-get install fabled',
        createdAt: '2026-10-01T00:00:00.000Z',
        sizeBytes: 20_000_000,
        mediaType: null,
      })),
      history: [
        { createdBy: '/bin/sh -c #(nop) ADD file:base in /', createdAt: '2026-10-01T00:00:00.000Z', diffId: LAYERS[0] },
        {
          createdBy: '/bin/sh -c #(nop)  ENV FABLE_HOME=/srv/fable',
          createdAt: '2026-10-01T00:00:05.000Z',
          diffId: null,
        },
        { createdBy: '/bin/sh -c apt-get install fabled', createdAt: '2026-10-01T00:01:00.000Z', diffId: LAYERS[1] },
        { createdBy: '/bin/sh -c #(nop)  USER root', createdAt: '2026-10-01T00:01:02.000Z', diffId: null },
      ],
      config: {
        user: '',
        entrypoint: ['/usr/bin/fabled'],
        command: ['--config', '/etc/fable.conf'],
        environment: [],
        workingDirectory: '/',
        exposedPorts: ['8080/tcp'],
        labels: {},
      },
    },
    operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    packages: [
      debianPackage('libfable', '2.4.1-1'),
      debianPackage('fabled', '2.4.1-1'),
      debianPackage(HOSTILE_NAME, '1'),
      debianPackage(REVERSED_NAME, '1'),
      ...filler,
    ],
    coverageGaps: [],
    secrets: [
      {
        kind: 'github-token',
        path: '/srv/fable/deploy/.netrc',
        line: 3,
        layer: LAYERS[0],
        createdBy: '/bin/sh -c #(nop) ADD file:base in /',
        deletedIn: LAYERS[1],
        match: 'ghp_… (40 characters)',
        severity: 'critical',
      },
      {
        kind: 'private-key',
        path: '/etc/fable/tls.key',
        line: 1,
        layer: LAYERS[1],
        createdBy: '/bin/sh -c apt-get install fabled',
        deletedIn: null,
        match: '----… (1704 characters)',
        severity: 'high',
      },
    ],
    mistakes: [
      {
        check: 'root-user',
        severity: 'medium',
        title: 'Runs as root',
        message: 'No user is set, so the programs run as root.',
        path: null,
        layer: null,
        remedy: 'Add USER with a number that is not 0.',
      },
      {
        check: 'setuid-file',
        severity: 'low',
        title: 'Setuid or setgid program',
        message: '/usr/bin/fable-helper',
        path: '/usr/bin/fable-helper',
        layer: LAYERS[1],
        remedy: 'Remove the bit, or give the program the one capability it needs.',
      },
    ],
    scannedAt: nowIso(),
    extractorVersion: 1_000_000,
  }
}

export function fleet(): BatchItem[] {
  const assets = [
    hostReport(),
    imageAsset(),
    containerReport('fable-web'),
    containerReport(HOSTILE_NAME, { privileged: true, hostNamespaces: ['pid', 'network'], seccomp: 'unconfined' }),
    containerReport(LONG_NAME),
  ]
  return [
    ...assets.map((asset): BatchItem => ({ item: 'asset', asset })),
    { item: 'inventory-complete', keys: assets.map((asset) => asset.key), observedAt: nowIso() },
    { item: 'image', report: imageReport() },
    {
      item: 'gap',
      gap: {
        code: 'SENSOR_HOOK_MISSING',
        scope: HOST_KEY,
        subject: 'sched_prepare_exec',
        reason: 'This kernel has no tracepoint sched_prepare_exec.',
        remedy: 'Use a kernel from 6.10 on.',
        count: 1,
        observedAt: nowIso(),
        resolved: false,
      },
    },
    {
      item: 'health',
      health: {
        at: nowIso(),
        agentVersion: '0.1.0',
        sensorMode: 'ebpf',
        sensorReason: null,
        hooks: [
          { name: 'exec', state: 'attached', reason: null },
          { name: 'sched_prepare_exec', state: 'missing', reason: 'This kernel has no such tracepoint.' },
        ],
        eventsRead: 120_000,
        eventsLost: 3,
        spoolBytes: 4096,
        spoolDroppedBatches: 0,
        memoryBytes: 90_000_000,
        cpuMs: 12_000,
      },
    },
  ]
}

/** The next tag of the image: one package fixed, one new, one gone, all the filler left out. */
export function nextImage(): BatchItem[] {
  const report = imageReport()
  const digest = sha256('fable image 2')
  const names = ['registry.example/fable:2']
  const asset = imageAsset()
  return [
    {
      item: 'asset',
      asset: {
        ...asset,
        key: `image:${digest}`,
        name: 'registry.example/fable:2',
        facts: { ...asset.facts, digest, names } as ImageFacts,
      },
    },
    {
      item: 'image',
      report: {
        ...report,
        image: { ...report.image, digest, names },
        packages: [
          debianPackage('libfable', '2.4.1-3'),
          debianPackage('fabled', '2.4.1-1'),
          { ...debianPackage('moral', '1'), ownedBy: { name: 'fabled', type: 'deb' }, layer: LAYERS[0] },
        ],
      },
    },
  ]
}

let counter = 0

/** One exec in fable-web, with its ancestors. */
export function execEvent(args: readonly string[]): BatchItem {
  counter += 1
  const event: KernelEvent = {
    id: `fable.0.${counter}`,
    at: nowIso(),
    source: 'ebpf',
    pid: 5000 + counter,
    tid: 5000 + counter,
    parentPid: 4242,
    startNs: String(1_000_000 + counter),
    uid: 0,
    gid: 0,
    command: args[0]?.slice(0, 15) ?? '',
    exe: `/usr/bin/${args[0]}`,
    cgroupId: '77',
    containerId: containerId('fable-web'),
    ancestry: [
      { pid: 4242, exe: '/usr/bin/fabled', startNs: '900000' },
      { pid: 1, exe: '/sbin/init', startNs: '1' },
    ],
    type: 'exec',
    args: [...args],
    argsTruncated: false,
    cwd: '/',
  }
  return { item: 'event', event }
}
