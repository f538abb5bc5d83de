// Debian packages: only those that are missing, only as root. Otherwise they are named, and Yagura goes on with less.
import { existsSync } from 'node:fs'
import { isRoot } from './platform.mjs'
import { lastLines, run } from './run.mjs'

/** For the sensor: the compiler of its BPF program, libbpf's headers, and the library that loads it. */
export const START_PACKAGES = ['clang', 'libbpf-dev', 'libbpf1']

/**
 * For the end-to-end tests: container tools, a browser, the oldest PostgreSQL that is supported; and the tools whose answers
 * the tests of extractors and image sources are compared with.
 */
export const E2E_PACKAGES = [
  ...START_PACKAGES,
  'apache2',
  'bpftool',
  'chromium',
  'containerd',
  'containernetworking-plugins',
  'debootstrap',
  'default-jdk-headless',
  'docker-registry',
  'dpkg-dev',
  'etcd-server',
  'fonts-noto-cjk',
  'golang-1.19-go',
  'golang-go',
  'iproute2',
  'iptables',
  'jq',
  'make',
  'mariadb-server',
  'mmdebstrap',
  'nginx-light',
  'openssl',
  'podman',
  'postgresql',
  'rabbitmq-server',
  'redis-server',
  'rpm',
  'rsync',
  'runc',
  'rustc',
  'skopeo',
  'tomcat10',
  'umoci',
]

/** @returns {Promise<string[]>} what is still missing, as sentences */
export async function debianStep(wanted, report) {
  if (!existsSync('/usr/bin/apt-get')) {
    const have = existsSync('/usr/bin/clang')
    return have ? [] : [`This is not a Debian system: install what gives ${wanted.join(', ')} for full coverage.`]
  }
  const missing = await missingOf(wanted)
  if (missing.length === 0) return []
  const byHand = `apt-get install ${missing.join(' ')}`
  if (!isRoot())
    return [`Not root, so these Debian packages are left out: ${missing.join(', ')}. For full coverage: sudo ${byHand}`]
  if (process.env.YAGURA_SKIP_APT)
    return [`YAGURA_SKIP_APT is set, so these Debian packages are left out: ${missing.join(', ')}.`]
  report('updating the list of packages')
  const update = await apt(['update'])
  report(`installing ${missing.join(', ')}`)
  const install = await apt(['install', '--yes', '--no-install-recommends', ...missing])
  if (install.code === 0) return []
  const failed = update.code === 0 ? install : update
  return [
    `Some Debian packages could not be installed (${missing.join(', ')}); going on with less. By hand: ${byHand}\n${lastLines(failed.output, 5)}`,
  ]
}

async function missingOf(wanted) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const { output } = await run('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...wanted])
  const installed = new Set(
    output.split('\n').flatMap((line) => (line.endsWith(' installed') ? line.split(' ')[0] : [])),
  )
  return wanted.filter((name) => !installed.has(name))
}

function apt(args) {
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0']
  return run('apt-get', [...options, ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } })
}
