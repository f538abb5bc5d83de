// The files of a container as seen through /proc/PID/root, which may belong to an attacker. Links are followed by hand inside the root,
// from one open directory to the next (O_PATH: opening touches no device and no FIFO), so that none leads out, whatever is swapped
// meanwhile. Regular files only; bytes, files, links and time are bounded for the whole container. Everything is read-only.
import { closeSync, constants, fstatSync, opendirSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs'

export interface RootLimits {
  readonly fileBytes: number
  readonly totalBytes: number
  readonly files: number
  readonly durationMs: number
}

export const defaultRootLimits: RootLimits = {
  fileBytes: 1024 * 1024,
  totalBytes: 32 * 1024 * 1024,
  files: 400,
  durationMs: 1500,
}

export interface FileFacts {
  /** Where it truly lies, with links followed; absolute inside the root. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'other'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
}

export type Looked<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }

export interface ContainerRoot {
  /** Paths are absolute inside the root. */
  read(path: string): Looked<string>
  /** The first bytes of a file of any size. */
  head(path: string, bytes: number): Looked<Buffer>
  stat(path: string): Looked<FileFacts>
  /** Names in a directory, sorted. */
  list(path: string): Looked<readonly string[]>
  /** Paths that fit a pattern with * in its parts, sorted; none when nothing fits. */
  glob(pattern: string): Looked<readonly string[]>
  close(): void
}

/** linux/fcntl.h; node has no name for it. */
const O_PATH = 0o10000000
const MAX_LINKS = 40
const MAX_PARTS = 64
const MAX_NAMES = 2000

interface Step {
  readonly fd: number
  readonly name: string
}

class Refused extends Error {}

/** `foreign`: directories of file systems that must not be touched (network, FUSE, proc): asking them may never return. */
export function openContainerRoot(
  root: string,
  limits: RootLimits = defaultRootLimits,
  foreign: readonly string[] = ['/proc', '/sys'],
  nowMs: () => number = () => performance.now(),
): ContainerRoot {
  const endsMs = nowMs() + limits.durationMs
  let bytesLeft = limits.totalBytes
  let filesLeft = limits.files
  const rootFd = openRoot(root)

  function within<T>(path: string, use: (fd: number, stats: Stats, path: string) => T): Looked<T> {
    if (typeof rootFd === 'string') return { kind: 'unreadable', reason: rootFd }
    if (nowMs() > endsMs) return { kind: 'unreadable', reason: `reading took more than ${limits.durationMs} ms` }
    if (filesLeft-- <= 0) return { kind: 'unreadable', reason: `more than ${limits.files} files are named` }
    const opened: number[] = []
    try {
      const steps = follow(path, rootFd, opened, foreign)
      const last = steps.at(-1)?.fd ?? rootFd
      return { kind: 'found', value: use(last, fstatSync(last), `/${steps.map(({ name }) => name).join('/')}`) }
    } catch (error) {
      return notFound(error)
    } finally {
      for (const fd of opened) closeSync(fd)
    }
  }

  function content(fd: number, stats: Stats, most: number, isWhole: boolean): Buffer {
    if (!stats.isFile()) throw new Refused('it is no regular file')
    const allowed = Math.min(most, bytesLeft)
    if (isWhole && stats.size > allowed) throw new Refused(`it is larger than ${allowed} bytes`)
    const file = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const buffer = Buffer.alloc(Math.min(allowed, stats.size) + 1)
      let at = 0
      while (at < buffer.length) {
        const count = readSync(file, buffer, at, buffer.length - at, null)
        if (count === 0) break
        at += count
      }
      bytesLeft -= at
      if (isWhole && at > allowed) throw new Refused(`it is larger than ${allowed} bytes`)
      return buffer.subarray(0, Math.min(at, allowed))
    } finally {
      closeSync(file)
    }
  }

  function list(path: string): Looked<readonly string[]> {
    return within(path, (fd, stats) => {
      if (!stats.isDirectory()) throw new Refused('it is no directory')
      return namesIn(fd)
    })
  }

  return {
    read: (path) => within(path, (fd, stats) => content(fd, stats, limits.fileBytes, true).toString('utf8')),
    head: (path, bytes) => within(path, (fd, stats) => content(fd, stats, bytes, false)),
    stat: (path) => within(path, (_fd, stats, at) => factsOf(stats, at)),
    list,
    glob: (pattern) => glob(pattern, list),
    close() {
      if (typeof rootFd === 'number') closeSync(rootFd)
    },
  }
}

