// A node: one machine in namespaces of its own with containerd in it. What a container breaks out to is the node, which
// has no disk, no way to the real host's processes, and only the network its test made.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { nodeBase } from './base-root.ts'
import { defaultCacheDir } from './cache.ts'
import { makeCgroups, type NodeCgroups, removeCgroups } from './cgroup.ts'
import { type CommandOptions, type CommandOutput, runCommand } from './command.ts'
import { type RunOptions, runArguments } from './container.ts'
import { attachGuard, type DiskNumbers } from './guard.ts'
import { imageArchive, imageName, type TestImage } from './image.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { type NodeState, nodeDirectory, removeLeftovers, startTicks, writeNodeState } from './state.ts'

const SCRIPTS = join(import.meta.dirname, '../scripts')
const FILES = join(import.meta.dirname, '../root')
const START_TIMEOUT_MS = 30_000

export interface NodeOptions {
  /** Host name of the node and name of its control groups; two nodes of one name cannot run at once. */
  readonly name: string
  readonly cacheDir?: string
  /** Ceiling of the memory that holds the node's files. */
  readonly sizeBytes?: number
  /** The one block device that the node may use: a loop device over a file of the test's own. */
  readonly disk?: DiskNumbers
  /** Debian packages beside those of every node; they make a root of their own, once. */
  readonly packages?: readonly string[]
  /** Directories that lie under the node's root, above its packages: programs that come from elsewhere. */
  readonly layers?: readonly string[]
  /** Directories whose files are copied into the root before the node starts: configuration. */
  readonly files?: readonly string[]
}

export interface Node {
  readonly name: string
  /** Process 1 of the node, as this machine counts. */
  readonly pid: number
  /** The node's root directory, seen from this machine. */
  readonly root: string
  /** cgroup2 path of the containers' parent, seen from this machine. */
  readonly cgroupPath: string
  /** Imports an OCI archive, or one of the test images by its short name; gives the image's full name. */
  importImage(
    image: TestImage | { readonly archive: string; readonly name: string },
    namespace?: 'default' | 'k8s.io',
  ): Promise<string>
  /** Writes a file of the node itself. */
  write(path: string, content: string): Promise<void>
  /** Starts a container and leaves it running. */
  run(options: RunOptions): Promise<void>
  /** Runs a container to its end and removes it. */
  runToEnd(options: RunOptions, limits?: CommandOptions): Promise<CommandOutput>
  /** Starts a container whose output is read while it runs; it ends with `remove`. */
  spawnContainer(options: RunOptions): ChildProcess
  /** Runs a program in a container that is running. */
  exec(container: string, argv: readonly string[], limits?: CommandOptions): Promise<CommandOutput>
  /** Kills and removes a container; one that is gone already is no error. */
  remove(container: string): Promise<void>
  /** Runs a program on the node itself, outside every container. */
  command(argv: readonly string[], limits?: CommandOptions): Promise<CommandOutput>
  close(): Promise<void>
}

