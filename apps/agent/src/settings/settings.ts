// Settings of the agent: from the environment only, checked once at the start, so that a typing error is one clear sentence.
import { isAbsolute, join } from 'node:path'
import { type DataPaths, dataPaths, err, ok, type Result, YaguraError } from '@yagura/kernel'
import { defaultHandoverRoot } from '@yagura/sensor'

type Environment = Readonly<Record<string, string | undefined>>

export interface Settings {
  readonly paths: DataPaths['agent']
  /** File that holds the one-time token; deleted after use. */
  readonly tokenFile: string | null
  readonly token: string | null
  /** Prefix before runtime sockets and state directories; '' for this machine itself. */
  readonly runtimeRoot: string
  readonly sensor: 'auto' | 'proc' | 'off'
  readonly withoutHooks: readonly string[]
  /** Where the sensor's programs outlive a restart of the agent; null: nowhere. */
  readonly handoverRoot: string | null
  readonly spoolBytes: number
  readonly bpfObject: string
  /** Rules that come with the product. */
  readonly ownRulesDirectory: string
  /** Rules of the operator, beside those of the product. */
  readonly rulesDirectory: string | null
  /** Audit log of a Kubernetes API server on this node. */
  readonly auditLog: string | null
  /** Records of compliance that come with the product. */
  readonly checksDirectory: string
  /** Between two rounds of checks; 0: none. */
  readonly complianceMs: number
  /** For checks of the cluster's objects; null: as the pod that this is, or none. */
  readonly kubeconfig: string | null
  /** Who may ask databases and queues themselves. */
  readonly middlewareCredentials: string | null
  /** Whether checks ask servers over the network as a stranger would. */
  readonly middlewareProbe: boolean
  /** What may be done without asking; null: only people act. */
  readonly responsePolicy: string | null
  /** Whether people may act on this node through the server. */
  readonly remoteResponse: boolean
}

const MiB = 1024 * 1024
export const DEFAULT_SPOOL_BYTES = 256 * MiB
const MIN_SPOOL_BYTES = MiB
const MAX_HOURS = 168

export function readSettings(env: Environment, checkoutRoot: string): Result<Settings, YaguraError> {
  const sensor = env.YAGURA_SENSOR || 'auto'
  if (sensor !== 'auto' && sensor !== 'proc' && sensor !== 'off') {
    return usage(`YAGURA_SENSOR is "${sensor}"; it must be auto, proc or off.`)
  }
  const spoolText = env.YAGURA_SPOOL_BYTES || String(DEFAULT_SPOOL_BYTES)
  const spoolBytes = Number(spoolText)
  if (!Number.isSafeInteger(spoolBytes) || spoolBytes < MIN_SPOOL_BYTES) {
    return usage(
      `YAGURA_SPOOL_BYTES is "${spoolText}"; it must be a whole number of bytes, at least ${MIN_SPOOL_BYTES}.`,
    )
  }
  const runtimeRoot = (env.YAGURA_RUNTIME_ROOT || '').replace(/\/+$/, '')
  if (runtimeRoot !== '' && !isAbsolute(runtimeRoot)) {
    return usage(`YAGURA_RUNTIME_ROOT is "${runtimeRoot}"; it must be an absolute path.`)
  }
  const rulesDirectory = env.YAGURA_RULES_DIR || null
  if (rulesDirectory !== null && !isAbsolute(rulesDirectory)) {
    return usage(`YAGURA_RULES_DIR is "${rulesDirectory}"; it must be an absolute path.`)
  }
  const handover = env.YAGURA_HANDOVER_DIR || defaultHandoverRoot()
  if (handover !== 'off' && !isAbsolute(handover)) {
    return usage(`YAGURA_HANDOVER_DIR is "${handover}"; it must be an absolute path, or off.`)
  }
  const responsePolicy = env.YAGURA_RESPONSE_POLICY || null
  if (responsePolicy !== null && !isAbsolute(responsePolicy)) {
    return usage(`YAGURA_RESPONSE_POLICY is "${responsePolicy}"; it must be an absolute path.`)
  }
  const remoteResponse = env.YAGURA_REMOTE_RESPONSE || 'on'
  if (remoteResponse !== 'on' && remoteResponse !== 'off') {
    return usage(`YAGURA_REMOTE_RESPONSE is "${remoteResponse}"; it must be on or off.`)
  }
  const hoursText = env.YAGURA_COMPLIANCE_HOURS || '6'
  const complianceHours = Number(hoursText)
  if (!(complianceHours >= 0 && complianceHours <= MAX_HOURS)) {
    return usage(`YAGURA_COMPLIANCE_HOURS is "${hoursText}"; it must be a number of hours from 0 to ${MAX_HOURS}.`)
  }
  const kubeconfig = env.YAGURA_KUBECONFIG || null
  const middlewareCredentials = env.YAGURA_MIDDLEWARE_CREDENTIALS || null
  for (const [name, path] of Object.entries({
    YAGURA_KUBECONFIG: kubeconfig,
    YAGURA_MIDDLEWARE_CREDENTIALS: middlewareCredentials,
  }))
    if (path !== null && !isAbsolute(path)) return usage(`${name} is "${path}"; it must be an absolute path.`)
  const probe = env.YAGURA_MIDDLEWARE_PROBE || 'off'
  if (probe !== 'on' && probe !== 'off') return usage(`YAGURA_MIDDLEWARE_PROBE is "${probe}"; it must be on or off.`)
  return ok({
    kubeconfig,
    middlewareCredentials,
    middlewareProbe: probe === 'on',
    checksDirectory: join(checkoutRoot, 'content/checks'),
    complianceMs: complianceHours * 3_600_000,
    remoteResponse: remoteResponse === 'on',
    responsePolicy,
    ownRulesDirectory: join(checkoutRoot, 'content/rules'),
    rulesDirectory,
    auditLog: env.YAGURA_KUBERNETES_AUDIT_LOG || null,
    paths: dataPaths(env).agent,
    tokenFile: env.YAGURA_ENROLMENT_TOKEN_FILE || null,
    token: env.YAGURA_ENROLMENT_TOKEN?.trim() || null,
    runtimeRoot,
    sensor,
    withoutHooks: (env.YAGURA_SENSOR_WITHOUT || '').split(',').flatMap((name) => name.trim() || []),
    handoverRoot: handover === 'off' ? null : handover,
    spoolBytes,
    bpfObject: env.YAGURA_BPF_OBJECT || join(checkoutRoot, 'bpf/build/yagura.bpf.o'),
  })
}

function usage(message: string): Result<never, YaguraError> {
  return err(new YaguraError('USAGE', message))
}
