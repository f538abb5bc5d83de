// Servers of Debian, started directly, without privileges, in directories of their own and on the loopback interface.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** nobody */
export const USER = 65_534

export interface Server {
  readonly pid: number
  stop(): Promise<void>
}

const PROGRAMS = {
  postgresql: '/usr/lib/postgresql/15/bin/postgres',
  'mariadb-server': '/usr/sbin/mariadbd',
  'redis-server': '/usr/bin/redis-server',
  'nginx-light': '/usr/sbin/nginx',
  apache2: '/usr/sbin/apache2',
  'etcd-server': '/usr/bin/etcd',
  'rabbitmq-server': '/usr/lib/rabbitmq/bin/rabbitmq-server',
  tomcat10: '/usr/share/tomcat10/bin/bootstrap.jar',
} as const

/** Packages of Debian that are not here. */
export function missingServers(): string[] {
  return Object.entries(PROGRAMS).flatMap(([name, path]) => {
    try {
      readFileSync(path, { flag: 'r' }).subarray(0, 1)
      return []
    } catch {
      return [name]
    }
  })
}

export function makePlace(name: string, files: Readonly<Record<string, string>> = {}): string {
  const place = mkdtempSync(join(tmpdir(), `yg-mw-${name}-`))
  chmodSync(place, 0o755)
  chownSync(place, USER, USER)
  for (const [path, text] of Object.entries(files)) put(join(place, path), text)
  return place
}

/** A file of the server's user; a directory where the path ends in a slash. */
export function put(path: string, text = '', mode = 0o600): void {
  const directory = path.endsWith('/') ? path : dirname(path)
  if (!existsSync(directory)) execFileSync('install', ['-d', '-o', String(USER), '-g', String(USER), directory])
  if (path.endsWith('/')) return
  writeFileSync(path, text)
  chownSync(path, USER, USER)
  chmodSync(path, mode)
}

export function makeCertificate(place: string): void {
  mkdirSync(place, { recursive: true })
  run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-keyout',
    join(place, 'key.pem'),
    '-out',
    join(place, 'cert.pem'),
  ])
  chmodSync(join(place, 'key.pem'), 0o600)
}

export function run(command: string, args: readonly string[], input = ''): string {
  return execFileSync(command, args, {
    uid: USER,
    gid: USER,
    cwd: '/',
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
  })
}

export async function start(
  command: string,
  args: readonly string[],
  {
    port,
    environment = {},
    uid = USER,
  }: {
    /** A port of the loopback interface, the path of a socket, or how to see that it is up. */
    readonly port: number | string | ((pid: number) => boolean)
    readonly environment?: Readonly<Record<string, string>>
    readonly uid?: number
  },
): Promise<Server> {
  let said = ''
  const child = spawn(command, args, {
    uid,
    gid: uid,
    cwd: '/',
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.on('data', (chunk) => (said = (said + chunk).slice(-4000)))
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  async function stop(): Promise<void> {
    child.kill('SIGTERM')
    if (await Promise.race([ended.then(() => false), sleep(3000, true)])) child.kill('SIGKILL')
    await ended
  }
  const endMs = Date.now() + 60_000
  while (!(typeof port === 'function' ? port(child.pid as number) : await isOpen(port))) {
    if (child.exitCode !== null || Date.now() > endMs) {
      await stop()
      throw new Error(`${command} does not answer: ${said}`)
    }
    await sleep(50)
  }
  return { pid: child.pid as number, stop }
}

/** In the network namespace of the process. */
export function isListening(pid: number, port: number): boolean {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['tcp', 'tcp6'].some((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .some((line) => {
        const [, local, , state] = line.trim().split(/\s+/)
        return state === '0A' && local?.endsWith(end)
      }),
  )
}

/** Runs a program in another root, with a directory of ours at /mnt, and gives up all privileges before. */
export function inRoot(root: string, place: string, command: string): [program: string, ...words: string[]] {
  const mount = `mount --bind ${place} ${root}/mnt && exec chroot --userspec=${USER}:${USER} ${root} ${command}`
  return ['unshare', '--mount', '--propagation=private', 'sh', '-c', mount]
}

function isOpen(port: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof port === 'number' ? connect({ host: '127.0.0.1', port }) : connect({ path: port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

export function remove(place: string): void {
  rmSync(place, { recursive: true, force: true })
}
