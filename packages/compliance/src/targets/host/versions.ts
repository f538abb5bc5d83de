// Versions of the programs whose defaults count: the kernel says its own, packages of Debian say theirs (dpkg's status, deb-control(5)).
import type { ContainerRoot } from '../../reader/container-root.ts'
import { proc } from './read.ts'

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  openssh: ['openssh-server'],
  systemd: ['systemd'],
  docker: ['docker-ce', 'docker.io', 'moby-engine'],
  containerd: ['containerd.io', 'containerd'],
  'cri-o': ['cri-o'],
  runc: ['runc'],
}

/** Null: not known. Read once, when first asked for. */
export function versionsOf(root: ContainerRoot, procRoot: string): (product: string) => string | null {
  let installed: ReadonlyMap<string, string> | undefined
  return (product) => {
    if (product === 'linux') return proc({ procRoot }, 'sys/kernel/osrelease')?.trim() ?? null
    installed ??= packagesOf(root)
    const name = PACKAGES[product]?.find((one) => installed?.has(one))
    return name === undefined ? null : upstream(installed.get(name) ?? '')
  }
}

function packagesOf(root: ContainerRoot): Map<string, string> {
  const versions = new Map<string, string>()
  const status = root.read('/var/lib/dpkg/status')
  if (status.kind !== 'found') return versions
  for (const paragraph of status.value.split('\n\n')) {
    const name = /^Package: (\S+)$/m.exec(paragraph)?.[1]
    const version = /^Version: (\S+)$/m.exec(paragraph)?.[1]
    if (name && version && /^Status: .*\binstalled$/m.test(paragraph)) versions.set(name, version)
  }
  return versions
}

/** Without epoch and revision: `1:9.2p1-2+deb12u3` is 9.2p1. */
function upstream(version: string): string {
  return version.replace(/^\d+:/, '').replace(/-[^-]*$/, '')
}
