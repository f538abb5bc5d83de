// Mistakes of an image as results of compliance: each kind of mistake is a check, with the controls it answers.
// Sections: CIS Docker Benchmark 1.7 chapter 4, NIST SP 800-190, PCI DSS 4.0.1, GB/T 22239-2019.
import type { CheckResult, ControlRef, MistakeFinding } from '@yagura/schema'

type Controls = Readonly<Partial<Record<ControlRef['framework'], string>>>

const SECRETS: Controls = {
  'cis-docker': '4.10',
  'nist-800-190': '4.1.4',
  'pci-dss-4': '8.6.2',
  'gbt-22239': '8.1.4.1',
}
const USER: Controls = { 'cis-docker': '4.1', 'nist-800-190': '4.1.2', 'gbt-22239': '8.1.4.2' }
const SETUID: Controls = { 'cis-docker': '4.8', 'nist-800-190': '4.1.2', 'gbt-22239': '8.1.4.2' }
const LEAN: Controls = { 'cis-docker': '4.3', 'nist-800-190': '4.1.2', 'pci-dss-4': '2.2.4', 'gbt-22239': '8.1.4.4' }
const TRUST: Controls = { 'cis-docker': '4.11', 'nist-800-190': '4.1.5', 'pci-dss-4': '6.3.2', 'gbt-22239': '8.1.4.7' }
const FILES: Controls = { 'nist-800-190': '4.1.2', 'pci-dss-4': '7.2.5', 'gbt-22239': '8.1.4.2' }

const BY_CHECK: readonly (readonly [RegExp, Controls])[] = [
  [/^(root-user|root-group|named-user|second-root)$/, USER],
  [
    /^(secret-|proxy-password|password-in-command|readable-private-key|environment-file|shell-history|core-dump|ssh-host-key|authorized-keys)/,
    SECRETS,
  ],
  [/^(setuid-|setgid-|file-capabilities)/, SETUID],
  [/^(remote-add)$/, { ...TRUST, 'cis-docker': '4.9' }],
  [/^(whole-upgrade|latest-tag)$/, { ...TRUST, 'cis-docker': '4.7' }],
  [/^(no-health-check)$/, { 'cis-docker': '4.6', 'gbt-22239': '8.1.4.9' }],
  [/^(verification-off|host-check-off|pipe-to-shell|insecure-|plain-download|unauthenticated-packages|moving-)/, TRUST],
  [/^(ssh-|starts-ssh-server|sudo|compiler|debug-|service-manager|build-|git-directory|.*-cache|apt-)/, LEAN],
  [/./, FILES],
]

export interface ImageMistakes {
  /** Name of the image in results. */
  readonly resource: string
  readonly assetKey: string | null
  readonly mistakes: readonly MistakeFinding[]
  /** RFC 3339 */
  readonly observedAt: string
}

/** A mistake is a fail. That nothing was found is no result: the scan says what it looked for. */
export function imageResults({ resource, assetKey, mistakes, observedAt }: ImageMistakes): CheckResult[] {
  return mistakes.map(({ check, severity, title, message, path, layer, remedy }) => ({
    check: `IMAGE-${check}`,
    checkVersion: 1,
    title: { en: title },
    controls: controlsOf(check),
    target: 'image',
    severity,
    resource: resource.slice(0, 512),
    assetKey,
    verdict: 'fail',
    message: { en: message },
    evidence: [
      {
        source: path === null ? 'manifest' : 'file',
        place: path ?? 'configuration and history',
        value: layer,
        at: observedAt,
      },
    ],
    remediation: { kind: 'text', place: path, before: null, after: remedy },
    observedAt,
  }))
}

function controlsOf(check: string): ControlRef[] {
  const [, controls = FILES] = BY_CHECK.find(([pattern]) => pattern.test(check)) ?? []
  return Object.entries(controls).map(([framework, section]) => ({
    framework: framework as ControlRef['framework'],
    section,
  }))
}
