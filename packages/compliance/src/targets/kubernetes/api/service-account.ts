// How a pod reaches the API server of its own cluster (kubernetes.io, "Accessing the Kubernetes API from a Pod").
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterAccess } from './kubeconfig.ts'

const DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount'

export interface PodIdentity {
  readonly namespace: string
  /** Its host name, unless the pod uses the network of the node. */
  readonly name: string
}

export interface OwnCluster {
  readonly access: ClusterAccess
  readonly pod: PodIdentity
}

/** Undefined: this is no pod, or one without a service account. */
export function ownCluster(
  env: Readonly<Record<string, string | undefined>>,
  directory = DIRECTORY,
): OwnCluster | undefined {
  const host = env.KUBERNETES_SERVICE_HOST
  const port = env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT ?? '443'
  if (!host || !existsSync(join(directory, 'token'))) return undefined
  const text = (name: string) => readFileSync(join(directory, name), 'utf8').trim()
  return {
    access: {
      name: 'cluster',
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      ca: text('ca.crt'),
      serverName: undefined,
      insecure: false,
      token: text('token'),
      certificate: undefined,
      key: undefined,
    },
    pod: { namespace: text('namespace'), name: env.POD_NAME ?? env.HOSTNAME ?? '' },
  }
}
