// A cluster of one node: the control plane and a kubelet on a node of the testbed, pods in its containerd.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultCacheDir } from '../cache.ts'
import type { CommandOutput } from '../command.ts'
import { makeNode, type Node, type NodeOptions } from '../node.ts'
import { kubernetesLayer } from './build.ts'
import { PAUSE_IMAGE, pauseArchive } from './pause.ts'

const FILES = join(import.meta.dirname, '../../kubernetes')
/** What the product tells administrators to use. */
const AUDIT_POLICY = join(import.meta.dirname, '../../../deploy/kubernetes/audit-policy.yaml')
const PACKAGES = [
  'ca-certificates',
  'conntrack',
  'curl',
  'etcd-server',
  'ethtool',
  'jq',
  'kubernetes-client',
  'openssl',
]
const START_TIMEOUT_MS = 240_000
const READY_TIMEOUT_MS = 60_000

export interface Cluster {
  readonly node: Node
  /** Seen from inside the node; reach it with `command` or from a process in the node's network namespace. */
  readonly apiServer: string
  readonly version: string
  /** kubectl as administrator, on the node. */
  kubectl(...argv: readonly string[]): Promise<string>
  /** Creates or changes what the manifest says. */
  apply(manifest: string): Promise<void>
  /** Starts the kubelet again with other flags and another configuration file; `null` leaves the file away. */
  restartKubelet(flags: readonly string[], configuration: string | null): Promise<CommandOutput>
  /** Starts the API server again with these flags beside its own. */
  restartApiServer(flags: readonly string[]): Promise<void>
  /** Path of the audit log, seen from this machine. */
  readonly auditLog: string
  close(): Promise<void>
}

/** Starts a node with Kubernetes on it; needs root. The first time Kubernetes is built, which takes minutes. */
export async function makeCluster(options: Omit<NodeOptions, 'packages' | 'layers' | 'files'>): Promise<Cluster> {
  const cacheDir = options.cacheDir ?? defaultCacheDir()
  const layer = await kubernetesLayer(cacheDir)
  const node = await makeNode({ ...options, cacheDir, packages: PACKAGES, layers: [layer], files: [FILES] })
  try {
    await node.importImage({ archive: await pauseArchive(cacheDir), name: PAUSE_IMAGE }, 'k8s.io')
    await node.write('/etc/kubernetes/audit-policy.yaml', await readFile(AUDIT_POLICY, 'utf8'))
    await must(node, ['kubernetes-up'], START_TIMEOUT_MS)
    const version = (await readFile(join(layer, 'usr/local/bin/version'), 'utf8')).trim()
    return openCluster(node, version)
  } catch (error) {
    await node.close()
    throw error
  }
}

function openCluster(node: Node, version: string): Cluster {
  const kubectl = (...argv: readonly string[]) =>
    must(node, ['kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...argv], READY_TIMEOUT_MS)
  return {
    node,
    version,
    apiServer: 'https://10.87.0.1:6443',
    auditLog: join(node.root, 'var/log/kubernetes/audit.log'),
    kubectl,
    async apply(manifest) {
      const file = '/run/manifest.yaml'
      await node.write(file, manifest)
      await kubectl('apply', '-f', file)
    },
    async restartKubelet(flags, configuration) {
      const file = '/etc/kubernetes/kubelet-test.yaml'
      if (configuration !== null) await node.write(file, configuration)
      const argv = ['kubelet-up', ...(configuration === null ? [] : [`--config=${file}`]), ...flags]
      return node.command(argv, { timeoutMs: READY_TIMEOUT_MS })
    },
    async restartApiServer(flags) {
      await must(node, ['apiserver-up', ...flags], READY_TIMEOUT_MS)
    },
    close: () => node.close(),
  }
}

async function must(node: Node, argv: readonly string[], timeoutMs: number): Promise<string> {
  const { exitCode, stdout, stderr } = await node.command(argv, { timeoutMs })
  if (exitCode === 0) return stdout
  throw new Error(`${argv.join(' ')} ended with ${exitCode} on ${node.name}: ${stderr.trim().slice(-4000)}`)
}
