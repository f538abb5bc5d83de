// For tests: a containerd of the test's own, with its own root, state and socket under one directory that stands for a node's
// root. Everything it started is ended by id.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** An Alpine root file system as published. */
export function alpineRootfs(): string {
  return join(process.env.YAGURA_DATA ?? '', 'rootfs/alpine-minirootfs-3.18.9-x86_64.tar.gz')
}

export interface TestContainerd {
  /** Node root: has run/containerd/containerd.sock and var/lib/containerd. */
  readonly root: string
  ctr(...args: string[]): string
  run(name: string, image: string, flags: readonly string[], command: readonly string[]): void
  remove(name: string): void
  /** Ends the daemon at once and leaves the containers running. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export async function startContainerd(root: string): Promise<TestContainerd> {
  const state = join(root, 'run/containerd')
  const socket = join(state, 'containerd.sock')
  mkdirSync(state, { recursive: true })
  const config = join(root, 'containerd.toml')
  writeFileSync(
    config,
    `version = 2
root = "${join(root, 'var/lib/containerd')}"
state = "${state}"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "${socket}"
`,
  )
  let daemon: ChildProcess
  const running = new Set<string>()

  function ctr(...args: string[]): string {
    return execFileSync('ctr', ['--address', socket, ...args], { encoding: 'utf8', timeout: 30_000, stdio: 'pipe' })
  }
  function remove(name: string): void {
    running.delete(name)
    quietly(() => ctr('tasks', 'delete', '--force', name))
    quietly(() => ctr('containers', 'delete', name))
  }
  async function start(): Promise<void> {
    daemon = spawn('containerd', ['--config', config, '--log-level', 'fatal'], { stdio: 'ignore' })
    for (let tries = 0; ; tries += 1) {
      try {
        ctr('version')
        return
      } catch (error) {
        if (tries > 60) throw error
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
  }
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ended = new Promise((resolve) => daemon.once('exit', resolve))
    daemon.kill(signal)
    await ended
  }
  await start()
  return {
    root,
    ctr,
    run(name, image, flags, command) {
      running.add(name)
      ctr('run', '--detach', '--snapshotter', 'native', '--cpu-shares', '0', ...flags, image, name, ...command)
    },
    remove,
    kill: () => end('SIGKILL'),
    async stop() {
      if (daemon.exitCode !== null || daemon.signalCode !== null) await start()
      for (const name of running) remove(name)
      await end('SIGTERM')
    },
  }
}

/** An OCI archive with one layer, from a gzip-compressed tar of a root file system. Returns the digest of its configuration. */
export function writeOciArchive(rootfs: string, archive: string, name: string, workDirectory: string): string {
  const packed = readFileSync(rootfs)
  const blobs = join(workDirectory, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  function put(bytes: Uint8Array): { digest: string; size: number } {
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, hex), bytes)
    return { digest: `sha256:${hex}`, size: bytes.length }
  }
  const layer = put(packed)
  const diffId = `sha256:${createHash('sha256').update(gunzipSync(packed)).digest('hex')}`
  const config = put(
    Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: '2024-01-02T03:04:05Z',
        config: { User: '1000:1000', Cmd: ['/bin/sh'], Env: ['PATH=/bin:/usr/bin:/sbin', 'DB_PASSWORD=hunter2'] },
        rootfs: { type: 'layers', diff_ids: [diffId] },
      }),
    ),
  )
  const manifest = put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
      }),
    ),
  )
  const entry = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...manifest,
    platform: { os: 'linux', architecture: 'amd64' },
    annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name },
  }
  writeFileSync(join(workDirectory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }))
  writeFileSync(join(workDirectory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  execFileSync('tar', ['-C', workDirectory, '-cf', archive, 'blobs', 'index.json', 'oci-layout'])
  return config.digest
}

/** Why a real containerd with a real image cannot run here; undefined when it can. */
export function whyNoContainers(...others: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return 'this is not root'
  if (!process.env.YAGURA_DATA) return 'YAGURA_DATA is not set'
  const missing = ['containerd', 'ctr', 'runc', ...others].filter((name) => !onPath(name))
  return missing.length > 0 ? `${missing.join(', ')} not installed` : undefined
}

function onPath(name: string): boolean {
  return `${process.env.PATH}:/usr/sbin:/sbin`.split(':').some((place) => existsSync(join(place, name)))
}

function quietly(act: () => unknown): void {
  try {
    act()
  } catch {
    // gone already
  }
}
