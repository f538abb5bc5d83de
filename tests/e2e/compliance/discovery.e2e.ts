// Servers found in roots made from packages of Debian, four releases, and none where only their clients are. Packages are fetched by apt
// into a directory of their own, as published, and unpacked without running anything.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedMiddleware } from '@yagura/compliance'
import { defaultCacheDir } from '@yagura/testbed'
import { afterAll, expect, test } from 'vitest'

/** Release → packages of one root, and what is to be found in it. */
const ROOTS: Readonly<Record<string, readonly (readonly [packages: string, product: string | null])[]>> = {
  bullseye: [
    ['postgresql-13', 'postgresql'],
    ['mariadb-server-core-10.5', 'mysql'],
    ['redis-server redis-tools', 'redis'],
    ['nginx-light', 'nginx'],
    ['apache2-bin', 'apache-httpd'],
    ['rabbitmq-server', 'rabbitmq'],
    ['etcd-server', 'etcd'],
    ['tomcat9-common libtomcat9-java', 'tomcat'],
    ['postgresql-client-13', null],
    ['mariadb-client-core-10.5', null],
  ],
  bookworm: [
    ['postgresql-15', 'postgresql'],
    ['mariadb-server-core', 'mysql'],
    ['redis-server redis-tools', 'redis'],
    ['nginx', 'nginx'],
    ['apache2-bin', 'apache-httpd'],
    ['rabbitmq-server', 'rabbitmq'],
    ['etcd-server', 'etcd'],
    ['tomcat10-common libtomcat10-java', 'tomcat'],
    ['redis-tools', null],
    ['etcd-client', null],
    ['apache2-utils', null],
  ],
  trixie: [
    ['postgresql-17', 'postgresql'],
    ['mariadb-server-core', 'mysql'],
    ['redis-server redis-tools', 'redis'],
    ['valkey-server valkey-tools', 'redis'],
    ['nginx', 'nginx'],
    ['apache2-bin', 'apache-httpd'],
    ['rabbitmq-server', 'rabbitmq'],
    ['etcd-server', 'etcd'],
    ['tomcat10-common libtomcat10-java', 'tomcat'],
    ['tomcat11-common libtomcat11-java', 'tomcat'],
    ['memcached', null],
  ],
  sid: [
    ['postgresql-18', 'postgresql'],
    ['mariadb-server-core', 'mysql'],
    ['redis-server redis-tools', 'redis'],
    ['valkey-server valkey-tools', 'redis'],
    ['nginx', 'nginx'],
    ['apache2-bin', 'apache-httpd'],
    ['rabbitmq-server', 'rabbitmq'],
    ['etcd-server', 'etcd'],
    ['tomcat11-common libtomcat11-java', 'tomcat'],
    ['haproxy', null],
  ],
}
const MINUTES = 60_000

const directory = mkdtempSync(join(tmpdir(), 'yg-discovery-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const cache = join(defaultCacheDir(), 'debian-servers')

/** apt with lists of its own, from the mirror that this machine uses. */
function aptOf(release: string): (...args: readonly string[]) => ReturnType<typeof spawnSync> {
  const home = join(cache, release)
  for (const path of ['lists/partial', 'archives/partial', 'debs']) mkdirSync(join(home, path), { recursive: true })
  writeFileSync(join(home, 'status'), '')
  writeFileSync(join(home, 'sources.list'), `deb ${mirror()} ${release} main\n`)
  const own = {
    'Dir::State': home,
    'Dir::State::lists': join(home, 'lists'),
    'Dir::State::status': join(home, 'status'),
    'Dir::Cache': home,
    'Dir::Cache::archives': join(home, 'archives'),
    'Dir::Etc::sourcelist': join(home, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Sandbox::User': 'root',
  }
  const options = Object.entries(own).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return (...args) =>
    spawnSync('apt-get', [...options, '-qq', ...args], {
      cwd: join(home, 'debs'),
      encoding: 'utf8',
      timeout: 4 * MINUTES,
    })
}

function mirror(): string {
  const texts = ['/etc/apt/sources.list', ...listed('/etc/apt/sources.list.d')].flatMap((path) => textOf(path))
  const found = texts.map((text) => /^(?:URIs:|deb(?: \[[^\]]*\])?) +(\S+\/debian)\/?(?: |$)/m.exec(text)?.[1])
  return found.find((one) => one !== undefined) ?? ''
}

function listed(path: string): string[] {
  return readdirSync(path)
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => join(path, name))
}

function textOf(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    return []
  }
}

test(
  'servers in roots of packages are found, and nothing else',
  () => {
    const seen: string[] = []
    const wrong: string[] = []
    const unmade: string[] = []
    for (const [release, roots] of Object.entries(ROOTS)) {
      const apt = aptOf(release)
      const debs = join(cache, release, 'debs')
      const names = [...new Set(roots.flatMap(([packages]) => packages.split(' ')))]
      const have = (name: string) => readdirSync(debs).some((file) => file.startsWith(`${name}_`))
      if (!names.every(have)) {
        apt('update')
        for (const name of names) if (!have(name)) apt('download', name)
      }
      for (const [packages, product] of roots) {
        const root = join(directory, `${release}-${packages.replaceAll(' ', '+')}`)
        mkdirSync(root)
        const files = packages.split(' ').map((name) => readdirSync(debs).find((file) => file.startsWith(`${name}_`)))
        if (files.includes(undefined)) {
          unmade.push(`${release} ${packages}`)
          continue
        }
        for (const file of files) execFileSync('dpkg-deb', ['-x', join(debs, file as string), root])
        const found = installedMiddleware(root).map((one) => one.product)
        seen.push(`${release} ${packages}`)
        if (JSON.stringify(found) !== JSON.stringify(product === null ? [] : [product]))
          wrong.push(`${release} ${packages}: ${found.join(', ') || 'nothing'} instead of ${product ?? 'nothing'}`)
        rmSync(root, { recursive: true })
      }
    }
    console.info(`${seen.length} roots, ${wrong.length} wrong`)
    if (unmade.length > 0) console.error(`NOT TESTED: packages that Debian does not give now: ${unmade.join('; ')}`)
    expect(wrong).toEqual([])
    expect(seen.length).toBeGreaterThanOrEqual(process.env.CI === 'true' || unmade.length === 0 ? 40 : 1)
  },
  15 * MINUTES,
)
