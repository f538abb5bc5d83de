// containerd on this machine itself, outside any sandbox: only its files are kept apart, in a mount namespace. On a hybrid
// machine runc then uses the v1 hierarchies beside cgroup2, which it never does in a node. Run nothing here that does more
// than sleep and print.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultCacheDir } from './cache.ts'
import { cgroupMounts } from './cgroup.ts'
import { runCommand } from './command.ts'
import { type Node, openNode } from './node.ts'

const SCRIPT = join(import.meta.dirname, '../scripts/machine.sh')

/** Programs that must be installed on the machine itself. */
export const MACHINE_PROGRAMS = ['containerd', 'ctr', 'runc', 'containerd-shim-runc-v2'] as const

export async function makeMachineRuntime({
  name,
  cacheDir = defaultCacheDir(),
}: {
  name: string
  cacheDir?: string
}): Promise<Node> {
  const directory = join(cacheDir, 'machines', name)
  await mkdir(directory, { recursive: true })
  const mountPoints = ['/run/containerd', '/var/lib/containerd'].filter((path) => !existsSync(path))
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'unshare', '--mount', SCRIPT, directory], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk).slice(-8192)
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const pid = child.pid as number
  const enter = ['nsenter', '--target', String(pid), '--mount', '--']
  const node = openNode({ name, pid, cacheDir, enter, cgroupPath: '/' }, async () => {
    for (const container of await containers()) await node.remove(container)
    child.kill('SIGKILL')
    await ended
    for (const { path } of cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8')))
      await rmdir(join(path, 'default')).catch(() => {})
    for (const path of mountPoints) await rmdir(path).catch(() => {})
    await rm(directory, { recursive: true, force: true })
  })
  const containers = async () =>
    (await node.command(['ctr', 'container', 'ls', '-q'])).stdout.split('\n').filter(Boolean)
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) break
    const answer = await runCommand([...enter, 'ctr', 'version'])
    if (answer.exitCode === 0) return node
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  await ended
  throw new Error(`containerd did not start on this machine: ${log.trim().slice(-2000)}`)
}
