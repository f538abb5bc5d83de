// What `?filter=` may speak about, resource by resource. The store turns these names into SQL, the console completes them.
// No import, so that a browser can take it without the validators.

export interface FilterField {
  readonly type: 'string' | 'number' | 'boolean' | 'severity' | 'time' | 'list'
  readonly values?: readonly string[]
  readonly description?: string
}

type FilterFields = Readonly<Record<string, FilterField>>

const FINDING_FIELDS = {
  severity: { type: 'severity' },
  status: {
    type: 'string',
    values: ['open', 'resolved'],
    description: 'without it, open findings only',
  },
  kind: { type: 'string', values: ['vulnerability', 'runtime', 'compliance', 'secret', 'mistake', 'deviation'] },
  id: { type: 'string', description: 'CVE, or the id of the advisory' },
  verdict: {
    type: 'string',
    values: ['affected', 'not-covered', 'undetermined', 'end-of-life'],
    description: 'what matching says',
  },
  title: { type: 'string' },
  asset: { type: 'string', description: 'name of the asset' },
  package: { type: 'string' },
  version: { type: 'string' },
  type: { type: 'string', description: 'kind of package: deb, apk, npm' },
  fixable: { type: 'boolean' },
  running: { type: 'boolean', description: 'a container runs the image now' },
  firstSeenAt: { type: 'time' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const ASSET_FIELDS = {
  name: { type: 'string' },
  kind: { type: 'string', values: ['cluster', 'namespace', 'workload', 'pod', 'host', 'container', 'image'] },
  state: { type: 'string', values: ['running', 'stopped', 'present', 'gone'] },
  severity: { type: 'severity', description: 'worst open finding, of the asset or its image' },
  runtime: { type: 'string', values: ['containerd', 'docker', 'podman', 'cri-o', 'runc'] },
  image: { type: 'string', description: 'name of the image a container runs' },
  namespace: { type: 'string', description: 'namespace of the runtime' },
  pod: { type: 'string' },
  user: { type: 'string' },
  privileged: { type: 'boolean' },
  os: { type: 'string' },
  kernel: { type: 'string' },
  architecture: { type: 'string' },
  key: { type: 'string' },
  firstSeenAt: { type: 'time' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const PACKAGE_FIELDS = {
  name: { type: 'string' },
  version: { type: 'string' },
  type: { type: 'string' },
  image: { type: 'string', description: 'name of the image' },
  source: { type: 'string', description: 'source package' },
  severity: { type: 'severity', description: 'worst open finding' },
  findings: { type: 'number', description: 'open findings' },
} as const satisfies FilterFields

const EVENT_FIELDS = {
  type: { type: 'string', values: ['exec', 'fork', 'exit', 'connect', 'accept', 'open'] },
  asset: { type: 'string', description: 'name of the container or host' },
  command: { type: 'string' },
  exe: { type: 'string' },
  args: { type: 'string', description: 'arguments of an exec, joined by spaces' },
  path: { type: 'string', description: 'file of an open' },
  containerId: { type: 'string' },
  pid: { type: 'number' },
  parentPid: { type: 'number' },
  uid: { type: 'number' },
  exitCode: { type: 'number' },
  remoteAddress: { type: 'string' },
  remotePort: { type: 'number' },
  localPort: { type: 'number' },
  source: { type: 'string', values: ['ebpf', 'proc'] },
  at: { type: 'time' },
} as const satisfies FilterFields

const AGENT_FIELDS = {
  hostname: { type: 'string' },
  machineId: { type: 'string' },
  state: { type: 'string', values: ['healthy', 'silent', 'revoked'] },
  sensor: { type: 'string', values: ['ebpf', 'proc', 'off'] },
  version: { type: 'string' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const COVERAGE_GAP_FIELDS = {
  code: { type: 'string' },
  scope: { type: 'string' },
  subject: { type: 'string' },
  reason: { type: 'string' },
  count: { type: 'number' },
  firstSeenAt: { type: 'time' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const AUDIT_FIELDS = {
  actor: { type: 'string' },
  action: { type: 'string' },
  target: { type: 'string' },
  outcome: { type: 'string', values: ['allowed', 'denied', 'failed'] },
  at: { type: 'time' },
} as const satisfies FilterFields

const API_TOKEN_FIELDS = {
  name: { type: 'string' },
  role: { type: 'string', values: ['viewer', 'analyst', 'admin'] },
} as const satisfies FilterFields

const USER_FIELDS = {
  name: { type: 'string' },
  role: { type: 'string', values: ['viewer', 'analyst', 'admin'] },
} as const satisfies FilterFields

export const FILTER_FIELDS = {
  findings: FINDING_FIELDS,
  assets: ASSET_FIELDS,
  packages: PACKAGE_FIELDS,
  events: EVENT_FIELDS,
  agents: AGENT_FIELDS,
  coverageGaps: COVERAGE_GAP_FIELDS,
  auditLog: AUDIT_FIELDS,
  apiTokens: API_TOKEN_FIELDS,
  users: USER_FIELDS,
} as const

export type FilteredResource = keyof typeof FILTER_FIELDS
