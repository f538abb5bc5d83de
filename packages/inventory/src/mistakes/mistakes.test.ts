import type { LayerEntry } from '@yagura/image'
import type { Image } from '@yagura/schema'
import { localiseMistake, MISTAKE_LANGUAGES } from '@yagura/schema/mistake-texts'
import { describe, expect, test } from 'vitest'
import { oddContent, oddEntry } from './files.ts'
import { allChecks, findMistakes } from './index.ts'

const DIFF_ID = `sha256:${'a'.repeat(64)}`

function image(config: Partial<Image['config']>, rest: Partial<Image> = {}): Image {
  return {
    ...{ digest: DIFF_ID, manifestDigest: null, architecture: 'amd64', createdAt: '2026-01-01T00:00:00Z' },
    names: ['example.org/app:1.2'],
    layers: [],
    config: {
      ...{
        user: '1000:1000',
        entrypoint: ['/app'],
        command: [],
        environment: [],
        workingDirectory: '/app',
        exposedPorts: [],
      },
      labels: { 'org.opencontainers.image.source': 'https://example.org' },
      ...{ volumes: [], onBuild: [], hasHealthCheck: true },
      ...config,
    },
    ...rest,
  }
}

function step(createdBy: string): Image {
  return image({}, { history: [{ createdBy, createdAt: null, diffId: DIFF_ID }] })
}

const ids = (one: Image) => findMistakes(one, []).map(({ check }) => check)

test('a good image has none, and a plain directory has no configuration', () => {
  expect(ids(image({}))).toEqual([])
  expect(ids(image({ user: 'root' }, { digest: null }))).toEqual([])
})

