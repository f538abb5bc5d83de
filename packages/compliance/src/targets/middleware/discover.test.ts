import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { discoverMiddleware, productOf } from './discover.ts'
import { processFacts } from './proc.ts'
import type { ProcessFacts } from './process.ts'

function made(
  pid: number,
  parentPid: number,
  executable: string,
  commandLine: string[],
  more: Partial<ProcessFacts> = {},
): ProcessFacts {
  return {
    pid,
    parentPid,
    executable,
    commandLine,
    environment: new Map(),
    uid: 1000,
    workingDirectory: '/',
    listening: [],
    containerId: 'c1',
    containerName: 'shop',
    image: '',
    literals: null,
    root: '/nonexistent',
    directory: '/nonexistent',
    ...more,
  }
}

test.each([
  ['/usr/lib/postgresql/15/bin/postgres', ['postgres', '-D', '/data'], 'postgresql'],
  ['/usr/sbin/mariadbd', ['mariadbd'], 'mysql'],
  ['/usr/sbin/mysqld', ['mysqld', '--initialize-insecure'], undefined],
  ['/usr/local/bin/redis-server', ['redis-server *:6379'], 'redis'],
  ['/usr/bin/redis-check-rdb', ['redis-server *:6379'], 'redis'],
  ['/opt/valkey/valkey-server (deleted)', ['valkey-server'], 'redis'],
  ['/usr/bin/mongos', ['mongos'], 'mongodb'],
  ['/usr/sbin/nginx', ['nginx: master process nginx'], 'nginx'],
  ['', ['nginx: worker process'], 'nginx'],
  ['/usr/sbin/apache2', ['apache2', '-DFOREGROUND'], 'apache-httpd'],
  ['/jdk/bin/java', ['java', '-cp', 'x', 'org.apache.catalina.startup.Bootstrap', 'start'], 'tomcat'],
  ['/jdk/bin/java', ['java', 'kafka.Kafka', 'server.properties'], 'kafka'],
  [
    '/jdk/bin/java',
    ['java', '-m', 'org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch'],
    'elasticsearch',
  ],
  ['/jdk/bin/java', ['java', 'org.opensearch.bootstrap.OpenSearch'], 'elasticsearch'],
  ['/jdk/bin/java', ['java', '-jar', 'shop.jar'], undefined],
  ['/usr/lib/erlang/erts-13/bin/beam.smp', ['beam.smp', '-s', 'rabbit', 'boot'], 'rabbitmq'],
  ['/usr/lib/erlang/erts-13/bin/beam.smp', ['beam.smp', '-s', 'shop'], undefined],
  ['/etcd', ['/etcd', '--data-dir', '/d'], 'etcd'],
  ['/bin/bash', ['bash', '-c', 'nginx'], undefined],
  ['/usr/bin/vi', ['vi', '/etc/nginx/nginx.conf'], undefined],
])('%s %j is %s', (executable, commandLine, product) => {
  expect(productOf(made(1, 0, executable, commandLine))).toBe(product)
})

test('workers belong to the first process, and servers of other containers stand alone', () => {
  const found = discoverMiddleware([
    made(10, 1, '/bin/sh', ['sh']),
    made(11, 10, '/usr/sbin/nginx', ['nginx: master process nginx']),
    made(12, 11, '/usr/sbin/nginx', ['nginx: worker process']),
    made(13, 11, '/usr/sbin/nginx', ['nginx: worker process']),
    made(20, 11, '/usr/sbin/nginx', ['nginx'], { containerId: 'c2', containerName: 'other' }),
  ])
  expect(found.map(({ resource, process, workers }) => [resource, process.pid, workers.map(({ pid }) => pid)])).toEqual(
    [
      ['shop/nginx', 11, [12, 13]],
      ['other/nginx', 20, []],
    ],
  )
})

test('parents that go round in a circle end', () => {
  const two = [made(1, 2, '/usr/sbin/nginx', ['nginx']), made(2, 1, '/usr/sbin/nginx', ['nginx'])]
  expect(discoverMiddleware(two).length).toBeGreaterThan(0)
})

test('a process of this machine is read from the kernel', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const own = processFacts(process.pid)
  const listening = own?.listening
  server.close()
  expect(own?.uid).toBe(process.geteuid?.())
  expect(listening).toContainEqual({ address: '127.0.0.1', port: typeof address === 'object' ? address?.port : 0 })
  const child = spawn('sleep', ['5'], { env: { MARK: 'x=y' } })
  const facts = processFacts(child.pid as number)
  child.kill()
  expect(facts).toMatchObject({ parentPid: process.pid })
  expect(processFacts(4_194_305)).toBeUndefined()
})
