// Servers that are installed in a root and do not run: an unpacked image, a disk. Told by the program of the product itself, where its
// makers, Debian, Alpine, Red Hat and Bitnami put it. What only a process could tell (its user, its flags, its environment) stays unknown.
import { basename } from 'node:path'
import { type ContainerRoot, defaultRootLimits, openContainerRoot } from '../../reader/container-root.ts'
import type { MiddlewareInstance, ProductName } from './process.ts'

const BINARIES = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/usr/libexec']

function programs(...names: string[]): string[] {
  return BINARIES.flatMap((directory) => names.map((name) => `${directory}/${name}`))
}

const PLACES: Readonly<Record<ProductName, readonly string[]>> = {
  postgresql: [
    '/usr/lib/postgresql/*/bin/postgres',
    '/usr/libexec/postgresql*/postgres',
    '/usr/pgsql-*/bin/postgres',
    '/opt/bitnami/postgresql/bin/postgres',
    ...programs('postgres'),
  ],
  mysql: [
    ...programs('mariadbd', 'mysqld'),
    '/usr/local/mysql/bin/mysqld',
    '/opt/bitnami/*/sbin/mariadbd',
    '/opt/bitnami/*/bin/mysqld',
  ],
  redis: [
    ...programs('redis-server', 'valkey-server', 'keydb-server'),
    '/opt/bitnami/redis/bin/redis-server',
    '/opt/bitnami/valkey/bin/valkey-server',
  ],
  mongodb: [...programs('mongod', 'mongos'), '/opt/bitnami/mongodb/bin/mongod'],
  nginx: [
    ...programs('nginx', 'openresty', 'tengine'),
    '/usr/local/nginx/sbin/nginx',
    '/usr/local/openresty/nginx/sbin/nginx',
    '/opt/bitnami/nginx/sbin/nginx',
  ],
  'apache-httpd': [...programs('apache2', 'httpd'), '/usr/local/apache2/bin/httpd', '/opt/bitnami/apache/bin/httpd'],
  tomcat: [
    '/usr/share/tomcat*/bin/bootstrap.jar',
    '/usr/local/tomcat/bin/bootstrap.jar',
    '/opt/tomcat*/bin/bootstrap.jar',
    '/opt/*/tomcat*/bin/bootstrap.jar',
  ],
  kafka: [
    '/opt/kafka*/libs/kafka_*.jar',
    '/opt/bitnami/kafka/libs/kafka_*.jar',
    '/usr/share/java/kafka/kafka_*.jar',
    '/usr/local/kafka*/libs/kafka_*.jar',
  ],
  rabbitmq: [
    '/usr/lib/rabbitmq/bin/rabbitmq-server',
    '/opt/rabbitmq/sbin/rabbitmq-server',
    '/opt/bitnami/rabbitmq/sbin/rabbitmq-server',
    '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server',
  ],
  elasticsearch: [
    '/usr/share/elasticsearch/bin/elasticsearch',
    '/usr/share/opensearch/bin/opensearch',
    '/opt/bitnami/elasticsearch/bin/elasticsearch',
    '/opt/bitnami/opensearch/bin/opensearch',
  ],
  etcd: [...programs('etcd'), '/etcd', '/opt/bitnami/etcd/bin/etcd'],
}

/** Where a server of the product finds its configuration when its package starts it. */
const CONFIGURED_BY: Partial<Record<ProductName, (root: ContainerRoot, program: string) => string[]>> = {
  redis: (root) => {
    const names = [
      '/etc/redis/redis.conf',
      '/etc/valkey/valkey.conf',
      '/etc/redis.conf',
      '/opt/bitnami/redis/etc/redis.conf',
    ]
    return names.filter((path) => root.stat(path).kind === 'found').slice(0, 1)
  },
  tomcat: (root, program) => {
    const home = program.replace(/\/bin\/bootstrap\.jar$/, '')
    const own = `/var/lib/${basename(home)}`
    const base = root.stat(`${own}/conf`).kind === 'found' ? own : home
    return ['org.apache.catalina.startup.Bootstrap', `-Dcatalina.home=${home}`, `-Dcatalina.base=${base}`]
  },
}

/** The first program of each product; `name` stands for the container in what results are called. */
export function installedMiddleware(
  directory: string,
  name: string = basename(directory) || '/',
): MiddlewareInstance[] {
  const root = openContainerRoot(directory, { ...defaultRootLimits, files: 4000, durationMs: 5000 })
  try {
    return Object.entries(PLACES).flatMap(([product, patterns]) => {
      const program = firstFile(root, patterns)
      if (program === undefined) return []
      const words = CONFIGURED_BY[product as ProductName]?.(root, program) ?? []
      return [instanceOf(product as ProductName, program, words, directory, name)]
    })
  } finally {
    root.close()
  }
}

function firstFile(root: ContainerRoot, patterns: readonly string[]): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.includes('*') ? root.glob(pattern) : { kind: 'found' as const, value: [pattern] }
    for (const path of found.kind === 'found' ? found.value.toReversed() : []) {
      const facts = root.stat(path)
      if (facts.kind === 'found' && facts.value.kind === 'file') return path
    }
  }
  return undefined
}

function instanceOf(
  product: ProductName,
  program: string,
  words: readonly string[],
  directory: string,
  name: string,
): MiddlewareInstance {
  return {
    product,
    resource: `${name}/${product}`,
    workers: [],
    process: {
      pid: 0,
      parentPid: 0,
      executable: program,
      commandLine: [program, ...words],
      environment: null,
      uid: null,
      workingDirectory: '/',
      listening: [],
      containerId: '',
      containerName: name,
      image: '',
      literals: null,
      root: directory,
      directory: '/nonexistent',
    },
  }
}
