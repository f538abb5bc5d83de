// Checks of a Linux host: its kernel settings, files, services and accounts. Read-only; the host may be another root than this one.
import type { CheckResult } from '@yagura/schema'
import { judge } from '../../engine/judge.ts'
import type { CompiledCheck } from '../../engine/record.ts'
import { type ContainerRoot, defaultRootLimits, openContainerRoot } from '../../reader/container-root.ts'
import { hostReader } from './read.ts'

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

const LIMITS = { ...defaultRootLimits, files: 20_000, durationMs: 10_000 }

export async function checkHost(options: CheckHostOptions): Promise<CheckResult[]> {
  const root = openContainerRoot(options.root, LIMITS, ['/proc', '/sys'])
  try {
    const read = hostReader({ root, procRoot: options.procRoot })
    const os = osRelease(root)
    const results: CheckResult[] = []
    for (const check of options.checks) {
      const { resource, assetKey, observedAt, expected } = options
      const subject = { resource, assetKey, observedAt, read, unset: { version: os.version, truths: new Set([os.id]) } }
      const variables = { facts: factsOf(root, os), version: Number.parseFloat(os.version ?? '0') }
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
function factsOf(root: ContainerRoot, { id }: Os) {
  const has = (path: string) => root.stat(path).kind === 'found'
  return {
    id,
    ssh: has('/etc/ssh/sshd_config'),
    systemd: has('/run/systemd/system') || has('/lib/systemd/system') || has('/usr/lib/systemd/system'),
    cron: has('/etc/crontab') || has('/etc/cron.d'),
    pam: has('/etc/pam.d'),
    sudo: has('/etc/sudoers'),
    grub: has('/boot/grub/grub.cfg') || has('/boot/grub2/grub.cfg'),
  }
}
