// What is known of a process without asking it: the kernel's own account of it.
export interface Listener {
  readonly address: string
  readonly port: number
}

export interface ProcessFacts {
  readonly pid: number
  readonly parentPid: number
  /** Inside its container; empty when the kernel would not tell. */
  readonly executable: string
  readonly commandLine: readonly string[]
  /** Null: may not be read. */
  readonly environment: ReadonlyMap<string, string> | null
  /** Effective; null: unknown. */
  readonly uid: number | null
  readonly workingDirectory: string
  readonly listening: readonly Listener[]
  /** Empty for processes of the host. */
  readonly containerId: string
  readonly containerName: string
  readonly image: string
  /** Environment variables whose value stands in the specification itself; null: the specification is not known. */
  readonly literals: ReadonlySet<string> | null
  /** Where its files are reached: `/proc/PID/root`. */
  readonly root: string
  /** Where the kernel tells of it: `/proc/PID`, or the same below the root of a node. */
  readonly directory: string
}

export const PRODUCTS = [
  'postgresql',
  'mysql',
  'redis',
  'mongodb',
  'nginx',
  'apache-httpd',
  'tomcat',
  'kafka',
  'rabbitmq',
  'elasticsearch',
  'etcd',
] as const
export type ProductName = (typeof PRODUCTS)[number]

/** One server of a product: its first process and those it started. */
export interface MiddlewareInstance {
  readonly product: ProductName
  readonly process: ProcessFacts
  readonly workers: readonly ProcessFacts[]
  /** As results name it: `shop-db/postgresql`. */
  readonly resource: string
}
