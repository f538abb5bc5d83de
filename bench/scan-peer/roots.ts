// Roots to compare on: Alpine as published, Debian 11, 12 and 13, each with applications of seven languages in it, and the source
// trees of those applications. They are made once and kept outside of the checkout, in YAGURA_BENCH_CACHE (default: the user's cache).
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { YaguraError } from '@yagura/kernel'

export interface Root {
  readonly name: string
  readonly path: string
  /** What an image holds, or lock files as a repository holds them. */
  readonly kind: 'rootfs' | 'sources'
}

const TIMEOUT_MS = 1_800_000
const SCRIPTS = join(import.meta.dirname, 'applications')

/** Applications are built in a root of their own, so that the machine needs nothing but mmdebstrap and npm. */
const BUILDER = {
  release: 'bookworm',
  packages: [
    ...['golang-go', 'golang-github-spf13-cobra-dev', 'golang-github-spf13-pflag-dev', 'golang-github-gorilla-mux-dev'],
    ...['golang-github-sirupsen-logrus-dev', 'golang-golang-x-net-dev', 'golang-golang-x-text-dev'],
    ...['golang-golang-x-sys-dev', 'golang-github-coreos-bbolt-dev'],
    ...[
      'python3-venv',
      'python3-pip-whl',
      'python3-setuptools-whl',
      'python3-requests',
      'python3-yaml',
      'python3-flask',
    ],
    ...['python3-cryptography', 'python3-django', 'python3-sqlalchemy', 'python3-lxml', 'python3-aiohttp'],
    ...[
      'libjackson2-databind-java',
      'libcommons-lang3-java',
      'libguava-java',
      'liblog4j2-java',
      'libcommons-text-java',
    ],
    ...['libspring-core-java', 'libbcprov-java', 'libyaml-snake-java', 'libcommons-compress-java', 'libxstream-java'],
    ...['libnetty-java', 'libjetty9-java', 'libcommons-fileupload-java'],
    ...['ruby', 'bundler', 'ruby-rack', 'ruby-nokogiri', 'ruby-sinatra', 'ruby-activesupport', 'ruby-rexml'],
    ...[
      'composer',
      'php-cli',
      'php-symfony-yaml',
      'php-symfony-process',
      'php-symfony-console',
      'php-monolog',
      'php-twig',
    ],
    ...['cargo', 'binutils', 'librust-serde-json-dev', 'librust-regex-dev'],
  ],
}

/** Packages of languages that Debian installs by itself: their files belong to packages of the system. */
const DEBIAN = ['python3-requests', 'python3-yaml', 'node-semver', 'node-lodash', 'ruby-rack', 'ruby-nokogiri']
const DEBIAN_JAVA = ['libcommons-lang3-java', 'libjackson2-databind-java', 'php-symfony-yaml', 'composer']
const RELEASES = { 'debian-11': 'bullseye', 'debian-12': 'bookworm', 'debian-13': 'trixie' } as const

export function cacheFolder(): string {
  const cache = process.env.YAGURA_BENCH_CACHE ?? join(homedir(), '.cache', 'yagura-bench')
  mkdirSync(cache, { recursive: true })
  return cache
}

/** The program that writes the peer's advisory database. */
export function databaseTool(): string {
  return join(made(cacheFolder(), 'applications', buildApplications), 'tools', 'peer-database')
}

/** The published Alpine roots are those in the folder that YAGURA_DATA names. */
export function makeRoots(data: string | undefined): Root[] {
  const cache = cacheFolder()
  const applications = made(cache, 'applications', buildApplications)
  const roots: Root[] = []
  for (const file of data ? readdirSync(join(data, 'rootfs')).sort() : []) {
    const name = /^alpine-minirootfs-([\d.]+)-.*\.tar\.gz$/.exec(file)?.[1]
    if (data && name)
      roots.push(rootWith(applications, `alpine-${name}`, (path) => unpack(join(data, 'rootfs', file), path)))
  }
  for (const [name, release] of Object.entries(RELEASES))
    roots.push(rootWith(applications, name, (path) => bootstrap(release, [...DEBIAN, ...DEBIAN_JAVA], path)))
  return [
    ...roots,
    { name: 'sources', path: made(cache, 'sources', (path) => copySources(applications, path)), kind: 'sources' },
  ]
}

