// A container that runs: a process of its own root and mount namespace, with the records that each runtime would have written.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultLimits, unwrap } from '@yagura/kernel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openImage } from '../../open.ts'
import { boltFile } from '../../testing/bolt.ts'
import { contentsOf, readNamed } from '../../testing/read.ts'
import { isGroupOf } from './process.ts'

const isRoot = process.getuid?.() === 0
if (!isRoot) {
  const text = 'NOT TESTED: running containers; only root can make the namespaces of one.'
  if (process.env.CI === 'true') throw new Error(text)
  console.warn(text)
}

const id = '0123456789abcdef'.repeat(4)
let work = ''
let container: ChildProcess | undefined

beforeAll(async () => {
  if (!isRoot) return
  work = mkdtempSync(join(tmpdir(), 'yg-reg-'))
  const root = join(work, 'rootfs')
  put('rootfs/etc/motd', 'inside')
  symlinkSync('/etc/motd', join(root, 'etc', 'absolute'))
  symlinkSync('../../../../../../../../../../etc/hostname', join(root, 'etc', 'outside'))
  const sleep = '/usr/bin/sleep'
  const libraries = execFileSync('ldd', [sleep], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  for (const path of [sleep, ...libraries]) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    copyFileSync(path, join(root, path))
  }
  container = spawn('unshare', ['--mount', `--root=${root}`, sleep, '120'], { stdio: 'ignore' })
  await runs()
}, 20_000)

afterAll(async () => {
  if (container && container.exitCode === null) {
    const ended = once(container, 'exit')
    container.kill('SIGKILL')
    await ended
  }
  if (work !== '') rmSync(work, { recursive: true })
})

beforeEach(() => {
  if (!isRoot) return
  rmSync(join(work, 'host'), { recursive: true, force: true })
  mkdirSync(join(work, 'host'))
  symlinkSync('/proc', join(work, 'host', 'proc'))
})

async function runs(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (readlinkSync(`/proc/${container?.pid}/root`) === join(work, 'rootfs') && commandOf().includes('sleep')) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the container does not start')
}

const commandOf = () => readFileSync(`/proc/${container?.pid}/comm`, 'utf8')
const startTicks = () => Number(readFileSync(`/proc/${container?.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19])

function put(path: string, content: string | Buffer | object): void {
  mkdirSync(dirname(join(work, path)), { recursive: true })
  const isBytes = typeof content === 'string' || Buffer.isBuffer(content)
  writeFileSync(join(work, path), isBytes ? content : JSON.stringify(content))
}

function open(name: string) {
  const hostRoot = join(work, 'host')
  const roots = {
    hostRoot,
    dockerRoot: join(hostRoot, 'docker'),
    podmanRoot: join(hostRoot, 'podman'),
    containerdRoot: join(hostRoot, 'containerd'),
  }
  return openImage({ kind: 'container', name }, { limits: defaultLimits, ...roots })
}

const task = `host/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}`

describe.skipIf(!isRoot)('a container is found', () => {
  test.each<[string, string, () => void, string[]]>([
    [
      'by the state of containerd, with the image that Kubernetes named',
      id,
      () => {
        put(`${task}/init.pid`, `${container?.pid}`)
        put(`${task}/config.json`, { annotations: { 'io.kubernetes.cri.image-name': 'example.test/a:1' } })
      },
      ['example.test/a:1'],
    ],
    [
      'by the beginning of its id, with the image in the metadata of containerd',
      id.slice(0, 12),
      () => {
        put(`${task}/init.pid`, `${container?.pid}`)
        const tree = { v1: { 'k8s.io': { containers: { [id]: { image: 'example.test/b:2' } } } } }
        put('host/containerd/io.containerd.metadata.v1.bolt/meta.db', boltFile(tree))
      },
      ['example.test/b:2'],
    ],
    [
      'by the state of runc',
      id,
      () =>
        put(`host/run/runc/${id}/state.json`, {
          init_process_pid: container?.pid,
          init_process_start: startTicks(),
        }),
      [],
    ],
    ['by the state of crun', id, () => put(`host/run/crun/${id}/status`, { pid: container?.pid }), []],
    [
      'by the name that docker gave it',
      'web',
      () =>
        put(`host/docker/containers/${id}/config.v2.json`, {
          ID: id,
          Name: '/web',
          Config: { Image: 'nginx:1' },
          State: { Pid: container?.pid },
        }),
      ['nginx:1'],
    ],
    [
      'by the name that podman gave it',
      'web',
      () => {
        const metadata = JSON.stringify({ 'image-name': 'localhost/c:3' })
        put('host/podman/overlay-containers/containers.json', [{ id, names: ['web'], metadata }])
        put(`host/run/containers/storage/overlay-containers/${id}/userdata/pidfile`, `${container?.pid}\n`)
      },
      ['localhost/c:3'],
    ],
  ])('%s', async (_, name, write, names) => {
    write()
    const opened = unwrap(await open(name))
    expect(opened.image.names).toEqual(names)
    const files = await readNamed(opened, ['etc/motd', 'etc/absolute', 'etc/outside'])
    expect(contentsOf(files)).toEqual({ 'etc/motd': 'inside', 'etc/absolute': 'inside' })
  })
})

describe.skipIf(!isRoot)('a container is not taken for', () => {
  const missing = { code: 'INPUT_NOT_FOUND', message: `No container ${id} runs here.` }

  test('this machine, when the state is old and its process number belongs to something else', async () => {
    put(`${task}/init.pid`, `${process.pid}`)
    const opened = await open(id)
    expect(!opened.ok && opened.error).toMatchObject(missing)
  })

  test('another container that has got its process number', async () => {
    put(`host/run/runc/${id}/state.json`, {
      init_process_pid: container?.pid,
      init_process_start: startTicks() - 1,
    })
    const opened = await open(id)
    expect(!opened.ok && opened.error).toMatchObject(missing)
  })

  test.each(['..', '../..', '/', '.', ''])('a path: %j', async (name) => {
    put(`${task}/init.pid`, `${container?.pid}`)
    const opened = await open(name)
    expect(!opened.ok && opened.error.code).toBe('INPUT_NOT_FOUND')
  })
})

test.each([
  [`0::/default/${id}`, id, true],
  ['4:pids:/default/web', 'web', true],
  [`0::/system.slice/docker-${id}.scope`, id, true],
  [`0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`, id.slice(0, 12), true],
  [`0::/machine.slice/libpod-${id}.scope/container`, id, true],
  [`0::/default/${id}`, id.slice(0, 6), false],
  [`0::/default/${id}`, 'default', false],
  ['0::/', '', false],
])('a line of /proc/PID/cgroup: %s is of %j: %s', (line, name, expected) => {
  expect(isGroupOf(line, name)).toBe(expected)
})