/** [check, what fails it, what passes it] */
const CONFIGURATIONS: readonly (readonly [string, Image, Image])[] = [
  ['root-user', image({ user: '' }), image({ user: '10' })],
  ['root-user', image({ user: '0:5' }), image({ user: '5:5' })],
  ['named-user', image({ user: 'app' }), image({ user: '7' })],
  ['root-group', image({ user: '5:0' }), image({ user: '5:5' })],
  [
    'secret-variable',
    image({ environment: ['DB_PASSWORD=hunter22'] }),
    image({ environment: ['DB_PASSWORD_FILE=/run/x'] }),
  ],
  ['secret-label', image({ labels: { api_token: 'abcdef', maintainer: 'x' } }), image({ labels: { maintainer: 'x' } })],
  ['library-preload', image({ environment: ['LD_PRELOAD=/x.so'] }), image({ environment: ['LD_PRELOAD='] })],
  ['relative-path-variable', image({ environment: ['PATH=/bin:.'] }), image({ environment: ['PATH=/bin:/usr/bin'] })],
  ['world-writable-path-variable', image({ environment: ['PATH=/tmp/x:/bin'] }), image({ environment: ['PATH=/bin'] })],
  [
    'verification-off',
    image({ environment: ['NODE_TLS_REJECT_UNAUTHORIZED=0'] }),
    image({ environment: ['NODE_TLS_REJECT_UNAUTHORIZED=1'] }),
  ],
  ['debug-mode', image({ environment: ['NODE_ENV=development'] }), image({ environment: ['NODE_ENV=production'] })],
  [
    'proxy-password',
    image({ environment: ['HTTPS_PROXY=http://me:secret@proxy'] }),
    image({ environment: ['HTTPS_PROXY=http://proxy'] }),
  ],
  ['no-health-check', image({ hasHealthCheck: false }), image({ hasHealthCheck: true })],
  ['exposed-ssh', image({ exposedPorts: ['22/tcp'] }), image({ exposedPorts: ['8080/tcp'] })],
  ['exposed-docker', image({ exposedPorts: ['2375/tcp'] }), image({ exposedPorts: ['23750/tcp'] })],
  ['exposed-plain-protocol', image({ exposedPorts: ['23/tcp'] }), image({ exposedPorts: ['443/tcp'] })],
  ['exposed-debugger', image({ exposedPorts: ['5005'] }), image({ exposedPorts: ['5006'] })],
  ['exposed-desktop', image({ exposedPorts: ['5900/tcp'] }), image({ exposedPorts: ['5902/tcp'] })],
  [
    'too-many-ports',
    image({ exposedPorts: Array.from({ length: 11 }, (_, at) => `${8000 + at}/tcp`) }),
    image({ exposedPorts: ['80/tcp'] }),
  ],
  ['docker-socket-volume', image({ volumes: ['/var/run/docker.sock'] }), image({ volumes: ['/data'] })],
  ['system-volume', image({ volumes: ['/etc'] }), image({ volumes: ['/etc/app'] })],
  ['relative-working-directory', image({ workingDirectory: 'app' }), image({ workingDirectory: '/app' })],
  ['system-working-directory', image({ workingDirectory: '/etc' }), image({ workingDirectory: '/srv' })],
  ['shell-form', image({ entrypoint: ['/bin/sh', '-c', 'app'] }), image({ entrypoint: ['/bin/sh', '/start.sh'] })],
  ['starts-ssh-server', image({ command: ['/usr/sbin/sshd', '-D'] }), image({ command: ['/sshdoc'] })],
  ['no-command', image({ entrypoint: [] }), image({ command: ['x'] })],
  ['latest-tag', image({}, { names: ['example.org/app:latest'] }), image({}, { names: ['example.org:5000/app:1'] })],
  ['build-triggers', image({ onBuild: ['COPY . /'] }), image({})],
  ['no-source-label', image({ labels: {} }), image({})],
  ['impossible-date', image({}, { createdAt: null }), image({})],
  [
    'remote-add',
    step('ADD https://example.org/x.tgz /x # buildkit'),
    step('ADD --checksum=sha256:1 https://example.org/x /x'),
  ],
  [
    'pipe-to-shell',
    step('RUN /bin/sh -c curl -sSL https://example.org/x | sh # buildkit'),
    step('RUN /bin/sh -c curl https://example.org/x > x'),
  ],
  ['insecure-download', step('/bin/sh -c curl -k https://example.org'), step('/bin/sh -c curl https://example.org/-k')],
  ['plain-download', step('/bin/sh -c wget http://example.org/x'), step('/bin/sh -c wget http://localhost/x')],
  [
    'unauthenticated-packages',
    step('/bin/sh -c apk add --allow-untrusted x.apk'),
    step('/bin/sh -c apk add --no-cache x'),
  ],
  [
    'apt-cache-kept',
    step('/bin/sh -c apt-get update && apt-get install -y x'),
    step('/bin/sh -c apt-get update && rm -rf /var/lib/apt/lists/*'),
  ],
  [
    'apt-recommends',
    step('/bin/sh -c apt-get install -y x'),
    step('/bin/sh -c apt-get install -y --no-install-recommends x'),
  ],
  ['apk-cache-kept', step('/bin/sh -c apk add x'), step('/bin/sh -c apk add --no-cache x')],
  ['rpm-cache-kept', step('/bin/sh -c dnf install -y x'), step('/bin/sh -c dnf install -y x && dnf clean all')],
  ['pip-cache-kept', step('/bin/sh -c pip install x'), step('/bin/sh -c pip install --no-cache-dir x')],
  ['whole-upgrade', step('/bin/sh -c apt-get -y dist-upgrade'), step('/bin/sh -c apt-get -y upgrade x')],
  ['chmod-everybody', step('/bin/sh -c chmod -R 777 /app'), step('/bin/sh -c chmod 755 /app')],
  ['sudo-in-build', step('/bin/sh -c sudo make'), step('/bin/sh -c make')],
  ['secret-build-argument', step('ARG API_TOKEN=abcdef'), step('ARG API_TOKEN')],
  [
    'secret-build-argument',
    step('RUN |1 DB_PASSWORD=abcdef /bin/sh -c make # buildkit'),
    step('RUN |1 VERSION=1 /bin/sh -c make # buildkit'),
  ],
  ['password-in-command', step('/bin/sh -c echo root:x | chpasswd'), step('/bin/sh -c echo x')],
  ['host-check-off', step('/bin/sh -c ssh -o StrictHostKeyChecking=no x'), step('/bin/sh -c ssh x')],
  ['maintainer-step', step('/bin/sh -c #(nop)  MAINTAINER me'), step('/bin/sh -c #(nop)  LABEL maintainer=me')],
  [
    'moving-source',
    step('/bin/sh -c curl -O https://example.org/x/master/install.sh'),
    step('/bin/sh -c curl -O https://example.org/x/v1/install.sh'),
  ],
  ['service-manager', step('/bin/sh -c systemctl enable x'), step('/bin/sh -c x')],
  ['setuid-added', step('/bin/sh -c chmod u+s /x'), step('/bin/sh -c chmod 0755 /x')],
  [
    'too-many-layers',
    image(
      {},
      {
        layers: Array.from({ length: 61 }, () => ({
          ...{ digest: null, diffId: DIFF_ID, createdBy: null },
          ...{ createdAt: null, sizeBytes: null, mediaType: null },
        })),
      },
    ),
    image({}),
  ],
]