function rootWith(applications: string, name: string, make: (path: string) => void): Root {
  const path = made(cacheFolder(), name, (unfinished) => {
    make(unfinished)
    copy(join(applications, 'srv'), join(unfinished, 'srv'))
  })
  return { name, path, kind: 'rootfs' }
}

/** Complete or not there at all. */
export function made(cache: string, name: string, make: (path: string) => void): string {
  const path = join(cache, name)
  if (existsSync(path)) return path
  const unfinished = join(cache, `.${name}.unfinished`)
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished)
  console.error(`making ${name} …`)
  make(unfinished)
  renameSync(unfinished, path)
  return path
}

function buildApplications(out: string): void {
  const builder = made(cacheFolder(), 'builder', (path) => bootstrap(BUILDER.release, BUILDER.packages, path))
  for (const folder of ['build', 'out']) rmSync(join(builder, folder), { recursive: true, force: true })
  mkdirSync(join(builder, 'out'))
  mkdirSync(join(builder, 'build'))
  cpSync(join(import.meta.dirname, 'database', 'main.go'), join(builder, 'build', 'database.go'))
  for (const script of readdirSync(SCRIPTS).filter((name) => name !== 'node.sh')) {
    writeFileSync(join(builder, 'build', script), readFileSync(join(SCRIPTS, script)))
    run('unshare', ['--mount', '--', '/bin/sh', '-eu', '-c', INSIDE, 'sh', builder, `/build/${script}`])
  }
  copy(join(builder, 'out'), out)
  const node = join(out, 'srv', 'node')
  mkdirSync(node)
  run('/bin/sh', ['-eu', join(SCRIPTS, 'node.sh')], node)
}

/** Releases as they were made: what an archive holds of later updates comes and goes. */
const WITHOUT_UPDATES = 'sed -i -E "/security|-updates/d" "$1/etc/apt/sources.list"'

/** With /proc, which compilers want; the mount is gone with the process. */
const INSIDE = 'mount -t proc proc "$1/proc"; exec chroot "$1" /bin/sh -eu "$2"'

const SOURCES =
  /(?:\.lock|-lock\.json|\/(?:go\.mod|requirements\.txt|composer\.json|package\.json|Gemfile|Cargo\.toml))$/
const INSTALLED = /\/(?:node_modules|vendor|venv|wheels)(?:\/|$)/

function copySources(applications: string, path: string): void {
  const from = join(applications, 'srv')
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' }))
    if (SOURCES.test(`/${file}`) && !INSTALLED.test(`/${file}`)) cpSync(join(from, file), join(path, file))
}

function bootstrap(release: string, packages: readonly string[], path: string): void {
  rmSync(path, { recursive: true, force: true })
  const include = `--include=${packages.join(',')}`
  run('mmdebstrap', ['--variant=minbase', `--setup-hook=${WITHOUT_UPDATES}`, include, release, path])
  for (const cache of ['var/cache/apt', 'var/lib/apt/lists'])
    rmSync(join(path, cache), { recursive: true, force: true })
}

function unpack(archive: string, path: string): void {
  run('tar', ['-xzf', archive, '-C', path, '--no-same-owner'])
}

function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  run('cp', ['-a', `${from}/.`, to])
}

function run(program: string, args: readonly string[], cwd?: string): void {
  const child = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.status === 0) return
  const said = (child.error?.message ?? `${child.stdout}\n${child.stderr}`).trim().slice(-1500)
  throw new YaguraError('INTERNAL', `${program} ${args.at(-1)} failed: ${said}`)
}
