// What `?filter=` may speak about, resource by resource. The store turns these names into SQL, the console completes them.
// No validators here, so that a browser can take it.
import { EVENT_TYPES } from './event-types.ts'

export interface FilterField {
  readonly type: 'string' | 'number' | 'boolean' | 'severity' | 'time' | 'list'
  readonly values?: readonly string[]
  readonly operators?: readonly FilterOperator[]
  readonly description?: string
}

/** What a database can answer about text; regular expressions are left to rules. */
export type FilterOperator =
  | '='
  | '!='
  | 'contains'
  | 'icontains'
  | 'startswith'
  | 'endswith'
  | 'glob'
  | 'in'
  | 'exists'
const TEXT = {
  type: 'string',
  operators: ['=', '!=', 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'in', 'exists'],
} as const

type FilterFields = Readonly<Record<string, FilterField>>

const FINDING_FIELDS = {
  severity: { type: 'severity' },
  status: {
    ...TEXT,
    values: ['open', 'suppressed', 'resolved'],
    description: 'without it, open findings only',
  },
  kind: { ...TEXT, values: ['vulnerability', 'runtime', 'compliance', 'secret', 'mistake', 'deviation'] },
  id: { ...TEXT, description: 'CVE, or the id of the advisory' },
  verdict: {
    ...TEXT,
    values: ['affected', 'not-covered', 'undetermined', 'end-of-life'],
    description: 'what matching says',
  },
  title: { ...TEXT },
  asset: { ...TEXT, description: 'name of the asset' },
  package: { ...TEXT },
  version: { ...TEXT },
  type: { ...TEXT, description: 'kind of package: deb, apk, npm' },
  fixable: { type: 'boolean' },
  kev: { type: 'boolean', description: 'in the catalogue of known exploited vulnerabilities' },
  kevAddedAt: { type: 'time', description: 'when it came into that catalogue' },
  epss: { type: 'number', description: 'probability of attacks within 30 days, 0 to 1' },
  epssPercentile: { type: 'number', description: 'share of vulnerabilities that score as high or lower, 0 to 1' },
  exploitation: { ...TEXT, values: ['none', 'poc', 'active'], description: 'decision point of CISA (vulnrichment)' },
  automatable: { type: 'boolean', description: 'decision point of CISA (vulnrichment)' },
  check: { ...TEXT, description: 'kind of a secret, or check of a mistake' },
  path: { ...TEXT, description: 'file of a secret or mistake' },
  running: { type: 'boolean', description: 'a container runs the image now' },
  firstSeenAt: { type: 'time' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const ASSET_FIELDS = {
  name: { ...TEXT },
  kind: { ...TEXT, values: ['cluster', 'namespace', 'workload', 'pod', 'host', 'container', 'image'] },
  state: { ...TEXT, values: ['running', 'stopped', 'present', 'gone'] },
  severity: { type: 'severity', description: 'worst open finding, of the asset or its image' },
  runtime: { ...TEXT, values: ['containerd', 'docker', 'podman', 'cri-o', 'runc'] },
  image: { ...TEXT, description: 'name of the image a container runs' },
  namespace: { ...TEXT, description: 'namespace of the runtime' },
  pod: { ...TEXT },
  user: { ...TEXT },
  privileged: { type: 'boolean' },
  os: { ...TEXT },
  kernel: { ...TEXT },
  architecture: { ...TEXT },
  key: { ...TEXT },
  firstSeenAt: { type: 'time' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const PACKAGE_FIELDS = {
  name: { ...TEXT },
  version: { ...TEXT },
  type: { ...TEXT },
  image: { ...TEXT, description: 'name of the image' },
  source: { ...TEXT, description: 'source package' },
  layer: { ...TEXT, description: 'diffId of the layer that introduced it' },
  severity: { type: 'severity', description: 'worst open finding' },
  findings: { type: 'number', description: 'open findings' },
} as const satisfies FilterFields

const EVENT_FIELDS = {
  type: { ...TEXT, values: EVENT_TYPES },
  asset: { ...TEXT, description: 'name of the container or host' },
  command: { ...TEXT },
  exe: { ...TEXT },
  args: { ...TEXT, description: 'arguments of an exec, joined by spaces' },
  path: { ...TEXT, description: 'file, mount point or new root' },
  newPath: { ...TEXT, description: 'where a rename or link leads' },
  layer: {
    ...TEXT,
    values: ['image', 'upper', 'mount', 'tmpfs', 'memory', 'proc', 'sys', 'host', 'unknown'],
    description: 'where the file, or the program of an exec, really lies',
  },
  call: { ...TEXT, description: 'name of a system call' },
  action: { ...TEXT, description: 'what a mount, namespace or trace event did' },
  name: { ...TEXT, description: 'name asked of DNS, or protocol that was recognised' },
  detail: { ...TEXT, description: 'word of a protocol, operand of a rare call' },
  capability: { ...TEXT, description: 'CAP_ name' },
  targetExe: { ...TEXT, description: 'program that was signalled or reached into' },
  targetPid: { type: 'number' },
  injected: { type: 'boolean', description: 'entered the container from outside: kubectl exec, docker exec' },
  containerId: { ...TEXT },
  pid: { type: 'number' },
  startNs: { ...TEXT, description: 'start of the process; with pid it names the process for good' },
  parentPid: { type: 'number' },
  uid: { type: 'number' },
  exitCode: { type: 'number' },
  result: { type: 'number', description: '0 or more, or the negative error number' },
  remoteAddress: { ...TEXT },
  remotePort: { type: 'number' },
  localPort: { type: 'number' },
  source: { ...TEXT, values: ['ebpf', 'proc'] },
  at: { type: 'time' },
} as const satisfies FilterFields

const INCIDENT_FIELDS = {
  severity: { type: 'severity' },
  state: { ...TEXT, values: ['open', 'acknowledged', 'closed'] },
  verdict: { ...TEXT, values: ['true-attack', 'false-alarm', 'benign-expected'] },
  owner: { ...TEXT },
  title: { ...TEXT },
  score: { type: 'number' },
  steps: { type: 'number' },
  tactic: { ...TEXT, description: 'tactics of its steps, joined by spaces' },
  asset: { ...TEXT, description: 'names of its assets, joined by spaces' },
  containable: { type: 'boolean' },
  openedAt: { type: 'time' },
  updatedAt: { type: 'time' },
} as const satisfies FilterFields

const SIGNAL_FIELDS = {
  rule: { ...TEXT },
  grade: { ...TEXT, values: ['weak', 'medium', 'strong'] },
  severity: { type: 'severity' },
  technique: { ...TEXT },
  tactic: { ...TEXT },
  source: { ...TEXT, values: ['syscall', 'network', 'file', 'audit', 'sequence', 'response'] },
  asset: { ...TEXT },
  exe: { ...TEXT },
  at: { type: 'time' },
} as const satisfies FilterFields

const ACTION_FIELDS = {
  kind: {
    ...TEXT,
    values: [
      'alert',
      'kill-process',
      'kill-tree',
      'deny-exec',
      'deny-connect',
      'quarantine-network',
      'freeze',
      'unfreeze',
      'capture',
    ],
  },
  state: { ...TEXT, values: ['planned', 'dry-run', 'done', 'refused', 'failed', 'undone', 'expired'] },
  decidedBy: { ...TEXT },
  asset: { ...TEXT },
  containerId: { ...TEXT },
  requestedAt: { type: 'time' },
} as const satisfies FilterFields

const CHECK_RESULT_FIELDS = {
  check: { ...TEXT },
  title: { ...TEXT },
  verdict: { ...TEXT, values: ['pass', 'fail', 'manual', 'not-applicable', 'error'] },
  severity: { type: 'severity' },
  target: {
    ...TEXT,
    values: ['host', 'docker', 'containerd', 'cri-o', 'kubernetes', 'image', 'middleware', 'manifest'],
  },
  product: { ...TEXT },
  resource: { ...TEXT },
  asset: { ...TEXT },
  control: { ...TEXT, description: 'sections it answers, as framework:section, joined by spaces' },
  changedAt: { type: 'time' },
  observedAt: { type: 'time' },
} as const satisfies FilterFields

const TRANSITION_FIELDS = {
  check: { ...TEXT },
  resource: { ...TEXT },
  asset: { ...TEXT },
  from: { ...TEXT },
  to: { ...TEXT },
  at: { type: 'time' },
} as const satisfies FilterFields

const BASELINE_FIELDS = {
  name: { ...TEXT },
  layer: { ...TEXT, values: ['standard', 'company', 'cluster', 'application'] },
  inForce: { type: 'boolean' },
} as const satisfies FilterFields

const AGENT_FIELDS = {
  hostname: { ...TEXT },
  machineId: { ...TEXT },
  state: { ...TEXT, values: ['healthy', 'silent', 'revoked'] },
  sensor: { ...TEXT, values: ['ebpf', 'proc', 'off'] },
  version: { ...TEXT },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const COVERAGE_GAP_FIELDS = {
  code: { ...TEXT },
  scope: { ...TEXT },
  subject: { ...TEXT },
  reason: { ...TEXT },
  count: { type: 'number' },
  firstSeenAt: { type: 'time' },
  lastSeenAt: { type: 'time' },
} as const satisfies FilterFields

const AUDIT_FIELDS = {
  actor: { ...TEXT },
  action: { ...TEXT },
  target: { ...TEXT },
  outcome: { ...TEXT, values: ['allowed', 'denied', 'failed'] },
  at: { type: 'time' },
} as const satisfies FilterFields

const API_TOKEN_FIELDS = {
  name: { ...TEXT },
  role: { ...TEXT, values: ['audit-sender', 'viewer', 'analyst', 'admin'] },
} as const satisfies FilterFields

const USER_FIELDS = {
  name: { ...TEXT },
  role: { ...TEXT, values: ['viewer', 'analyst', 'admin'] },
} as const satisfies FilterFields

export const FILTER_FIELDS = {
  findings: FINDING_FIELDS,
  assets: ASSET_FIELDS,
  packages: PACKAGE_FIELDS,
  events: EVENT_FIELDS,
  incidents: INCIDENT_FIELDS,
  signals: SIGNAL_FIELDS,
  actions: ACTION_FIELDS,
  checkResults: CHECK_RESULT_FIELDS,
  transitions: TRANSITION_FIELDS,
  baselines: BASELINE_FIELDS,
  agents: AGENT_FIELDS,
  coverageGaps: COVERAGE_GAP_FIELDS,
  auditLog: AUDIT_FIELDS,
  apiTokens: API_TOKEN_FIELDS,
  users: USER_FIELDS,
} as const

export type FilteredResource = keyof typeof FILTER_FIELDS
