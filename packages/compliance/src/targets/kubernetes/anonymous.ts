// The kubelet's anonymous access, by asking it. Peers disagree on what an absent flag means, because it depends on whether a
// configuration file is loaded: without one the flags' own defaults hold (anonymous, AlwaysAllow), with one those of
// KubeletConfiguration v1beta1 (not anonymous, Webhook), and a flag that is given wins over both.
// Sources: pkg/kubelet/apis/config/v1beta1/defaults.go and cmd/kubelet/app/options/options.go (applyLegacyDefaults) of Kubernetes.
import type { CheckEvidence, CheckResult, LocalisedText, Severity } from '@yagura/schema'
import { describe } from '../../engine/judge.ts'
import type { Read } from '../../engine/reading.ts'
import type { CheckRecord } from '../../engine/record.ts'
import { type Component, flagOf } from './component.ts'
import { componentReader, configurationPath } from './read.ts'

export interface KubeletAccess {
  readonly anonymous: boolean
  readonly authorization: string
  readonly source: 'runtime' | 'argument' | 'file' | 'default'
  readonly place: string
}

/** What the flags and the file say, for when the kubelet cannot be asked, and for the remedy. */
export function configuredAccess(component: Component): KubeletAccess | { readonly problem: string } {
  // one reader for both: it reads the configuration file once
  const read = componentReader(component)
  const anonymous = effective(component, read, 'anonymous-auth', 'authentication.anonymous.enabled')
  const authorization = effective(component, read, 'authorization-mode', 'authorization.mode')
  for (const one of [anonymous, authorization]) if ('problem' in one) return one
  const [who, what] = [anonymous, authorization] as [Effective, Effective]
  return { anonymous: who.value === 'true', authorization: what.value, source: who.source, place: who.place }
}

interface Effective {
  readonly value: string
  readonly source: KubeletAccess['source']
  readonly place: string
}

function effective(
  component: Component,
  read: Read,
  flag: string,
  path: string,
): Effective | { readonly problem: string } {
  const given = flagOf(component.commandLine, flag)
  if (given !== undefined) return { value: given, source: 'argument', place: `--${flag}` }
  const reading = read(`conf:${path}`)
  if (reading instanceof Promise) throw new Error('readings of files are at hand')
  if (reading.kind === 'unreadable') return { problem: `${reading.place}: ${reading.reason}` }
  if (reading.kind === 'value') return { value: String(reading.value), source: 'file', place: reading.place }
  const withFile = configurationPath(component) !== undefined
  const value = flag === 'anonymous-auth' ? String(!withFile) : withFile ? 'Webhook' : 'AlwaysAllow'
  return {
    value,
    source: 'default',
    place: withFile ? 'default with a configuration file' : 'default without a configuration file',
  }
}

interface Judged {
  readonly verdict: CheckResult['verdict']
  readonly severity: Severity
  readonly message: LocalisedText
}

/** 401 good, 403 anonymous but authorised apart, 200 open. */
export function judgeStatus(status: number): Judged | undefined {
  if (status === 401) return { verdict: 'pass', severity: 'unknown', message: REFUSES }
  if (status === 403) return { verdict: 'fail', severity: 'high', message: LETS_IN }
  if (status === 200) return { verdict: 'fail', severity: 'critical', message: OPEN }
  return undefined
}

/**
 * What shows pods, runs commands or tells the whole configuration; since finer permissions (1.33, KEP-2862) one may be open while
 * another is not. /healthz and /metrics alone do not make a kubelet open.
 */
const TELLING = ['/pods', '/runningpods/', '/configz']

function worstAnswer({ live }: Component): { readonly path: string; readonly status: number | null } {
  const answers = TELLING.flatMap((path) => {
    const status = live?.anonymous[path] ?? null
    return status === null ? [] : [{ path, status }]
  })
  const open = answers.find(({ status }) => status === 200)
  return open ?? answers.find(({ status }) => judgeStatus(status)) ?? { path: '/pods', status: null }
}

/** Asked first; else by flags, file and defaults, said so. */
export function judgeAnonymousAccess(
  component: Component,
  check: CheckRecord,
  subject: { readonly resource: string; readonly assetKey: string | null; readonly observedAt: string },
): CheckResult {
  const at = subject.observedAt
  const { path, status } = worstAnswer(component)
  const configured = configuredAccess(component)
  const evidence: CheckEvidence[] = []
  if (status !== null)
    evidence.push({ source: 'probe', place: `GET ${path} without credentials`, value: String(status), at })
  if (!('problem' in configured)) {
    const { source, place, anonymous, authorization } = configured
    evidence.push({ source, place, value: `anonymous ${anonymous}, authorization ${authorization}`, at })
  }
  const judged = (status === null ? undefined : judgeStatus(status)) ?? judgeConfigured(configured)
  const { verdict, message } = judged
  return {
    check: check.id,
    checkVersion: check.version,
    ...describe(check),
    product: check.product,
    controls: check.controls,
    target: check.target,
    severity: verdict === 'fail' ? judged.severity : check.severity,
    resource: subject.resource,
    assetKey: subject.assetKey,
    verdict,
    message,
    evidence,
    remediation: verdict === 'fail' ? remedy(component) : null,
    observedAt: at,
  }
}

function judgeConfigured(configured: ReturnType<typeof configuredAccess>): Judged {
  if ('problem' in configured) {
    const { problem } = configured
    return {
      verdict: 'error',
      severity: 'critical',
      message: {
        en: `Could not be judged: ${problem}.`,
        ja: `判定できません: ${problem}`,
        zh: `无法判定：${problem}`,
      },
    }
  }
  if (!configured.anonymous) return { verdict: 'pass', severity: 'unknown', message: REFUSES }
  return configured.authorization === 'AlwaysAllow'
    ? { verdict: 'fail', severity: 'critical', message: OPEN }
    : { verdict: 'fail', severity: 'high', message: LETS_IN }
}

function remedy(component: Component): CheckResult['remediation'] {
  const path = configurationPath(component)
  const after =
    'authentication:\n  anonymous:\n    enabled: false\n  webhook:\n    enabled: true\nauthorization:\n  mode: Webhook\n'
  return path === undefined
    ? {
        kind: 'patch',
        place: 'command line of the kubelet',
        before: null,
        after: '--anonymous-auth=false --authentication-token-webhook=true --authorization-mode=Webhook',
      }
    : { kind: 'patch', place: path, before: null, after }
}

const REFUSES: LocalisedText = {
  en: 'The kubelet answers nobody without credentials.',
  ja: 'kubelet は資格情報のない要求に応じません。',
  zh: 'kubelet 不响应没有凭据的请求。',
}
const LETS_IN: LocalisedText = {
  en: 'Anonymous requests are let in and only then asked for permission: one wrong role binding opens the node.',
  ja: '匿名の要求を受け入れてから権限を確かめています。誤ったロール設定一つでノードが開きます。',
  zh: '匿名请求先被接受再检查权限：一条错误的角色绑定就会打开节点。',
}
const OPEN: LocalisedText = {
  en: 'Anybody who reaches the port runs commands in every container of this node.',
  ja: 'ポートに届く人は誰でも、このノードのすべてのコンテナーで命令を実行できます。',
  zh: '任何能访问该端口的人都可以在此节点的所有容器中执行命令。',
}
