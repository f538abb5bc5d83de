// Real servers, set up well and badly: the checks tell one from the other, by files, by asking and by probing.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type Credentials,
  checkMiddleware,
  loadChecks,
  middlewareOf,
  PRODUCTS,
  type ProbeTarget,
} from '@yagura/compliance'
import { systemClock } from '@yagura/kernel'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { defaultCacheDir, serverRoot } from '@yagura/testbed'
import { afterEach, describe, expect, test } from 'vitest'
import {
  inRoot,
  isListening,
  makeCertificate,
  makePlace,
  missingServers,
  put,
  remove,
  run,
  type Server,
  start,
  USER,
} from './servers.ts'
import { LIVE } from './shown.ts'

const CONTENT = join(import.meta.dirname, '../../../content/checks/middleware')
const { checks } = loadChecks(
  PRODUCTS.flatMap((product) => {
    const [document] = parseYamlDocuments(readFileSync(join(CONTENT, `${product}.yaml`)), product)
    return document?.value.ok ? (document.value.value as unknown[]) : []
  }),
)
const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const AS_NOBODY = `setpriv --reuid=${USER} --regid=${USER} --clear-groups`
const ALONE = '10.77.0.1'
const places: string[] = []
const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
  for (const place of places.splice(0)) remove(place)
})

function place(name: string, files: Readonly<Record<string, string>> = {}): string {
  const made = makePlace(name, files)
  places.push(made)
  return made
}

async function running(...args: Parameters<typeof start>): Promise<Server> {
  const server = await start(...args)
  servers.push(server)
  return server
}

/** Checks with this verdict, by id; two seconds are the bound for a container. */
async function verdicts(
  { pid }: Server,
  asked: { probe?: ProbeTarget; credentials?: Credentials; literals?: ReadonlySet<string> } = {},
): Promise<Record<'pass' | 'fail' | 'error' | 'not-applicable' | 'manual', string[]>> {
  const instance = middlewareOf(pid, { containerName: 'e2e', ...(asked.literals && { literals: asked.literals }) })
  if (!instance) throw new Error('the server was not recognised')
  const startedMs = performance.now()
  const results = await checkMiddleware(instance, { checks, clock: systemClock, ...asked })
  console.info(`${instance.product}: ${results.length} checks in ${Math.round(performance.now() - startedMs)} ms`)
  const found = { pass: [], fail: [], error: [], 'not-applicable': [], manual: [] } as Record<string, string[]>
  for (const { check, verdict, message, evidence } of results) {
    found[verdict]?.push(check)
    if (process.env.YAGURA_SHOW) console.info(check, verdict, message.en, JSON.stringify(evidence))
  }
  return found
}

/** Node, in the network of the server. */
function inside({ pid }: Server, ...words: string[]): string {
  const argv = [`--net=/proc/${pid}/ns/net`, process.execPath, '--input-type=module', ...words].filter(
    (word, _, all) => word !== '--input-type=module' || all.includes('-e'),
  )
  return execFileSync('nsenter', argv, { encoding: 'utf8', timeout: 20_000 })
}

/** Where Erlang keeps TLS: it is needed before it is looked for. */
function erlangSsl(): string {
  const libraries = '/usr/lib/erlang/lib'
  return `${libraries}/${readdirSync(libraries).find((name) => name.startsWith('ssl-'))}/ebin`
}

/** Passes on the first, fails on the second. */
function shown(careful: { pass: string[]; fail: string[] }, open: { pass: string[]; fail: string[] }): string[] {
  return careful.pass.filter((id) => open.fail.includes(id))
}

const missing = missingServers()
test('the servers are here', () => {
  if (missing.length > 0) console.error(`NOT TESTED: middleware needs ${missing.join(', ')}.`)
  expect(process.env.CI === 'true' ? missing : []).toEqual([])
})

