// Addresses of the look-alike peers. LAB is the bridge's own address, so every container reaches it by its default route; the
// benign peers have addresses of their own, which the profile of a service may know.
export const LAB = '10.88.0.1'
export const BACKUP = '10.90.0.2'
export const API = '10.90.0.3'

/** Where the clouds keep what an instance may know of itself: AWS, GCP and Azure; ECS; Alibaba. */
export const METADATA_ADDRESSES = ['169.254.169.254', '169.254.170.2', '100.100.100.200'] as const
/** What any name resolves to, and a peer too, so that a script that goes by names arrives somewhere. */
export const ANY_NAME = '10.88.0.9'

export const PORTS = {
  http: 8000,
  c2: 4444,
  stratum: 3333,
  dns: 53,
  metadata: 80,
  kube: 6443,
  kubelet: 10250,
  ssh: 2222,
  redis: 6379,
  postgres: 5432,
  irc: 6667,
  discard: 9,
} as const

/** Ports that a control server may sit on: accept, record, say nothing. */
export const SILENT_PORTS = [1337, 5555, 8088, 8443, 9001, 9050, 31337] as const

/** Relative to the node's root. */
export const DOCKER_SOCKET = '/run/docker.sock'
