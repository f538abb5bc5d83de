// A node must be a machine of its own: these tests try the ways out of it.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultCacheDir } from './cache.ts'
import { cgroupMounts } from './cgroup.ts'
import { runCommand } from './command.ts'
import { makeNode, type Node } from './node.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { nodeDirectory, removeLeftovers, startTicks, writeNodeState } from './state.ts'

const SYS_MODULE = 16n
const SYS_RAWIO = 17n
const SYS_BOOT = 22n
const SYS_TIME = 25n
const dataDir = process.env.YAGURA_DATA
const missing = [...missingPrerequisites(), ...(dataDir ? [] : ['YAGURA_DATA (root file systems for images)'])]

test('this machine can run a node', () => {
  if (missing.length > 0) console.error(`NOT TESTED: a node needs ${missing.join(', ')}.`)
  expect(process.env.CI ? missing : []).toEqual([])
})

describe.skipIf(missing.length > 0)('a node', { timeout: 120_000 }, () => {
  const names = [`test-${process.pid}-a`, `test-${process.pid}-b`] as const
  let node: Node
  let other: Node
  let alpine: string
  const hostMounts = readFileSync('/proc/self/mountinfo', 'utf8')

  beforeAll(async () => {
    ;[node, other] = await Promise.all([makeNode({ name: names[0] }), makeNode({ name: names[1] })])
    alpine = await node.importImage('alpine:3.11')
    await node.run({ image: alpine, name: 'plain', command: ['sleep', '600'], network: 'bridge' })
    await node.run({ image: alpine, name: 'mighty', command: ['sleep', '600'], privileged: true, network: 'bridge' })
  }, 300_000)

  afterAll(async () => {
    await Promise.all([node?.close(), other?.close()])
  })

  /** Each test of isolation holds on the node itself and in its privileged container. */
  const places: readonly [string, (argv: readonly string[]) => ReturnType<typeof runCommand>][] = [
    ['on the node', (argv) => node.command(argv)],
    ['in a privileged container', (argv) => node.exec('mighty', argv)],
  ]

  describe.each(places)('%s', (_, run) => {
    test('host processes are out of sight', async () => {
      const { stdout } = await run(['sh', '-c', 'ls -d /proc/[0-9]*'])
      const pids = stdout.trim().split('\n')
      expect(pids.length).toBeLessThan(40)
      const { stdout: commands } = await run(['sh', '-c', 'cat /proc/[0-9]*/comm'])
      expect(commands).not.toContain('node\n')
    })

    test('rights over the machine are gone', async () => {
      const { stdout } = await run(['cat', '/proc/self/status'])
      for (const set of ['CapPrm', 'CapEff', 'CapBnd']) {
        const held = BigInt(`0x${new RegExp(`${set}:\\s*([0-9a-f]+)`).exec(stdout)?.[1]}`)
        for (const right of [SYS_BOOT, SYS_TIME, SYS_RAWIO, SYS_MODULE]) expect((held >> right) & 1n).toBe(0n)
      }
    })

    test('no disk is there, and none can be made or mounted', async () => {
      const { stdout: devices } = await run(['sh', '-c', 'find /dev -type b'])
      expect(devices).toBe('')
      for (const [major, minor] of hostDisks()) {
        const made = await run(['mknod', '/dev/disk', 'b', major, minor])
        expect(made.stderr).toContain('Operation not permitted')
        expect((await run(['mount', '-t', 'ext4', '/dev/disk', '/mnt'])).exitCode).not.toBe(0)
      }
    })

    test('kernel settings can be written back, not changed', async () => {
      const path = '/proc/sys/kernel/printk_ratelimit_burst'
      const before = readFileSync(path, 'utf8')
      expect((await run(['sh', '-c', `cat ${path} >${path}`])).exitCode).toBe(0)
      const changed = await run(['sh', '-c', `echo ${Number(before) + 1} >${path}`])
      expect(changed.exitCode).not.toBe(0)
      expect(readFileSync(path, 'utf8')).toBe(before)
    })

    test('the cgroup hierarchies show the node only, without release_agent', async () => {
      for (const [index, { type }] of cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8')).entries()) {
        const controllers = readFileSync('/proc/self/cgroup', 'utf8').split('\n')[index]?.split(':')[1] ?? ''
        if (type === 'cgroup' && controllers !== '') {
          const option = controllers.startsWith('name=') ? `none,${controllers}` : controllers
          const script = `mkdir -p /tmp/v1 && mount -t cgroup -o ${option} v1 /tmp/v1 && ls /tmp/v1 && umount /tmp/v1`
          const { exitCode, stdout } = await run(['sh', '-c', script])
          expect(exitCode).toBe(0)
          expect(stdout).toContain('cgroup.procs')
          expect(stdout).not.toContain('release_agent')
        }
      }
      const { stdout } = await run(['cat', '/proc/self/cgroup'])
      expect(stdout).not.toContain('yagura-testbed')
    })

    test('no open file leads to a file system of the host', async () => {
      const { stdout } = await run(['sh', '-c', 'ls -l /proc/self/fd/ /proc/1/fd/'])
      const targets = [...stdout.matchAll(/-> (.*)/g)].map((match) => match[1] ?? '')
      const strange = targets.filter((target) => !/^(socket:|pipe:|\/dev\/|\/proc\/|anon_inode)/.test(target))
      expect(strange.filter((target) => existsSync(target))).toEqual([])
      const { stdout: mounts } = await run(['cat', '/proc/self/mountinfo'])
      const types = mounts
        .trim()
        .split('\n')
        .map((line) => line.split(' - ')[1]?.split(' ')[0])
      expect([...new Set(types)].filter((type) => !KERNEL_FILE_SYSTEMS.has(type ?? ''))).toEqual([])
    })
  })

  test('names, network and processes are its own', async () => {
    expect((await node.command(['hostname'])).stdout.trim()).toBe(names[0])
    expect((await other.command(['hostname'])).stdout.trim()).toBe(names[1])
    expect(hostname()).not.toBe(names[0])
    for (const namespace of ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup']) {
      const links = [process.pid, node.pid, other.pid].map((pid) => readlinkSync(`/proc/${pid}/ns/${namespace}`))
      expect(new Set(links).size).toBe(3)
    }
    const { stdout } = await node.command(['ip', '-brief', 'address'])
    expect(stdout).toMatch(/testbed0\s+UP\s+10\.88\.0\.1/)
    expect((await other.command(['ip', '-brief', 'link'])).stdout).not.toContain('testbed0')
  })

  test('containers have their own address, cgroup and output', async () => {
    const { stdout } = await node.exec('plain', [
      'sh',
      '-c',
      'cat /etc/alpine-release; grep ^0:: /proc/self/cgroup; echo odd >&2; exit 3',
    ])
    expect(stdout).toBe('3.11.13\n0::/default/plain\n')
    const failed = await node.exec('plain', ['sh', '-c', 'echo odd >&2; exit 3'])
    expect(failed).toEqual({ exitCode: 3, stdout: '', stderr: 'odd\n' })
    const unified = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))[0]?.path ?? ''
    const cgroup = join(unified, node.cgroupPath, 'default/plain/cgroup.procs')
    const [pid] = readFileSync(cgroup, 'utf8').trim().split('\n')
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBe('sleep\x00600\x00')
    expect((await node.exec('mighty', ['ping', '-c1', '-W2', '10.88.0.1'])).exitCode).toBe(0)
  })

  test('a Debian image runs to its end', async () => {
    const image = await node.importImage('debian:bookworm')
    const output = await node.runToEnd({
      image,
      name: 'once',
      command: ['cat', '/etc/debian_version'],
      env: { A: 'b' },
    })
    expect(output).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^12\.\d+\n$/) })
    expect((await node.command(['ctr', 'container', 'ls', '-q'])).stdout.trim().split('\n').sort()).toEqual([
      'mighty',
      'plain',
    ])
  })

  test('one name is for one node', async () => {
    await expect(makeNode({ name: names[0] })).rejects.toThrow('is running already')
    await expect(makeNode({ name: '../x' })).rejects.toThrow('cannot be the name')
  })

  test('closing leaves no process, mount, control group or directory', async () => {
    await node.run({ image: alpine, name: 'left', command: ['sleep', '600'] })
    const namespace = readlinkSync(`/proc/${node.pid}/ns/pid`)
    await node.close()
    const left = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && pidNamespace(pid) === namespace)
    expect(left).toEqual([])
    // tests that run beside this one mount below the directory for temporary files, where nothing of a node lies
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
    const before = new Set(hostMounts.split('\n'))
    expect(mounts.filter((line) => !before.has(line) && !line.includes(` ${tmpdir()}/`))).toEqual([])
    for (const { path } of cgroupMounts(hostMounts))
      expect(readdirSync(path)).not.toContain(`yagura-testbed-${names[0]}`)
    expect(existsSync(nodeDirectory(defaultCacheDir(), names[0]))).toBe(false)
  })
})