describe('configuration and history', () => {
  test.each(CONFIGURATIONS)('%s', (check, failing, passing) => {
    expect(ids(failing)).toContain(check)
    expect(ids(passing)).not.toContain(check)
  })
})

function entry(path: string, mode = 0o644, rest: Partial<LayerEntry> = {}): LayerEntry {
  return { path, kind: 'file', link: '', sizeBytes: 10, mode, ...rest }
}
const directory = { kind: 'directory' } as const

const ENTRIES: readonly (readonly [string, LayerEntry, LayerEntry])[] = [
  ['setuid-file', entry('bin/x', 0o4755), entry('bin/x', 0o755)],
  ['setgid-file', entry('bin/x', 0o2755), entry('bin/x', 0o2644)],
  ['file-capabilities', entry('bin/ping', 0o755, { hasCapabilities: true }), entry('bin/ping', 0o755)],
  ['world-writable-directory', entry('data', 0o777, directory), entry('tmp', 0o1777, directory)],
  ['world-writable-file', entry('app/x', 0o666), entry('tmp/x', 0o666)],
  ['writable-system-file', entry('etc/passwd', 0o664), entry('etc/passwd', 0o644)],
  ['readable-shadow', entry('etc/shadow', 0o644), entry('etc/shadow', 0o640)],
  ['readable-private-key', entry('root/.ssh/id_ed25519', 0o644), entry('root/.ssh/id_ed25519', 0o600)],
  ['sudo', entry('usr/bin/sudo'), entry('usr/bin/sudoku')],
  ['ssh-server', entry('usr/sbin/sshd'), entry('usr/bin/ssh')],
  ['ssh-host-key', entry('etc/ssh/ssh_host_rsa_key'), entry('etc/ssh/ssh_host_rsa_key.pub')],
  ['authorized-keys', entry('root/.ssh/authorized_keys'), entry('root/.ssh/known_hosts')],
  ['git-directory', entry('app/.git/HEAD'), entry('app/.gitignore')],
  ['environment-file', entry('app/.env'), entry('app/.env.example')],
  ['build-files', entry('app/Dockerfile'), entry('app/main')],
  ['shell-history', entry('root/.bash_history'), entry('root/.bash_history', 0o600, { sizeBytes: 0 })],
  ['core-dump', entry('core.123'), entry('core.txt')],
  ['compiler', entry('usr/bin/gcc-14'), entry('usr/bin/gccgo-doc')],
  ['debug-tool', entry('usr/bin/nmap'), entry('usr/bin/mmap')],
  ['package-cache', entry('var/cache/apt/archives/x.deb'), entry('var/cache/apt/archives/lock')],
  ['container-socket', entry('run/docker.sock'), entry('run/app.sock')],
  ['device-file', entry('dev/mem', 0o600, { kind: 'other' }), entry('dev/null', 0o666, { kind: 'other' })],
]

