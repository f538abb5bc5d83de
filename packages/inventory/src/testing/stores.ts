// Puts an image into the stores of real tools, each in a directory of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './roots.ts'

const START_TIMEOUT_MS = 30_000

/** `from` in skopeo's form (`oci:DIR`, `oci-archive:FILE`); returns the root of the store. */
export function intoContainersStorage(from: string, name: string, driver: 'overlay' | 'vfs', work: string): string {
  const root = join(work, `storage-${driver}`)
  // a mount namespace of its own: the overlay driver mounts its directory on itself and leaves it
  run('unshare', [
    '--mount',
    'skopeo',
    '--insecure-policy',
    'copy',
    '-q',
    from,
    `containers-storage:[${driver}@${root}+${work}/run-${driver}]${name}`,
  ])
  return root
}

/** Runs a containerd of our own, imports an archive, and ends it; returns its root directory. */
export async function intoContainerd(archive: string, name: string, work: string): Promise<string> {
  const home = join(work, 'containerd')
  mkdirSync(home)
  const config = join(home, 'config.toml')
  writeFileSync(
    config,
    `version = 2\nroot = "${home}/root"\nstate = "${home}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = "${home}/c.sock"\n`,
  )
  const daemon = spawn('containerd', ['-c', config], { stdio: 'ignore' })
  const ended = once(daemon, 'exit')
  try {
    await answering(`${home}/c.sock`)
    run('ctr', ['-a', `${home}/c.sock`, 'image', 'import', '--no-unpack', '--index-name', name, archive])
  } finally {
    daemon.kill('SIGTERM')
    await ended
  }
  return join(home, 'root')
}

async function answering(socket: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (true) {
    try {
      run('ctr', ['-a', socket, 'version'], 5000)
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(200)
    }
  }
}