/** Starts a node; needs root. Everything of it ends with `close`, or with the process that made it. */
export async function makeNode({
  name,
  cacheDir = defaultCacheDir(),
  sizeBytes = 4 * 2 ** 30,
  disk,
  packages = [],
  layers = [],
  files = [],
}: NodeOptions): Promise<Node> {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) throw new Error(`"${name}" cannot be the name of a node.`)
  const missing = missingPrerequisites()
  if (missing.length > 0) throw new Error(`A node needs what this machine lacks: ${missing.join(', ')}.`)
  await removeLeftovers(cacheDir)
  const base = [...layers, await nodeBase(cacheDir, packages)].join(':')
  const directory = nodeDirectory(cacheDir, name)
  await mkdir(join(directory, '..'), { recursive: true })
  await mkdir(directory).catch((cause) => {
    throw new Error(`A node named ${name} is running already.`, { cause })
  })
  const cgroupName = `yagura-testbed-${name}`
  let state: NodeState = { name, owner: process.pid, ownerStart: startTicks(process.pid) ?? '', cgroupName, outer: [] }
  await writeNodeState(directory, state)
  try {
    const cgroups = await makeCgroups(cgroupName)
    state = { ...state, outer: cgroups.outer, inner: cgroups.inner }
    await writeNodeState(directory, state)
    await attachGuard(cacheDir, cgroups.guarded, directory, disk)
    const mountPoint = join(directory, 'mnt')
    await mkdir(mountPoint)
    const supervisor = await start(cgroups, [base, [FILES, ...files].join(':'), mountPoint, name, String(sizeBytes)])
    const pid = await firstChild(supervisor.pid)
    await writeNodeState(directory, { ...state, pid })
    const enter = enterNode(pid, cgroups.inner)
    return openNode({ name, pid, cacheDir, enter, cgroupPath: cgroups.path }, async () => {
      await supervisor.end()
      await gone(pid)
      await removeCgroups(cgroups.outer)
      await rm(directory, { recursive: true, force: true })
    })
  } catch (error) {
    await removeCgroups(state.outer).catch(() => {})
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

interface Supervisor {
  readonly pid: number
  end(): Promise<void>
}

/** Starts unshare, and with it process 1; resolves when the node says it is ready. */
function start(cgroups: NodeCgroups, initArguments: readonly string[]): Promise<Supervisor> {
  const init = [join(SCRIPTS, 'init.sh'), ...initArguments]
  const argv = ['--pdeathsig', 'KILL', '--', join(SCRIPTS, 'start.sh'), cgroups.inner.join(':'), ...init]
  const child = spawn('setpriv', argv, { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  child.stdin.end()
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string) => {
      child.kill('SIGKILL')
      ended.then(() => reject(new Error(`The node did not start (${why}): ${output.trim().slice(-2000)}`)))
    }
    const timer = setTimeout(() => fail(`not ready within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS)
    child.on('error', (error) => fail(error.message))
    child.on('exit', () => {
      clearTimeout(timer)
      fail('it ended')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-8192)
    })
    child.stdout.on('data', (chunk: Buffer) => {
      if (!chunk.toString().includes('ready')) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve({
        pid: child.pid as number,
        // --kill-child: process 1 dies with unshare, and everything in its process namespace with it.
        end: () => {
          child.kill('SIGKILL')
          return ended
        },
      })
    })
  })
}

/** Process 1 goes last of all in its process namespace. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 500 && startTicks(pid) !== undefined; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

async function firstChild(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim().split(' ')[0])
}

export interface NodeHandle {
  readonly name: string
  readonly pid: number
  readonly cacheDir: string
  /** What stands before a command that is to run on the node. */
  readonly enter: readonly string[]
  readonly cgroupPath: string
}

/** Programs run in the node's own `init` group: the root of a cgroup2 tree holds no process. */
export function enterNode(pid: number, [unified = '', ...others]: readonly string[]): readonly string[] {
  return [join(SCRIPTS, 'enter.sh'), [join(unified, 'init'), ...others].join(':'), String(pid)]
}

/** The operations on a node that runs; also on one that another process started. */
export function openNode(handle: NodeHandle, close: () => Promise<void>): Node {
  const { pid } = handle
  const root = `/proc/${pid}/root`
  const command = (argv: readonly string[], limits?: CommandOptions) => runCommand([...handle.enter, ...argv], limits)
  const must = async (argv: readonly string[], limits?: CommandOptions) => {
    const { exitCode, stdout, stderr } = await command(argv, limits)
    if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${exitCode} on ${handle.name}: ${stderr.trim()}`)
    return stdout
  }
  return {
    name: handle.name,
    pid,
    root,
    cgroupPath: handle.cgroupPath,
    command,
    async importImage(image, namespace = 'default') {
      const archive = typeof image === 'string' ? await imageArchive(image, handle.cacheDir) : image.archive
      const inside = `/tmp/${randomUUID()}-${basename(archive)}`
      await copyFile(archive, root + inside)
      await must(['ctr', '--namespace', namespace, 'image', 'import', inside], { timeoutMs: 120_000 })
      await rm(root + inside)
      return typeof image === 'string' ? imageName(image) : image.name
    },
    async write(path, content) {
      await mkdir(join(root, path, '..'), { recursive: true })
      await writeFile(join(root, path), content)
    },
    async run(options) {
      await must(runArguments(options, true))
    },
    spawnContainer(options) {
      const [program = '', ...args] = [...handle.enter, ...runArguments(options, false)]
      return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    },
    runToEnd: (options, limits) => command(runArguments(options, false), limits),
    exec: (container, argv, limits) =>
      command(['ctr', 'task', 'exec', '--exec-id', randomUUID(), container, ...argv], limits),
    async remove(container) {
      await command(['ctr', 'task', 'delete', '--force', container])
      await command(['ctr', 'container', 'delete', container])
    },
    close,
  }
}
