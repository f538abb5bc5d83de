// Checks of a Linux host: its kernel settings, files, services and accounts. Read-only; the host may be another root than this one.
import type { CheckResult } from '@yagura/schema'
import { judge } from '../../engine/judge.ts'
import type { Read } from '../../engine/reading.ts'
import type { CompiledCheck } from '../../engine/record.ts'
import { type ContainerRoot, defaultRootLimits, openContainerRoot } from '../../reader/container-root.ts'
import { hostReader, proc } from './read.ts'
import { versionsOf } from './versions.ts'

export interface CheckHostOptions {
  readonly checks: readonly CompiledCheck[]
  /** Root of the machine's files: `/`, or /proc/PID/root of a node. */
  readonly root: string
  readonly procRoot: string
  /** Name of the machine in results. */
  readonly resource: string
  readonly assetKey: string | null
  /** RFC 3339 */
  readonly observedAt: string
  readonly expected?: ReadonlyMap<string, unknown>
}

const LIMITS = { ...defaultRootLimits, fileBytes: 8 << 20, totalBytes: 128 << 20, files: 20_000, durationMs: 10_000 }

export async function checkHost(options: CheckHostOptions): Promise<CheckResult[]> {
  const root = openContainerRoot(options.root, LIMITS, ['/proc', '/sys'])
  try {
    const read = hostReader({ root, procRoot: options.procRoot })
    const os = osRelease(root)
    const versionOf = versionsOf(root, options.procRoot)
    const facts = factsOf(root, options.procRoot, os, read)
    const truths = new Set([os.id, ...Object.entries(facts).flatMap(([name, value]) => (value === true ? [name] : []))])
    const results: CheckResult[] = []
    for (const check of options.checks) {
      const { resource, assetKey, observedAt, expected } = options
      const { product } = check.check
      // Defaults go by the version of the program that has them; without one, by that of the distribution.
      const version = product === null ? os.version : versionOf(product)
      const subject = { resource, assetKey, observedAt, read, unset: { version, truths } }
      const number = /^\d+(\.\d+)?/.exec(version ?? '')?.[0]
      const variables = { facts, ...(number ? { version: Number(number) } : {}) }
      results.push(await judge(check, { ...subject, variables, ...(expected ? { expected } : {}) }))
    }
    return results
  } finally {
    root.close()
  }
}

interface Os {
  readonly id: string
  readonly version: string | null
}

function osRelease(root: ContainerRoot): Os {
  const text = root.read('/etc/os-release')
  const value = (key: string) =>
    text.kind === 'found' ? new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(text.value)?.[1] : undefined
  return { id: value('ID') ?? '', version: value('VERSION_ID') ?? null }
}

/** What `when` asks for: is the thing there at all? */
function isOnTcp(read: Read): boolean {
  return ['arg:dockerd#host,H', 'data:/etc/docker/daemon.json#hosts'].some((source) => {
    const reading = read(source)
    return 'value' in reading && [reading.value].flat().some((host) => String(host).startsWith('tcp://'))
  })
}

function factsOf(root: ContainerRoot, procRoot: string, { id }: Os, read: Read) {
  const mounts = (proc({ procRoot }, '1/mounts') ?? '').split('\n').flatMap((line) => line.split(' ')[1] ?? [])
  // a file that is there and cannot be looked at is there
  const has = (path: string) => root.stat(path).kind !== 'absent'
  return {
    id,
    mounts,
    ipv6: proc({ procRoot }, 'sys/net/ipv6/conf/all/accept_redirects') !== undefined,
    containers: ['dockerd', 'containerd', 'crio', 'podman', 'kubelet'].some(
      (name) => has(`/usr/bin/${name}`) || has(`/usr/local/bin/${name}`),
    ),
    backups: has('/etc/passwd-') || has('/etc/group-'),
    crontab: has('/etc/crontab'),
    preload: has('/etc/ld.so.preload'),
    hostKeys: ['rsa', 'ecdsa', 'ed25519'].some((name) => has(`/etc/ssh/ssh_host_${name}_key`)),
    audit: has('/etc/audit') || has('/sbin/auditd'),
    docker: has('/usr/bin/dockerd') || has('/etc/docker'),
    dockerOnTcp: isOnTcp(read),
    dockerSwarm: has('/var/lib/docker/swarm/docker-state.json'),
    dockerSocket: has('/run/docker.sock'),
    dockerConfig: has('/etc/docker/daemon.json'),
    dockerUnit: has('/usr/lib/systemd/system/docker.service'),
    dockerData: has('/var/lib/docker'),
    containerdConfig: has('/etc/containerd/config.toml'),
    crioConfig: has('/etc/crio/crio.conf') || has('/etc/crio/crio.conf.d'),
    signedImages: false,
    containerd: has('/usr/bin/containerd') || has('/usr/local/bin/containerd') || has('/etc/containerd'),
    crio: has('/usr/bin/crio') || has('/etc/crio'),
    selinux: has('/etc/selinux/config'),
    ssh: has('/etc/ssh/sshd_config'),
    systemd: has('/run/systemd/system') || has('/lib/systemd/system') || has('/usr/lib/systemd/system'),
    cron: has('/etc/crontab') || has('/etc/cron.d'),
    pam: has('/etc/pam.d'),
    sudo: has('/etc/sudoers'),
    grub: has('/boot/grub/grub.cfg') || has('/boot/grub2/grub.cfg'),
  }
}
