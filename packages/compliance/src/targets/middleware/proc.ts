// Reads processes from /proc (proc(5)): executable, command line, environment, user, and the ports it listens on in its own network
// namespace. What a process wrote there is bounded; what may not be read is left empty.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { discoverMiddleware } from './discover.ts'
import type { Listener, MiddlewareInstance, ProcessFacts } from './process.ts'

const MAX_BYTES = 256 * 1024
const MAX_FILES = 4096

/** What the caller knows of the container a process is in. */
export interface ContainerFacts {
  readonly containerId?: string
  readonly containerName?: string
  readonly image?: string
  readonly literals?: ReadonlySet<string>
  /** Instead of /proc/PID/root. */
  readonly root?: string
  /** Where processes are told of, instead of /proc. */
  readonly procRoot?: string
}

/** The server a process belongs to; undefined when it is none of the products. */
export function middlewareOf(pid: number, container: ContainerFacts = {}): MiddlewareInstance | undefined {
  const processes = new Map<number, ProcessFacts>()
  for (const one of [pid, ...descendants(pid, container.procRoot)]) {
    const facts = processFacts(one, container)
    if (facts) processes.set(one, facts)
  }
  return discoverMiddleware([...processes.values()])[0]
}

/** Every process there is, each with what is known of its container. */
export function allProcesses(
  containerOf: (pid: number) => ContainerFacts | undefined,
  procRoot = '/proc',
): ProcessFacts[] {
  return readdirSync(procRoot)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processFacts(Number(name), { ...containerOf(Number(name)), procRoot }) ?? [])
}

/** Undefined: it is gone. */
export function processFacts(pid: number, container: ContainerFacts = {}): ProcessFacts | undefined {
  const directory = `${container.procRoot ?? '/proc'}/${pid}`
  const status = text(`${directory}/status`)
  if (status === undefined) return undefined
  const environment = text(`${directory}/environ`)
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1]
  return {
    pid,
    parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0),
    executable: link(`${directory}/exe`),
    commandLine: (text(`${directory}/cmdline`) ?? '')
      .split('\0')
      .filter((word, index, all) => word !== '' || index < all.length - 1),
    environment: environment === undefined ? null : variables(environment),
    uid: uid === undefined ? null : Number(uid),
    workingDirectory: link(`${directory}/cwd`),
    // looked up when it is asked for: a machine has many processes, and few are probed
    get listening() {
      return listeners(directory)
    },
    containerId: container.containerId ?? '',
    containerName: container.containerName ?? '',
    image: container.image ?? '',
    literals: container.literals ?? null,
    root: container.root ?? `${directory}/root`,
    directory,
  }
}

const MAX_DESCENDANTS = 256

function descendants(pid: number, procRoot = '/proc'): number[] {
  const found = [pid]
  for (let at = 0; at < found.length; at++) {
    const one = found[at] as number
    const children = (text(`${procRoot}/${one}/task/${one}/children`) ?? '').split(' ').filter(Boolean).map(Number)
    found.push(...children.slice(0, MAX_DESCENDANTS - found.length))
  }
  return found.slice(1)
}

function variables(environ: string): Map<string, string> {
  const map = new Map<string, string>()
  for (const entry of environ.split('\0')) {
    const at = entry.indexOf('=')
    if (at > 0 && !map.has(entry.slice(0, at))) map.set(entry.slice(0, at), entry.slice(at + 1))
  }
  return map
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').slice(0, MAX_BYTES)
  } catch {
    return undefined
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

const LISTEN = '0A'

function listeners(directory: string): Listener[] {
  const inodes = socketsOf(directory)
  const found: Listener[] = []
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (text(`${directory}/net/${table}`) ?? '').split('\n').slice(1)) {
      const words = line.trim().split(/\s+/)
      const [address = '', port = ''] = words[1]?.split(':') ?? []
      if (words[3] === LISTEN && inodes.has(words[9] ?? ''))
        found.push({ address: addressOf(address), port: Number.parseInt(port, 16) })
    }
  }
  return found
}

function socketsOf(directory: string): Set<string> {
  const inodes = new Set<string>()
  try {
    for (const name of readdirSync(`${directory}/fd`).slice(0, MAX_FILES)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`${directory}/fd/${name}`))?.[1]
      if (inode) inodes.add(inode)
    }
  } catch {
    return inodes
  }
  return inodes
}

/** Words of four bytes in the order of the machine, which is little-endian on what we run on. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  if (bytes.length === 4) return [...bytes].join('.')
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return bytes.every((byte) => byte === 0) ? '::' : groups.map((group) => group.replace(/^0{1,3}/, '')).join(':')
}
