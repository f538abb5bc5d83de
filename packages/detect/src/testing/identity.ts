// Whose events a made-up container's are, where a test or a measurement does not care.
import type { ContainerIdentity } from '../contract/identity.ts'

export const IMAGE = 'registry.example/shop/web'

export function identityOf(containerId: string, more: Partial<ContainerIdentity> = {}): ContainerIdentity {
  return {
    containerId,
    assetKey: `container:test/containerd/${containerId}`,
    name: containerId,
    imageName: `${IMAGE}:1`,
    imageDigest: `sha256:${'1'.repeat(64)}`,
    repository: IMAGE,
    labels: {},
    pod: null,
    workload: null,
    privileged: false,
    hostNamespaces: [],
    commandLine: [],
    initPid: null,
    startedAtMs: null,
    ...more,
  }
}