describe.skipIf(missing.length > 0)('middleware', () => {
  test('PostgreSQL', async () => {
    const data = `${place('pg', { password: 'first-password-1' })}/data`
    const base = data.slice(0, -5)
    run('/usr/lib/postgresql/15/bin/initdb', [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${base}/password`,
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ])
    makeCertificate(data)
    execFileSync('chown', ['65534:65534', `${data}/key.pem`, `${data}/cert.pem`])
    const common = `port = 21001\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${base}'\nfsync = off\n`
    put(
      `${data}/postgresql.conf`,
      `${common}ssl = on\nssl_cert_file = 'cert.pem'\nssl_key_file = 'key.pem'\nlog_connections = on\nlog_disconnections = on\nlog_statement = 'ddl'\n`,
    )
    put(
      `${data}/pg_hba.conf`,
      'local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhostssl shop app 10.0.0.0/8 scram-sha-256\n',
    )
    const credentials = { user: 'postgres', password: 'first-password-1', address: '127.0.0.1', port: 21_001 }
    const probe = { address: '127.0.0.1', port: 21_001 }
    const postgres = (environment: Record<string, string>) =>
      running('/usr/lib/postgresql/15/bin/postgres', ['-D', data], { port: 21_001, environment })
    const first = await postgres({ POSTGRES_HOST_AUTH_METHOD: 'scram-sha-256' })
    const careful = await verdicts(first, { credentials, probe })
    await first.stop()
    put(`${data}/postgresql.conf`, `${common}ssl_min_protocol_version = 'TLSv1'\npassword_encryption = md5\n`)
    put(`${data}/pg_hba.conf`, 'local all all trust\nhost all all all trust\nhost all all 10.0.0.0/8 password\n')
    const second = await postgres({ POSTGRES_HOST_AUTH_METHOD: 'trust', POSTGRES_PASSWORD: 'x' })
    run(
      'psql',
      ['-h', '127.0.0.1', '-p', '21001', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1'],
      "CREATE ROLE a LOGIN SUPERUSER; CREATE ROLE b LOGIN SUPERUSER PASSWORD 'x'; CREATE ROLE c LOGIN BYPASSRLS; GRANT pg_read_server_files TO c; CREATE LANGUAGE evil HANDLER plpgsql_call_handler; GRANT CREATE ON SCHEMA public TO PUBLIC;",
    )
    const open = await verdicts(second, { credentials, probe, literals: new Set(['POSTGRES_PASSWORD']) })
    // The server itself remembers the mode it began with: whoever has no credentials sees what it is now.
    chmodSync(data, 0o755)
    const opened = await verdicts(second)
    await second.stop()
    const old = await verdicts(await oldPostgres(21_001))
    expect(careful.fail).toEqual([])
    const seen = [...shown(careful, open), ...shown(careful, opened), ...shown(careful, old)]
    expect(seen.filter(unique).sort()).toEqual(LIVE.postgresql.both)
  })

  /** A version that gets no more fixes, in the root of its own release. */
  async function oldPostgres(port: number): Promise<Server> {
    const root = await serverRoot(defaultCacheDir(), 'bullseye', ['postgresql-13'])
    const base = place('pg-old')
    const programs = '/usr/lib/postgresql/13/bin'
    const [program, ...words] = inRoot(root, base, `${programs}/initdb -D /mnt/data -U postgres --no-sync --locale=C`)
    execFileSync(program, words, { stdio: 'pipe', timeout: 60_000 })
    const settings = `-p ${port} -k /mnt -c listen_addresses=127.0.0.1 -c fsync=off`
    const [starter, ...more] = inRoot(root, base, `${programs}/postgres -D /mnt/data ${settings}`)
    return running(starter, more, { port, uid: 0 })
  }

  test('MariaDB', async () => {
    const base = place('my')
    const data = `${base}/data`
    run('mariadb-install-db', [
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-name-resolve',
      '--no-defaults',
    ])
    makeCertificate(base)
    execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
    const socket = `${base}/s`
    const credentials = { user: 'root', password: 'long-password-1', address: socket, port: 0 }
    const mariadb = async (settings: string) => {
      put(
        `${base}/my.cnf`,
        `[mysqld]\ndatadir=${data}\nport=21002\nbind-address=127.0.0.1\nsocket=${socket}\npid-file=${base}/pid\nskip-name-resolve\nplugin_maturity=beta\n${settings}`,
        0o644,
      )
      return await running('/usr/sbin/mariadbd', [`--defaults-file=${base}/my.cnf`], { port: socket })
    }
    const sql = (password: string, text: string) =>
      run('mariadb', ['-S', socket, '-u', 'root', ...(password ? [`-p${password}`] : [])], text)
    chmodSync(data, 0o755)
    const first = await mariadb('tls_version=TLSv1.1,TLSv1.2\nsecure_file_priv=\n')
    sql(
      '',
      "CREATE USER app@'%' IDENTIFIED BY ''; GRANT FILE, SUPER, PROCESS ON *.* TO app@'%' WITH GRANT OPTION; CREATE USER ''@'x'; CREATE USER root@'%' IDENTIFIED BY 'x'; CREATE DATABASE IF NOT EXISTS test;",
    )
    const open = await verdicts(first, { credentials: { ...credentials, password: '' } })
    sql(
      '',
      "DELETE FROM mysql.global_priv WHERE User='' OR User='app' OR (User='root' AND Host<>'localhost') OR (User NOT IN ('root','mariadb.sys')); FLUSH PRIVILEGES; DROP DATABASE test; INSTALL SONAME 'simple_password_check'; INSTALL SONAME 'server_audit'; SET PASSWORD FOR root@localhost = PASSWORD('Long-password-1'); ",
    )
    await first.stop()
    chmodSync(data, 0o750)
    const second = await mariadb(
      `require_secure_transport=ON\ntls_version=TLSv1.2,TLSv1.3\nlocal_infile=OFF\nsecure_file_priv=${base}\nssl_cert=${base}/cert.pem\nssl_key=${base}/key.pem\n`,
    )
    const careful = await verdicts(second, { credentials: { ...credentials, password: 'Long-password-1' } })
    expect(careful.fail).toEqual([])
    await second.stop()
    put(`${base}/my.cnf`, `[mysqld]\ndatadir=${data}\nsocket=${socket}\nskip-networking\nskip-grant-tables\n`, 0o644)
    const skipping = await running('/usr/sbin/mariadbd', [`--defaults-file=${base}/my.cnf`], { port: socket })
    const skipped = await verdicts(skipping)
    expect([...shown(careful, open), ...shown(careful, skipped)].filter(unique).sort()).toEqual(LIVE.mysql.both)
  })

  test('Redis', async () => {
    const base = place('redis')
    makeCertificate(base)
    execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
    const redis = async (name: string, settings: string, port: number | string, mode = 0o640) => {
      put(`${base}/${name}.conf`, settings, mode)
      return await running('/usr/bin/redis-server', [`${base}/${name}.conf`], { port })
    }
    const quiet = `dir ${base}\nsave ""\nset-proc-title no\n`
    const tls = `tls-cert-file ${base}/cert.pem\ntls-key-file ${base}/key.pem\ntls-ca-cert-file ${base}/cert.pem\n`
    const good = await redis(
      'good',
      `${quiet}${tls}bind 127.0.0.1\nport 0\ntls-port 21004\nunixsocket ${base}/s\nmaxmemory 64mb\nrequirepass abcdefghijklmnopqrst\nuser app on >x ~app:* +@read -@dangerous\nreplicaof 127.0.0.1 21099\ntls-replication yes\n`,
      `${base}/s`,
    )
    const careful = await verdicts(good, {
      credentials: { user: '', password: 'abcdefghijklmnopqrst', address: `${base}/s`, port: 0 },
    })
    const odd = `${base}/odd.so`
    execFileSync('clang', ['-shared', '-fPIC', '-o', odd, join(import.meta.dirname, 'odd-module.c')])
    const bad = await redis(
      'bad',
      `loadmodule ${odd}\ndir /etc\nsave ""\nset-proc-title no\n${tls}port 21005\ntls-port 21006\ntls-auth-clients no\nprotected-mode no\nenable-debug-command yes\nenable-module-command yes\nenable-protected-configs yes\nuser app on nopass +@all\nreplicaof 127.0.0.1 21099\nacllog-max-len 0\n`,
      21_005,
      0o644,
    )
    const at = { address: '127.0.0.1', port: 21_005 }
    const open = await verdicts(bad, { probe: at, credentials: { user: '', password: '', ...at } })
    const guarded = await redis('guarded', `${quiet}port 21007\nrequirepass short\n`, 21_007)
    const probed = await verdicts(guarded, { probe: { address: '127.0.0.1', port: 21_007 } })
    expect(careful.fail).toEqual([])
    const local = await redis('local', `${quiet}port 21008\nbind 127.0.0.1\n`, 21_008)
    const inside = await verdicts(local)
    put(`${base}/root.conf`, `dir ${base}\nsave ""\nset-proc-title no\nport 21009\nbind 127.0.0.1\n`, 0o644)
    const root = await running('/usr/bin/redis-server', [`${base}/root.conf`], { port: 21_009, uid: 0 })
    const powerful = await verdicts(root)
    const seen = [
      ...shown(careful, open),
      ...shown(probed, open),
      ...shown(careful, probed),
      ...shown(inside, open),
      ...shown(careful, powerful),
    ]
    expect(seen.filter(unique).sort()).toEqual(LIVE.redis.both)
  })

  test('nginx', async () => {
    const base = place('nginx')
    makeCertificate(base)
    execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${base}/${name};`)
      .join(' ')
    const nginx = async (name: string, main: string, http: string, server: string, port: number) => {
      put(
        `${base}/${name}.conf`,
        `daemon off; pid ${base}/${name}.pid; ${main} events {}\nhttp { ${paths} ${http}\n server { listen 127.0.0.1:${port} ssl; ssl_certificate ${base}/cert.pem; ssl_certificate_key ${base}/key.pem;\n ${server} } }`,
      )
      const flags = ['-p', base, '-c', `${base}/${name}.conf`, '-e', `${base}/early.log`]
      return await running('/usr/sbin/nginx', flags, { port, uid: main.startsWith('user root') ? 0 : USER })
    }
    const good = await nginx(
      'good',
      `error_log ${base}/e.log;`,
      `access_log ${base}/a.log; server_tokens off; limit_req_zone $binary_remote_addr zone=one:1m rate=9r/s;`,
      'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers HIGH:!aNULL:!MD5; limit_req zone=one; add_header Strict-Transport-Security "max-age=31536000" always; add_header X-Content-Type-Options nosniff always; add_header X-Frame-Options DENY always; location /files/ { alias /srv/; } location = /nginx_status { stub_status; deny all; } location /api { proxy_pass https://127.0.0.1:21099; proxy_ssl_verify on; proxy_ssl_trusted_certificate cert.pem; }',
      21_011,
    )
    const careful = await verdicts(good, { probe: { address: '127.0.0.1', port: 21_011 } })
    chmodSync(`${base}/key.pem`, 0o644)
    const bad = await nginx(
      'bad',
      'user root; error_log /dev/null;',
      'access_log off; client_max_body_size 0; client_header_timeout 5m;',
      'ssl_ciphers ALL:@SECLEVEL=0; ssl_protocols TLSv1 TLSv1.1 TLSv1.2; autoindex on; location /files { alias /srv/; } location = /nginx_status { stub_status; } location /r { return 302 http://x$uri; } location /p { proxy_pass https://$host/; }',
      21_012,
    )
    const open = await verdicts(bad, { probe: { address: '127.0.0.1', port: 21_012 } })
    expect(careful.fail).toEqual([])
    expect(shown(careful, open)).toEqual(LIVE.nginx.both)
  })

  test('Apache httpd', async () => {
    const base = place('apache')
    makeCertificate(base)
    execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
    const modules = (names: string) =>
      names
        .split(' ')
        .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`)
        .join('')
    const apache = async (name: string, text: string, port: number) => {
      put(
        `${base}/${name}/conf.conf`,
        `ServerRoot ${base}/${name}\nPidFile ${base}/${name}/pid\nErrorLog ${base}/${name}/error.log\nMutex file:${base}/${name}\nServerName localhost\nListen 127.0.0.1:${port}\nDocumentRoot ${base}/htdocs\n${modules('mpm_event authn_core authz_core authz_host ssl socache_shmcb status')}SSLEngine on\nSSLCertificateFile ${base}/cert.pem\nSSLCertificateKeyFile ${base}/key.pem\n${text}`,
      )
      return await running('/usr/sbin/apache2', ['-f', `${base}/${name}/conf.conf`, '-DFOREGROUND'], { port })
    }
    put(`${base}/htdocs/`)
    const good = await apache(
      'good',
      `ServerTokens Prod\nTraceEnable Off\nTimeout 30\nLimitRequestBody 1000000\nSSLProtocol -all +TLSv1.2 +TLSv1.3\nCustomLog ${base}/good/access.log common\n<Directory />\nRequire all denied\nAllowOverride None\nOptions None\n</Directory>\n<Location /server-status>\nSetHandler server-status\nRequire all denied\n</Location>\n`,
      21_021,
    )
    const careful = await verdicts(good, { probe: { address: '127.0.0.1', port: 21_021 } })
    const bad = await apache(
      'bad',
      `${modules('info proxy')}ServerSignature On\nTimeout 300\nLimitRequestBody 0\nHttpProtocolOptions Unsafe\nProxyRequests On\nSSLProtocol all -SSLv3\nSSLCipherSuite ALL:@SECLEVEL=0\n<Directory />\nAllowOverride All\nRequire all granted\nOptions Indexes ExecCGI\n</Directory>\n<Location /server-status>\nSetHandler server-status\n</Location>\n`,
      21_022,
    )
    const open = await verdicts(bad, { probe: { address: '127.0.0.1', port: 21_022 } })
    expect(careful.fail).toEqual([])
    expect(shown(careful, open)).toEqual(LIVE['apache-httpd'].both)
    expect(careful.pass).toEqual(expect.arrayContaining([...LIVE['apache-httpd'].pass]))
  })

  test('etcd', async () => {
    const base = place('etcd')
    makeCertificate(base)
    execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
    const own = (name: string, port: number, scheme: string) => [
      '--name',
      name,
      '--data-dir',
      `${base}/${name}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${scheme}://127.0.0.1:${port}`,
      `--advertise-client-urls=${scheme}://127.0.0.1:${port}`,
    ]
    const peers = (name: string, port: number, scheme: string) => [
      `--listen-peer-urls=${scheme}://127.0.0.1:${port}`,
      `--initial-advertise-peer-urls=${scheme}://127.0.0.1:${port}`,
      `--initial-cluster=${name}=${scheme}://127.0.0.1:${port}`,
    ]
    const good = await running(
      '/usr/bin/etcd',
      [
        ...own('good', 21_031, 'https'),
        ...peers('good', 21_032, 'https'),
        '--client-cert-auth',
        `--trusted-ca-file=${base}/cert.pem`,
        `--cert-file=${base}/cert.pem`,
        `--key-file=${base}/key.pem`,
        `--peer-cert-file=${base}/cert.pem`,
        `--peer-key-file=${base}/key.pem`,
        `--peer-trusted-ca-file=${base}/cert.pem`,
        '--peer-client-cert-auth',
        '--listen-metrics-urls=http://127.0.0.1:21033',
      ],
      { port: 21_031 },
    )
    const careful = await verdicts(good, { probe: { address: '127.0.0.1', port: 21_031 } })
    put(`${base}/bad/`)
    chmodSync(`${base}/bad`, 0o700)
    const bad = await running(
      '/usr/bin/etcd',
      [
        ...own('bad', 21_034, 'http'),
        ...peers('bad', 21_035, 'http'),
        '--enable-pprof',
        '--auto-tls',
        '--peer-auto-tls',
        '--listen-metrics-urls=http://0.0.0.0:21036',
      ],
      { port: 21_034 },
    )
    chmodSync(`${base}/bad`, 0o755)
    const at = { address: '127.0.0.1', port: 21_034 }
    const open = await verdicts(bad, { probe: at, credentials: { user: '', password: '', ...at } })
    await bad.stop()
    // Signed in by name and password, over plain HTTP on the loopback interface.
    const own2 = own('named', 21_037, 'http')
    const named = await running('/usr/bin/etcd', [...own2, ...peers('named', 21_038, 'http')], { port: 21_037 })
    const ask = async (path: string, body: object) => {
      const answer = await fetch(`http://127.0.0.1:21037/v3/${path}`, { method: 'POST', body: JSON.stringify(body) })
      expect(`${path} ${answer.status} ${answer.ok ? '' : await answer.text()}`).toBe(`${path} 200 `)
    }
    await ask('auth/user/add', { name: 'root', password: 'long-password-1' })
    await ask('auth/role/add', { name: 'root' })
    await ask('auth/user/grant', { user: 'root', role: 'root' })
    await ask('auth/enable', {})
    const at2 = { address: '127.0.0.1', port: 21_037 }
    const closed = await verdicts(named, {
      probe: at2,
      credentials: { user: 'root', password: 'long-password-1', ...at2 },
    })
    await named.stop()
    // One of two members; the other never comes, and what is looked at is how this one was set up.
    const member = (name: string, port: number, scheme: string, more: readonly string[]) =>
      running(
        '/usr/bin/etcd',
        [
          ...own(name, port, scheme),
          `--listen-peer-urls=${scheme}://127.0.0.1:${port + 1}`,
          `--initial-advertise-peer-urls=${scheme}://127.0.0.1:${port + 1}`,
          `--initial-cluster=${name}=${scheme}://127.0.0.1:${port + 1},other=${scheme}://127.0.0.1:21099`,
          ...more,
        ],
        { port: port + 1 },
      )
    const pair = await member('pair', 21_061, 'https', [
      `--cert-file=${base}/cert.pem`,
      `--key-file=${base}/key.pem`,
      `--peer-cert-file=${base}/cert.pem`,
      `--peer-key-file=${base}/key.pem`,
      `--peer-trusted-ca-file=${base}/cert.pem`,
      '--peer-client-cert-auth',
    ])
    const carefulPair = await verdicts(pair)
    await pair.stop()
    chmodSync(`${base}/key.pem`, 0o644)
    const loose = await running(
      '/usr/bin/etcd',
      [
        '--name=loose',
        `--data-dir=${base}/loose`,
        `--cert-file=${base}/cert.pem`,
        `--key-file=${base}/key.pem`,
        '--listen-client-urls=https://127.0.0.1:21063,http://0.0.0.0:21064',
        '--advertise-client-urls=http://10.0.0.1:21064',
        '--listen-peer-urls=http://127.0.0.1:21065',
        '--initial-advertise-peer-urls=http://127.0.0.1:21065',
        '--initial-cluster=loose=http://127.0.0.1:21065,other=http://127.0.0.1:21099',
      ],
      { port: 21_065 },
    )
    const openPair = await verdicts(loose)
    await loose.stop()
    const apart = await verdicts(await etcdOfCluster('etcd-ca.crt', 21_066))
    const together = await verdicts(await etcdOfCluster('ca.crt', 21_068))
    expect(careful.fail).toEqual([])
    const seen = [
      ...shown(apart, together),
      ...shown(careful, open),
      ...shown(closed, open),
      ...shown(carefulPair, openPair),
      ...shown(careful, openPair),
    ]
    expect(seen.filter(unique).sort()).toEqual(LIVE.etcd.both)
    expect(careful.pass).toEqual(expect.arrayContaining([...LIVE.etcd.pass]))
  })

  /** In a root of its own, where a control plane has its certificates; its clients show certificates of this authority. */
  async function etcdOfCluster(authority: string, port: number): Promise<Server> {
    const jail = place('etcd-root')
    for (const file of ['/usr/bin/etcd', '/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2']) {
      mkdirSync(dirname(`${jail}${file}`), { recursive: true })
      copyFileSync(realpathSync(file), `${jail}${file}`)
      chmodSync(`${jail}${file}`, 0o755)
    }
    const pki = '/etc/kubernetes/pki'
    for (const name of ['etcd', 'cluster']) {
      put(`${jail}${pki}/${name}/`)
      makeCertificate(`${jail}${pki}/${name}`)
    }
    copyFileSync(`${jail}${pki}/cluster/cert.pem`, `${jail}${pki}/ca.crt`)
    copyFileSync(`${jail}${pki}/etcd/cert.pem`, `${jail}${pki}/etcd-ca.crt`)
    execFileSync('chown', ['-R', '65534:65534', jail])
    const urls = [`https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`]
    const flags = {
      ...{ name: 'cluster', 'data-dir': '/data', 'client-cert-auth': 'true', 'trusted-ca-file': `${pki}/${authority}` },
      ...{ 'cert-file': `${pki}/etcd/cert.pem`, 'key-file': `${pki}/etcd/key.pem` },
      ...{ 'listen-client-urls': urls[0], 'advertise-client-urls': urls[0], 'listen-peer-urls': urls[1] },
      ...{ 'initial-advertise-peer-urls': urls[1], 'initial-cluster': `cluster=${urls[1]}` },
    }
    const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)
    return running('chroot', ['--userspec=65534:65534', jail, '/usr/bin/etcd', ...words], { port, uid: 0 })
  }

  test('RabbitMQ', async () => {
    const one = (name: string) =>
      `cluster_formation.peer_discovery_backend = classic_config\ncluster_formation.classic_config.nodes.1 = ${name}@localhost\n`
    const rabbitmq = async (
      name: string,
      port: number,
      settings: string,
      { erlang = '', ...more }: Readonly<Record<string, string>> = {},
      [command, ...words]: readonly string[] = [RABBITMQ],
    ) => {
      const base = place(name)
      makeCertificate(base)
      execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
      const tls = `ssl_options.certfile = ${base}/cert.pem\nssl_options.keyfile = ${base}/key.pem\nssl_options.cacertfile = ${base}/cert.pem\n`
      put(`${base}/rabbitmq.conf`, `${tls}${one(name)}log.file = false\nlog.console = true\n${settings}`)
      put(`${base}/both.pem`, ['cert', 'key'].map((file) => readFileSync(`${base}/${file}.pem`, 'utf8')).join(''))
      put(`${base}/enabled_plugins`, '[rabbitmq_management].')
      put(`${base}/.erlang.cookie`, name === 'rabbit-good' ? 'ABCDEFGHIJKLMNOPQRSTUVWX' : 'short', 0o400)
      const environment = {
        HOME: base,
        RABBITMQ_CONFIG_FILE: `${base}/rabbitmq.conf`,
        RABBITMQ_ENABLED_PLUGINS_FILE: `${base}/enabled_plugins`,
        RABBITMQ_MNESIA_BASE: `${base}/mnesia`,
        RABBITMQ_LOG_BASE: `${base}/log`,
        RABBITMQ_NODENAME: `${name}@localhost`,
        RABBITMQ_DIST_PORT: name === 'rabbit-good' ? String(port + 5) : '25672',
        RABBITMQ_PID_FILE: `${base}/pid`,
        RABBITMQ_CONF_ENV_FILE: '/dev/null',
        RABBITMQ_SCHEMA_DIR: `${base}/schema`,
        RABBITMQ_GENERATED_CONFIG_DIR: `${base}/config`,
        ERL_EPMD_PORT: '21059',
        ERL_EPMD_ADDRESS: '127.0.0.1',
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `+S 1:1 -kernel inet_dist_use_interface {127,0,0,1} ${erlang.replaceAll('{base}', base)}`,
        ...more,
      }
      return { base, environment, server: await running(command ?? '', words, ready(command, port, environment)) }
    }
    const ready = (command: string | undefined, port: number, environment: Readonly<Record<string, string>>) =>
      command === RABBITMQ
        ? { port, environment }
        : { port: (pid: number) => isListening(pid, port), environment, uid: 0 }
    const good = await rabbitmq(
      'rabbit-good',
      21_051,
      'listeners.tcp = none\nlisteners.ssl.default = 127.0.0.1:21052\nssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\nssl_options.versions.1 = tlsv1.2\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = 21051\n',
      {
        erlang: `-pa ${erlangSsl()} -proto_dist inet_tls -ssl_dist_opt server_certfile {base}/both.pem -ssl_dist_opt server_cacertfile {base}/cert.pem`,
      },
    )
    const as = { user: 'guest', password: 'guest', address: '127.0.0.1' }
    const manage = async (port: number, path: string, body: object, password = 'guest') => {
      const authorization = `Basic ${Buffer.from(`guest:${password}`).toString('base64')}`
      const headers = { authorization, 'content-type': 'application/json' }
      const url = `http://127.0.0.1:${port}/api/${path}`
      const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })
      expect(`${path} ${answer.ok ? '' : await answer.text()}`).toBe(`${path} `)
    }
    await manage(21_051, 'permissions/%2F/guest', { configure: '^app-', write: '^app-', read: '^app-' })
    const careful = await verdicts(good.server, {
      credentials: { ...as, port: 21_051 },
      probe: { address: '127.0.0.1', port: 21_051 },
    })
    const bad = await rabbitmq(
      'rabbit-bad',
      21_053,
      'loopback_users.guest = false\nlisteners.tcp.default = 127.0.0.1:21054\nlisteners.ssl.default = 127.0.0.1:21055\nssl_options.versions.1 = tlsv1.1\nmanagement.tcp.port = 21053\npassword_hashing_module = rabbit_password_hashing_md5\nlog.connection.level = none\n',
      { RABBITMQ_DEFAULT_PASS: 'x' },
    )
    chmodSync(`${bad.base}/.erlang.cookie`, 0o644)
    for (const name of ['ann', 'ben', 'cid'])
      await manage(21_053, `users/${name}`, { password: 'long-password-1', tags: 'administrator' }, 'x')
    const open = await verdicts(bad.server, {
      credentials: { ...as, password: 'x', port: 21_053 },
      probe: { address: '127.0.0.1', port: 21_054 },
      literals: new Set(['RABBITMQ_DEFAULT_PASS']),
    })
    for (const server of servers.splice(0)) await server.stop()
    // In a network of its own, where it has an address that is not the loopback interface's.
    const alone = await rabbitmq(
      'rabbit-alone',
      21_056,
      'loopback_users = none\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = 21057\nlisteners.tcp.default = 21056\n',
      {},
      [
        'unshare',
        '--net',
        'sh',
        '-c',
        `ip link set lo up && ip address add ${ALONE}/32 dev lo && exec ${AS_NOBODY} ${RABBITMQ}`,
      ],
    )
    const stranger = () =>
      inside(alone.server, join(import.meta.dirname, 'inside.ts'), String(alone.server.pid), ALONE, '21056')
    const welcome = JSON.parse(stranger())['RQ-01']
    const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`
    const question = JSON.stringify({ method: 'DELETE', headers: { authorization } })
    inside(alone.server, '-e', `await fetch('http://127.0.0.1:21057/api/users/guest', ${question})`)
    const refused = JSON.parse(stranger())['RQ-01']
    for (const server of servers.splice(0)) await server.stop()
    // The next major version lets strangers in by itself, where none is named.
    const newer = await verdicts((await newRabbitmq()).server)
    for (const server of servers.splice(0)) await server.stop()
    // It was started by the first of the two, and stays when they go.
    run('epmd', ['-port', '21059', '-kill'])
    const guests = refused === 'pass' && welcome === 'fail' ? ['RQ-01'] : []
    expect([...guests, ...shown(careful, open), ...shown(careful, newer)].filter(unique).sort()).toEqual(
      LIVE.rabbitmq.both,
    )
    expect(careful.fail).toEqual([])

    async function newRabbitmq() {
      const root = await serverRoot(defaultCacheDir(), 'trixie', ['rabbitmq-server'])
      const base = place('rabbit-new')
      const environment = {
        ...alone.environment,
        ...{
          HOME: '/mnt',
          RABBITMQ_CONFIG_FILE: '/mnt/rabbitmq.conf',
          RABBITMQ_ENABLED_PLUGINS_FILE: '/mnt/enabled_plugins',
        },
        ...{ RABBITMQ_MNESIA_BASE: '/mnt/mnesia', RABBITMQ_LOG_BASE: '/mnt/log', RABBITMQ_PID_FILE: '/mnt/pid' },
        ...{ RABBITMQ_SCHEMA_DIR: '/mnt/schema', RABBITMQ_GENERATED_CONFIG_DIR: '/mnt/config', ERL_EPMD_PORT: '21058' },
        RABBITMQ_NODENAME: 'rabbit-new@localhost',
      }
      put(`${base}/rabbitmq.conf`, 'listeners.tcp.default = 127.0.0.1:21056\nlog.file = false\nlog.console = true\n')
      put(`${base}/enabled_plugins`, '[].')
      put(`${base}/.erlang.cookie`, 'ABCDEFGHIJKLMNOPQRSTUVWX', 0o400)
      const [program, ...words] = inRoot(root, base, RABBITMQ)
      return { server: await running(program, words, { port: 21_056, uid: 0, environment }) }
    }
  }, 180_000)

  test('Tomcat', async () => {
    const classes = 'org.apache.catalina'
    const jars = '/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar'
    const tomcat = async (
      name: string,
      port: number,
      flags: readonly string[],
      files: Readonly<Record<string, string>>,
      uid = USER,
    ) => {
      const base = place(name, { 'logs/': '', 'temp/': '', 'work/': '', 'webapps/': '', ...files })
      makeCertificate(base)
      execFileSync('chown', ['65534:65534', `${base}/key.pem`, `${base}/cert.pem`])
      return await running(
        '/usr/bin/java',
        [
          ...flags.map((flag) => flag.replace('{base}', base)),
          '-cp',
          jars,
          '-Dcatalina.home=/usr/share/tomcat10',
          `-Dcatalina.base=${base}`,
          `-Djava.io.tmpdir=${base}/temp`,
          `${classes}.startup.Bootstrap`,
          'start',
        ],
        { port, uid },
      )
    }
    const jmx = (port: number, more: string) => [
      `-Dcom.sun.management.jmxremote.port=${port}`,
      '-Dcom.sun.management.jmxremote.host=127.0.0.1',
      '-Dcom.sun.management.jmxremote.ssl=false',
      ...more.split(' '),
    ]
    const secure = (port: number, protocols: string) =>
      `<Connector port="${port}" address="127.0.0.1" SSLEnabled="true" scheme="https" secure="true"><SSLHostConfig protocols="${protocols}"><Certificate certificateFile="\${catalina.base}/cert.pem" certificateKeyFile="\${catalina.base}/key.pem"/></SSLHostConfig></Connector>`
    const servlet = (parameters: string) =>
      `<web-app><servlet><servlet-name>default</servlet-name><servlet-class>${classes}.servlets.DefaultServlet</servlet-class>${parameters}</servlet><servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping></web-app>`
    const parameter = (name: string, value: string) =>
      `<init-param><param-name>${name}</param-name><param-value>${value}</param-value></init-param>`
    const authenticated =
      '-Dcom.sun.management.jmxremote.authenticate=true -Dcom.sun.management.jmxremote.password.file={base}/conf/jmx.password'
    const good = await tomcat('tomcat-good', 21_041, jmx(21_046, authenticated), {
      'conf/jmx.password': 'monitor long-password-1\n',
      'conf/server.xml': `<Server port="-1"><Service name="Catalina"><Connector port="21041" address="127.0.0.1"/>${secure(21_047, 'TLSv1.2+TLSv1.3')}<Engine name="Catalina" defaultHost="localhost"><Realm className="${classes}.realm.LockOutRealm"><Realm className="${classes}.realm.NullRealm"/></Realm><Host name="localhost" appBase="webapps" autoDeploy="false"><Valve className="${classes}.valves.AccessLogValve"/><Valve className="${classes}.valves.ErrorReportValve" showReport="false" showServerInfo="false"/></Host></Engine></Service></Server>`,
      'conf/web.xml': servlet(''),
      'conf/context.xml': '<Context/>',
      'conf/tomcat-users.xml': '<tomcat-users/>',
    })
    const careful = await verdicts(good)
    const bad = await tomcat(
      'tomcat-bad',
      21_042,
      [
        '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:21045',
        ...jmx(21_048, '-Dcom.sun.management.jmxremote.authenticate=false'),
      ],
      {
        'conf/server.xml': `<Server port="21043"><Service name="Catalina"><Connector port="21042" address="127.0.0.1" allowTrace="true" maxPostSize="-1"/>${secure(21_049, 'TLSv1+TLSv1.1+TLSv1.2')}<Connector protocol="AJP/1.3" address="127.0.0.1" port="21044" secretRequired="false"/><Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine></Service></Server>`,
        'conf/web.xml': servlet(parameter('listings', 'true') + parameter('readonly', 'false')),
        'conf/context.xml': '<Context privileged="true"/>',
        'conf/tomcat-users.xml':
          '<tomcat-users><user username="tomcat" password="tomcat" roles="manager-gui"/></tomcat-users>',
        'webapps/manager/index.html': 'x',
        'webapps/examples/index.html': 'x',
      },
      0,
    )
    const open = await verdicts(bad)
    expect(careful.fail).toEqual([])
    expect(shown(careful, open)).toEqual(LIVE.tomcat.both)
  })
})

function unique(id: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(id) === at
}