describe('files by path and permissions', () => {
  test.each(ENTRIES)('%s', (check, failing, passing) => {
    const found = (one: LayerEntry) => oddEntry(one).map((odd) => odd.check)
    expect(found(failing)).toContain(check)
    expect(found(passing)).not.toContain(check)
  })
})

const CONTENTS: readonly (readonly [string, string, string, string])[] = [
  ['empty-password', 'etc/shadow', 'me::1:', 'me:*:1:'],
  ['weak-password-hash', 'etc/shadow', 'me:$1$ab$cdef:1:', 'me:!:1:'],
  ['password-in-passwd', 'etc/passwd', 'me::5:5::/:/bin/sh', 'me:x:5:5::/:/bin/sh'],
  ['second-root', 'etc/passwd', 'toor:x:0:0::/:/bin/sh', 'root:x:0:0::/:/bin/sh'],
  ['sudo-without-password', 'etc/sudoers.d/x', 'me ALL=(ALL) NOPASSWD: ALL', '# NOPASSWD'],
  ['ssh-root-login', 'etc/ssh/sshd_config', 'PermitRootLogin yes', '#PermitRootLogin yes'],
  ['ssh-password-login', 'etc/ssh/sshd_config', 'PasswordAuthentication yes', 'PasswordAuthentication no'],
  ['cron-job', 'etc/cron.d/x', '* * * * * root /x', 'SHELL=/bin/sh'],
  ['preloaded-library', 'etc/ld.so.preload', '/lib/x.so', ''],
  ['insecure-repository', 'etc/apt/sources.list', 'deb [trusted=yes] https://x y z', 'deb https://x y z'],
  ['moving-repository', 'etc/apk/repositories', 'https://x/alpine/edge/main', 'https://x/alpine/v3.20/main'],
]

describe('files by what is in them', () => {
  test.each(CONTENTS)('%s', (check, path, failing, passing) => {
    const found = (text: string) => oddContent(path, Buffer.from(`${text}\n`)).map((odd) => odd.check)
    expect(found(failing)).toContain(check)
    expect(found(passing)).not.toContain(check)
  })
})

test('every check has a failing and a passing case here; there are at least 40', () => {
  const tested = new Set([...CONFIGURATIONS, ...ENTRIES, ...CONTENTS].map(([check]) => check))
  expect(allChecks.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([])
  expect(new Set(allChecks.map(({ id }) => id)).size).toBe(allChecks.length)
  expect(allChecks.length).toBeGreaterThanOrEqual(40)
})

test('what is said of a file names the first ones, and how many there are', () => {
  const oddities = Array.from({ length: 7 }, (_, at) => ({
    check: 'setuid-file',
    path: `bin/${at}`,
    detail: '4755',
    layer: DIFF_ID,
  }))
  const [found] = findMistakes(image({}), oddities)
  expect(found).toMatchObject({ check: 'setuid-file', path: '/bin/0', layer: DIFF_ID })
  expect(found?.message).toContain('/bin/4 (4755) and 2 more')
})

test('secrets in commands are not shown', () => {
  const [found] = findMistakes(step('ARG API_TOKEN=verysecretvalue'), [])
  expect(found?.check).toBe('secret-build-argument')
  expect(JSON.stringify(found)).not.toContain('verysecret')
})

describe.each(MISTAKE_LANGUAGES)('texts in %s', (language) => {
  test('every check has its title and what to do', () => {
    for (const { id: check } of allChecks) {
      const { title, remedy } = localiseMistake({ check, title: 'TITLE', remedy: 'REMEDY' }, language)
      expect([check, title === 'TITLE', remedy === 'REMEDY']).toEqual([check, false, false])
    }
    expect(localiseMistake({ check: 'of-a-newer-version', title: 'A', remedy: 'B' }, language).title).toBe('A')
  })
})
