// A program of Kubernetes that runs on this node: its flags, its configuration file, and its root.
import type { ContainerRoot } from '../../reader/container-root.ts'

export const COMPONENTS = [
  'kubelet',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'etcd',
  'kube-proxy',
] as const
export type ComponentName = (typeof COMPONENTS)[number]

export interface Component {
  readonly name: ComponentName
  readonly pid: number
  readonly commandLine: readonly string[]
  /** Files as the component sees them. */
  readonly root: ContainerRoot
  /** `1.20.2`; null when it could not be told. */
  readonly version: string | null
  /** What the component answers itself; undefined where it was not asked. */
  readonly live?: LiveAnswers
}

/** Answers of a component over its own ports. */
export interface LiveAnswers {
  /** HTTP status of requests without any credentials, by path; null: no answer. */
  readonly anonymous: Readonly<Record<string, number | null>>
  /** /configz of the kubelet, where somebody with rights asked; null: refused. */
  readonly configz: Readonly<Record<string, unknown>> | null
}

/** Which component a command line is of, if any: by the name of the program, or by hyperkube's and busybox-like first word. */
export function componentOf(executable: string, commandLine: readonly string[]): ComponentName | undefined {
  const names = [executable, commandLine[0] ?? '', commandLine[1] ?? ''].map((path) => path.split('/').at(-1) ?? '')
  return COMPONENTS.find((name) => names.slice(0, 2).includes(name) || (names[0] === 'hyperkube' && names[2] === name))
}

/**
 * `--flag=value`, `--flag value`, `--flag`. Kubernetes' flags treat `-` and `_` alike, and the last one counts; a flag for a truth
 * value never takes the next word.
 */
export function flagOf(words: readonly string[], flag: string): string | undefined {
  const wanted = flag.replaceAll('_', '-')
  let found: string | undefined
  for (const [index, word] of words.entries()) {
    if (index === 0 || !word.startsWith('-')) continue
    const [name = '', ...rest] = word.replace(/^--?/, '').split('=')
    if (name.replaceAll('_', '-') !== wanted) continue
    const next = words[index + 1]
    found =
      rest.length > 0
        ? rest.join('=')
        : next === undefined || next.startsWith('-') || BOOLEAN.has(wanted)
          ? 'true'
          : next
  }
  return found
}

const BOOLEAN = new Set([
  'allow-privileged',
  'anonymous-auth',
  'authentication-token-webhook',
  'client-cert-auth',
  'peer-client-cert-auth',
  'auto-tls',
  'peer-auto-tls',
  'make-iptables-util-chains',
  'profiling',
  'protect-kernel-defaults',
  'rotate-certificates',
  'rotate-server-certificates',
  'service-account-lookup',
  'use-service-account-credentials',
  'enable-debugging-handlers',
])
