// What kubelets of Kubernetes 1.18 to 1.33 answer without credentials, by how they were started. 1.20 was seen on a real node (there the
// same cases are run live); the others are written down from what Kubernetes documents:
// - flags without a file: anonymous, AlwaysAllow, read-only port 10255 (kubernetes/cmd/kubelet/app/options/options.go, applyLegacyDefaults,
//   the same in every version up to 1.33);
// - with a file: refused, Webhook, no read-only port (pkg/kubelet/apis/config/v1beta1/defaults.go);
// - a flag wins over the file, the file over the default (reference/command-line-tools-reference/kubelet; cmd/kubelet/app/server.go,
//   kubeletConfigFlagPrecedence), although the flags are deprecated;
// - drop-in files *.conf of --config-dir in the order of their names over the file, under the flags: 1.28 and 1.29 behind
//   KUBELET_CONFIG_DROPIN_DIR_ALPHA, 1.30 by itself (tasks/administer-cluster/kubelet-config-file);
// - authentication comes first: 401 where nobody anonymous comes in, 403 where Webhook refuses system:anonymous, 200 with AlwaysAllow
//   (reference/access-authn-authz/kubelet-authn-authz), on /pods, /metrics, /healthz and /configz alike;
// - from 1.33 on /pods, /configz and /healthz may be permitted one by one (KubeletFineGrainedAuthz).

export interface KubeletCase {
  readonly name: string
  /** Minor versions of 1.x: from, to. */
  readonly versions: readonly [number, number]
  readonly flags: readonly string[]
  /** Path → text. */
  readonly files: Readonly<Record<string, string>>
  readonly answers: Readonly<Record<string, number | null>>
  readonly configz: Readonly<Record<string, unknown>> | null
  readonly verdict: 'pass' | 'fail'
  readonly severity: 'critical' | 'high'
  /** Of K8S-KUBELET-04, the read-only port. */
  readonly readOnlyPort: 'pass' | 'fail'
  /** What flags and files alone come to, where it differs: the port tells more than they do. */
  readonly unasked?: { readonly verdict: 'pass' | 'fail' | 'error'; readonly severity?: 'critical' | 'high' }
}

const all = (status: number) => ({ '/pods': status, '/metrics': status, '/healthz': status, '/configz': status })
const inForce = (anonymous: boolean, mode: string, readOnlyPort: number) => ({
  authentication: { anonymous: { enabled: anonymous } },
  authorization: { mode },
  readOnlyPort,
})
const CONFIG = '--config=/var/lib/kubelet/config.yaml'
const file = (text: string) => ({
  '/var/lib/kubelet/config.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${text}`,
})
const part = (text: string) => `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${text}`
const EVERY = [18, 33] as const
const REFUSED = {
  answers: all(401),
  configz: null,
  verdict: 'pass',
  severity: 'critical',
  readOnlyPort: 'pass',
} as const
const ASKED = { answers: all(403), configz: null, verdict: 'fail', severity: 'high', readOnlyPort: 'pass' } as const
const OPEN = { answers: all(200), verdict: 'fail', severity: 'critical', readOnlyPort: 'pass' } as const

