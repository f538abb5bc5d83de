// Configurations that were written to hurt the one who reads them: every verdict is reached, none of them a pass on what was not read.
import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync, truncateSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkMiddleware } from './check.ts'
import type { ProductName } from './process.ts'
import { type Made, makeInstance } from './testing/fixture.ts'
import { loadContent } from './testing/recorded.ts'

const { checks } = loadContent()
const clock = { nowMs: () => 0, monotonicMs: () => performance.now() }

async function verdicts(made: Omit<Made, 'name' | 'kind'>, spoil: (root: string) => void) {
  const instance = makeInstance({ ...made, name: 'hostile', kind: 'bad' })
  try {
    spoil(instance.process.root)
    return await checkMiddleware(instance, { checks, clock })
  } finally {
    rmSync(instance.process.root, { recursive: true })
  }
}
const MAIN: readonly (readonly [ProductName, string, string, string])[] = [
  ['postgresql', '/data/postgresql.conf', "include = '/data/postgresql.conf'", 'PG-14'],
  ['mysql', '/etc/my.cnf', '!include /etc/my.cnf', 'MY-06'],
  ['redis', '/r.conf', 'include /r.conf', 'RD-05'],
  ['nginx', '/etc/nginx/nginx.conf', 'include /etc/nginx/nginx.conf;', 'NG-02'],
  ['apache-httpd', '/usr/local/apache2/conf/httpd.conf', 'Include conf/httpd.conf', 'AP-02'],
]
const PROCESS = { commandLine: ['server', '/r.conf'] }
function replaced(path: string, make: () => void) {
  rmSync(path)
  make()
}
const SPOILT: readonly (readonly [string, (path: string) => void])[] = [
  ['1 GB', (path) => truncateSync(path, 2 ** 30)],
  ['FIFO', (path) => replaced(path, () => execFileSync('mkfifo', [path]))],
  ['link to itself', (path) => replaced(path, () => symlinkSync(path.slice(path.lastIndexOf('/') + 1), path))],
]

test.each(MAIN)('%s that includes itself', async (product, path, text, id) => {
  const results = await verdicts(
    { product, files: { [path]: text }, process: PROCESS, environment: { PGDATA: '/data' } },
    () => {},
  )
  const result = results.find(({ check }) => check === id)
  expect(result?.verdict).toBe('error')
  expect(result?.message.en).toContain('it includes itself')
})

test.each(MAIN.flatMap((main) => SPOILT.map((spoilt) => [main[0], spoilt[0], main, spoilt[1]] as const)))(
  '%s with a configuration that is a %s',
  async (_product, _what, [product, path, text, id], spoil) => {
    const results = await verdicts(
      { product, files: { [path]: text }, process: PROCESS, environment: { PGDATA: '/data' } },
      (root) => spoil(join(root, path)),
    )
    expect(results.find(({ check }) => check === id)?.verdict).toBe('error')
  },
)

test('a link to a file of the host tells nothing of it', async () => {
  const results = await verdicts({ product: 'redis', files: { '/x': '' }, process: PROCESS }, (root) =>
    symlinkSync('/etc/passwd', join(root, 'r.conf')),
  )
  expect(JSON.stringify(results)).not.toContain('root:x')
  expect(results.find(({ check }) => check === 'RD-05')?.verdict).toBe('error')
})

test('a hundred thousand braces and a flood of includes end in bounds', async () => {
  const nested = await verdicts(
    { product: 'nginx', files: { '/etc/nginx/nginx.conf': 'a {'.repeat(100_000) } },
    () => {},
  )
  expect(nested.find(({ check }) => check === 'NG-02')?.verdict).toBe('error')
  const files = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`/etc/nginx/c/${index}.conf`, 'x y;']))
  const many = await verdicts(
    { product: 'nginx', files: { ...files, '/etc/nginx/nginx.conf': 'include c/*.conf;' } },
    () => {},
  )
  expect(many.find(({ check }) => check === 'NG-02')?.message.en).toMatch(/more than \d+ files/)
})

test('passwords do not appear in results', async () => {
  const results = await verdicts(
    {
      product: 'redis',
      files: { '/r.conf': 'requirepass hunter2hunter2\nuser app on >topsecret1 +@all' },
      process: PROCESS,
    },
    () => {},
  )
  expect(results.some(({ verdict }) => verdict === 'fail')).toBe(true)
  expect(JSON.stringify(results)).not.toContain('hunter2')
  expect(JSON.stringify(results)).not.toContain('topsecret1')
})

test('a server that never answers ends in errors within the time of one container', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  const { port } = silent.address() as AddressInfo
  const instance = makeInstance({ product: 'postgresql', name: 'silent', kind: 'bad', files: {} })
  let nowMs = 0
  const results = await checkMiddleware(instance, {
    checks,
    clock: { nowMs: () => 0, monotonicMs: () => (nowMs += 300) },
    probe: { address: '127.0.0.1', port },
    credentials: { user: 'a', password: 'b', address: '127.0.0.1', port },
  })
  silent.close()
  rmSync(instance.process.root, { recursive: true })
  expect(results.find(({ check }) => check === 'PG-05')?.verdict).toBe('error')
  expect(results.find(({ check }) => check === 'PG-19')?.message.en).toContain('the time for this server is used up')
})