function openRoot(root: string): number | string {
  try {
    return openSync(root, O_PATH | constants.O_DIRECTORY)
  } catch (error) {
    return `the file system of the container cannot be reached (${codeOf(error)})`
  }
}

function follow(path: string, rootFd: number, opened: number[], foreign: readonly string[]): Step[] {
  const waiting = partsOf(path)
  let steps: Step[] = []
  let links = 0
  while (waiting.length > 0) {
    const name = waiting.shift() as string
    if (name === '..') {
      steps.pop()
      continue
    }
    if (steps.length >= MAX_PARTS) throw new Refused('it is nested too deep')
    const here = `/${[...steps.map((step) => step.name), name].join('/')}`
    if (foreign.some((one) => here === one || here.startsWith(`${one}/`)))
      throw new Refused(`${here} is on a file system that is not read`)
    const fd = openStep(`/proc/self/fd/${steps.at(-1)?.fd ?? rootFd}/${name}`, links > 0)
    opened.push(fd)
    const stats = fstatSync(fd)
    if (!stats.isSymbolicLink()) {
      if (waiting.length > 0 && !stats.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
      steps.push({ fd, name })
      continue
    }
    if (++links > MAX_LINKS) throw new Refused('its links go round in a circle')
    const target = readlinkSync(`/proc/self/fd/${steps.at(-1)?.fd ?? rootFd}/${name}`)
    if (target.startsWith('/')) steps = []
    waiting.unshift(...partsOf(target))
    if (waiting.length > MAX_PARTS * 2) throw new Refused('it is nested too deep')
  }
  return steps
}

/** A link whose end is missing is no absent file: whoever reads it there sees something else, or nothing works. */
function openStep(path: string, isBehindLink: boolean): number {
  try {
    return openSync(path, O_PATH | constants.O_NOFOLLOW)
  } catch (error) {
    if (isBehindLink && codeOf(error) === 'ENOENT') throw new Refused('it is a link that leads nowhere inside the root')
    throw error
  }
}

function partsOf(path: string): string[] {
  if (path.length > 4096 || path.includes('\0')) throw new Refused('its name is too long')
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

function namesIn(fd: number): string[] {
  const directory = opendirSync(`/proc/self/fd/${fd}`)
  const names: string[] = []
  try {
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      names.push(entry.name)
      if (names.length > MAX_NAMES) throw new Refused(`it holds more than ${MAX_NAMES} names`)
    }
  } finally {
    directory.closeSync()
  }
  return names.sort()
}

function glob(pattern: string, list: ContainerRoot['list']): Looked<readonly string[]> {
  let found = ['']
  for (const part of partsOf(pattern)) {
    if (!/[*?]/.test(part)) {
      found = found.map((path) => `${path}/${part}`)
      continue
    }
    const next: string[] = []
    for (const path of found) {
      const names = list(path || '/')
      if (names.kind === 'unreadable') return names
      if (names.kind === 'found')
        next.push(...names.value.filter((name) => fitsPattern(name, part)).map((name) => `${path}/${name}`))
    }
    found = next.slice(0, MAX_NAMES)
  }
  return { kind: 'found', value: found }
}

/** * and ? only, without backtracking; a leading dot is hidden from them, as in a shell. */
function fitsPattern(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let [at, from, star, mark] = [0, 0, -1, 0]
  while (at < name.length) {
    if (pattern[from] === '*') {
      star = from++
      mark = at
    } else if (pattern[from] === '?' || pattern[from] === name[at]) {
      at++
      from++
    } else if (star >= 0) {
      from = star + 1
      at = ++mark
    } else return false
  }
  while (pattern[from] === '*') from++
  return from === pattern.length
}

function factsOf(stats: Stats, path: string): FileFacts {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
  return { path, kind, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, sizeBytes: stats.size }
}

function notFound(error: unknown): Looked<never> {
  if (error instanceof Refused) return { kind: 'unreadable', reason: error.message }
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' }
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'unreadable', reason: 'it may not be read by this user' }
  return { kind: 'unreadable', reason: `it cannot be read (${code})` }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