export const KUBELET_CASES: readonly KubeletCase[] = [
  {
    name: 'no file, no flags',
    versions: EVERY,
    flags: [],
    files: {},
    ...OPEN,
    configz: inForce(true, 'AlwaysAllow', 10_255),
    readOnlyPort: 'fail',
  },
  {
    name: 'no file, anonymous off',
    versions: EVERY,
    flags: ['--anonymous-auth=false'],
    files: {},
    ...REFUSED,
    readOnlyPort: 'fail',
  },
  {
    name: 'no file, Webhook',
    versions: EVERY,
    flags: ['--authorization-mode=Webhook', '--read-only-port=0'],
    files: {},
    ...ASKED,
  },
  {
    name: 'no file, everything by deprecated flags',
    versions: EVERY,
    flags: ['--anonymous-auth=false', '--authorization-mode=Webhook', '--read-only-port=0'],
    files: {},
    ...REFUSED,
  },
  { name: 'an empty file', versions: EVERY, flags: [CONFIG], files: file(''), ...REFUSED },
  {
    name: 'file on',
    versions: EVERY,
    flags: [CONFIG],
    files: file('authentication: {anonymous: {enabled: true}}\n'),
    ...ASKED,
  },
  {
    name: 'file on, AlwaysAllow',
    versions: EVERY,
    flags: [CONFIG],
    files: file('authentication: {anonymous: {enabled: true}}\nauthorization: {mode: AlwaysAllow}\n'),
    ...OPEN,
    configz: inForce(true, 'AlwaysAllow', 0),
  },
  {
    name: 'file off, AlwaysAllow',
    versions: EVERY,
    flags: [CONFIG],
    files: file('authentication: {anonymous: {enabled: false}}\nauthorization: {mode: AlwaysAllow}\n'),
    ...REFUSED,
  },
  {
    name: 'file off, flag on',
    versions: EVERY,
    flags: [CONFIG, '--anonymous-auth=true'],
    files: file('authentication: {anonymous: {enabled: false}}\n'),
    ...ASKED,
  },
  {
    name: 'file on, flag off',
    versions: EVERY,
    flags: [CONFIG, '--anonymous-auth=false'],
    files: file('authentication: {anonymous: {enabled: true}}\n'),
    ...REFUSED,
  },
  {
    name: 'file on, flag AlwaysAllow',
    versions: EVERY,
    flags: [CONFIG, '--authorization-mode=AlwaysAllow'],
    files: file('authentication: {anonymous: {enabled: true}}\n'),
    ...OPEN,
    configz: inForce(true, 'AlwaysAllow', 0),
  },
  {
    name: 'file opens the read-only port',
    versions: EVERY,
    flags: [CONFIG],
    files: file('readOnlyPort: 10255\n'),
    ...REFUSED,
    readOnlyPort: 'fail',
  },
  {
    name: 'file opens the read-only port, flag closes it',
    versions: EVERY,
    flags: [CONFIG, '--read-only-port=0'],
    files: file('readOnlyPort: 10255\n'),
    ...REFUSED,
  },
  {
    name: 'drop-in on over file off',
    versions: [28, 33],
    flags: [CONFIG, '--config-dir=/etc/kubelet.d'],
    files: {
      ...file('authentication: {anonymous: {enabled: false}}\n'),
      '/etc/kubelet.d/20-open.conf': part('authentication: {anonymous: {enabled: true}}\n'),
    },
    ...ASKED,
  },
  {
    name: 'the later drop-in wins, and other endings are left alone',
    versions: [28, 33],
    flags: [CONFIG, '--config-dir=/etc/kubelet.d'],
    files: {
      ...file(''),
      '/etc/kubelet.d/10-open.conf': part('authentication: {anonymous: {enabled: true}}\nreadOnlyPort: 10255\n'),
      '/etc/kubelet.d/90-closed.conf': part('authentication: {anonymous: {enabled: false}}\nreadOnlyPort: 0\n'),
      '/etc/kubelet.d/99-open.yaml': part('authentication: {anonymous: {enabled: true}}\n'),
    },
    ...REFUSED,
  },
  {
    name: 'a flag wins over a drop-in',
    versions: [28, 33],
    flags: [CONFIG, '--config-dir=/etc/kubelet.d', '--anonymous-auth=false'],
    files: { ...file(''), '/etc/kubelet.d/10.conf': part('authentication: {anonymous: {enabled: true}}\n') },
    ...REFUSED,
  },
  {
    name: 'drop-ins without a file lie over the defaults of flags',
    versions: [30, 33],
    flags: ['--config-dir=/etc/kubelet.d'],
    files: { '/etc/kubelet.d/10.conf': part('authorization: {mode: Webhook}\nreadOnlyPort: 0\n') },
    ...ASKED,
  },
  {
    name: 'configuration from the API, not to be read in files',
    versions: [18, 23],
    flags: [CONFIG, '--dynamic-config-dir=/var/lib/kubelet/dynamic'],
    files: file(''),
    ...OPEN,
    configz: inForce(true, 'AlwaysAllow', 0),
    unasked: { verdict: 'error' },
  },
  {
    name: 'anonymous may read the configuration alone',
    versions: [33, 33],
    flags: [CONFIG],
    files: file('authentication: {anonymous: {enabled: true}}\n'),
    answers: { ...all(403), '/configz': 200 },
    configz: inForce(true, 'Webhook', 0),
    verdict: 'fail',
    severity: 'critical',
    readOnlyPort: 'pass',
    unasked: { verdict: 'fail', severity: 'high' },
  },
  {
    name: 'a health check that is open to all opens nothing',
    versions: [33, 33],
    flags: [CONFIG],
    files: file('authentication: {anonymous: {enabled: true}}\n'),
    ...ASKED,
    answers: { ...all(403), '/healthz': 200 },
  },
]