describe.skipIf(missing.length > 0)('a node whose owner was killed', { timeout: 60_000 }, () => {
  test('dies with it, and the next start clears what it left', async () => {
    const name = `test-${process.pid}-c`
    const cacheDir = defaultCacheDir()
    const script = `
      import { makeNode } from ${JSON.stringify(join(import.meta.dirname, 'node.ts'))}
      const node = await makeNode({ name: ${JSON.stringify(name)} })
      process.stdout.write(String(node.pid), () => process.kill(process.pid, 'SIGKILL'))`
    const { stdout } = await runCommand([process.execPath, '--input-type=module-typescript', '-e', script])
    expect(Number(stdout)).toBeGreaterThan(1)
    for (let tries = 0; tries < 100 && startTicks(Number(stdout)) !== undefined; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(startTicks(Number(stdout))).toBeUndefined()
    await removeLeftovers(cacheDir)
    expect(existsSync(nodeDirectory(cacheDir, name))).toBe(false)
  })

  test('is told from a process that has its number now', async () => {
    const name = `test-${process.pid}-d`
    const directory = nodeDirectory(defaultCacheDir(), name)
    await runCommand(['mkdir', '-p', directory])
    await writeNodeState(directory, { name, owner: process.pid, ownerStart: '1', cgroupName: 'none', outer: [] })
    await removeLeftovers(defaultCacheDir())
    expect(existsSync(directory)).toBe(false)
  })
})

const KERNEL_FILE_SYSTEMS = new Set('overlay proc sysfs cgroup2 tmpfs devpts mqueue'.split(' '))

/** Major and minor numbers of the disks this machine has. */
function hostDisks(): [string, string][] {
  return readdirSync('/sys/class/block').map((disk) => {
    const [major = '', minor = ''] = readFileSync(`/sys/class/block/${disk}/dev`, 'utf8').trim().split(':')
    return [major, minor]
  })
}

function pidNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}
