// Real events of the running kernel.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { event as eventSchema, type KernelEvent } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LiveSensor, lacksHierarchy, makeCgroup, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()
type Of<Type extends KernelEvent['type']> = Extract<KernelEvent, { type: Type }>

function of<Type extends KernelEvent['type']>(type: Type, events: readonly KernelEvent[]): Of<Type>[] {
  return events.filter((event): event is Of<Type> => event.type === type)
}

describe.skipIf(obstacle !== undefined)('events of the kernel', () => {
  let live: LiveSensor
  let directory: string
  const marker = () => randomBytes(8).toString('hex')

  beforeAll(async () => {
    live = await openLiveSensor()
    directory = mkdtempSync(join(tmpdir(), 'yg-sensor-'))
  })
  afterAll(() => {
    live.close()
    rmSync(directory, { recursive: true })
  })

  async function execOf(token: string): Promise<Of<'exec'>> {
    const find = (events: readonly KernelEvent[]) => of('exec', events).find((each) => each.args.includes(token))
    await live.until((events) => find(events) !== undefined)
    return find(live.events) as Of<'exec'>
  }

  test('every hook is attached on this kernel', () => {
    expect(live.sensor.mode).toBe('ebpf')
    expect(live.sensor.reason).toBeNull()
    expect(live.sensor.hooks.every((hook) => hook.state === 'attached')).toBe(true)
  })

  test('exec: arguments, program, directory, owner, ancestry', async () => {
    const token = marker()
    const uid = 65_534
    spawnSync('/bin/echo', ['', 'a b', 'Grüße', token], { cwd: directory, uid, gid: uid, argv0: 'other name' })
    const exec = await execOf(token)
    expect(exec).toMatchObject({
      source: 'ebpf',
      args: ['other name', '', 'a b', 'Grüße', token],
      argsTruncated: false,
      exe: execFileSync('readlink', ['-f', '/bin/echo'], { encoding: 'utf8' }).trim(),
      cwd: directory,
      command: 'echo',
      uid,
      gid: uid,
      parentPid: process.pid,
    })
    expect(exec.ancestry[0]).toMatchObject({ pid: process.pid, exe: process.execPath })
    expect(Math.abs(Date.parse(exec.at) - Date.now())).toBeLessThan(60_000)
    expect(eventSchema.safeParse(exec).success).toBe(true)
  })

  test('the start names the process the same way as /proc does', async () => {
    const token = marker()
    const child = spawn('/bin/sh', ['-c', 'read line', token], { stdio: ['pipe', 'ignore', 'ignore'] })
    const exec = await execOf(token)
    const stat = execFileSync('cat', [`/proc/${child.pid}/stat`], { encoding: 'latin1' })
    const startTick = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    expect(exec.startNs).toBe(`${startTick}0000000`)
    child.stdin?.end()
    await once(child, 'exit')
  })

  test('a script: the program is its interpreter, the arguments name the script', async () => {
    const token = marker()
    const script = join(directory, 'script')
    writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    spawnSync(script, [token])
    const exec = await execOf(token)
    expect(exec.args.slice(0, 2)).toEqual(['/bin/sh', script])
    expect(exec.exe).toMatch(/^\/(usr\/)?bin\/dash$|sh$/)
  })

  test('an argument list of megabytes is cut, and says so', async () => {
    const token = marker()
    spawnSync('/bin/true', [token, ...Array.from({ length: 20 }, () => 'x'.repeat(100_000))])
    const exec = await execOf(token)
    expect(exec.argsTruncated).toBe(true)
    expect(exec.args.join('').length).toBeLessThanOrEqual(4096)
  })

  test('more arguments than an event holds are cut, and say so', async () => {
    const token = marker()
    spawnSync('/bin/true', [token, ...Array.from({ length: 1000 }, () => 'y')])
    const exec = await execOf(token)
    expect(exec.args).toHaveLength(256)
    expect(exec.argsTruncated).toBe(true)
  })

  test('names that are not UTF-8 or hold control characters arrive unmistakably', async () => {
    const token = marker()
    const script = `printf '#!/bin/sh\\n' > "$(printf '${directory}/a\\377b\\033[31m\\nc')"; chmod +x ${directory}/a*; ${directory}/a* ${token}`
    spawnSync('/bin/sh', ['-c', script])
    const exec = await execOf(token)
    expect(exec.args[1]).toBe(`${directory}/a\\xffb\u001b[31m\nc`)
    await live.until((events) => of('open', events).some(({ path }) => path === exec.args[1]))
  })

  test('fork and exit: the child, its exit code, its signal', async () => {
    const token = marker()
    spawnSync('/bin/sh', ['-c', '/bin/true; sh -c "exit 7"; sh -c "kill -9 \\$\\$"; exit 3', token])
    const { pid } = await execOf(token)
    const exits = () => of('exit', live.events)
    await live.until(() => exits().some((exit) => exit.pid === pid))
    expect(exits().find((exit) => exit.pid === pid)).toMatchObject({ exitCode: 3, signal: 0 })
    const children = of('fork', live.events).filter((fork) => fork.pid === pid)
    const ends = children.map(({ childPid }) => exits().find((exit) => exit.pid === childPid))
    expect(ends.map((exit) => [exit?.exitCode, exit?.signal])).toEqual([
      [0, 0],
      [7, 0],
      [0, 9],
    ])
  })

  test('threads are no processes', async () => {
    const token = marker()
    const program = 'const{Worker}=require("worker_threads");new Worker("0",{eval:true})'
    const child = spawn(process.execPath, ['-e', program, token])
    await once(child, 'exit')
    const { pid } = await execOf(token)
    await live.until((events) => of('exit', events).some((exit) => exit.pid === pid))
    expect(of('fork', live.events).filter((fork) => fork.pid === pid)).toEqual([])
    expect(of('exit', live.events).filter((exit) => exit.pid === pid)).toHaveLength(1)
  })

  test('ancestry outlives the parent', async () => {
    const token = marker()
    const script = `(sleep 0.2; exec /bin/echo ${token}) & exit 0`
    const shell = spawnSync('/bin/bash', ['-c', script], { stdio: 'ignore' })
    const exec = await execOf(token)
    expect(exec.ancestry.map((ancestor) => ancestor.pid)).toContain(shell.pid)
    expect(exec.ancestry.map((ancestor) => ancestor.pid)).toContain(process.pid)
  })

  test.each([
    { host: '127.0.0.1', peer: '127.0.0.1', family: 'inet' },
    { host: '::1', peer: '::1', family: 'inet6' },
    { host: '::', peer: '127.0.0.1', family: 'inet' },
  ])('connect and accept on $host from $peer', async ({ host, peer, family }) => {
    const server = createServer((socket) => socket.end())
    server.listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect(port, peer)
    await once(socket, 'connect')
    const clientPort = socket.localPort
    socket.destroy()
    server.close()
    const at = (events: readonly Of<'accept' | 'connect'>[], side: 'localPort' | 'remotePort') =>
      events.find((each) => each[side] === port && each.pid === process.pid)
    await live.until((events) => at(of('accept', events), 'localPort') !== undefined)
    expect(at(of('connect', live.events), 'remotePort')).toMatchObject({
      family,
      protocol: 'tcp',
      remoteAddress: peer,
      // chosen by the kernel: what joins it with the accept on the other side
      localAddress: peer,
      localPort: clientPort,
    })
    expect(at(of('accept', live.events), 'localPort')).toMatchObject({
      family,
      protocol: 'tcp',
      localAddress: peer,
      remoteAddress: peer,
      remotePort: clientPort,
    })
  })

  test('a process that was there before the sensor: its first change of user is told', async () => {
    const script = 'import os; input(); os.setuid(65534); input()'
    const old = spawn('/usr/bin/python3', ['-c', script], { stdio: ['pipe', 'ignore', 'inherit'] })
    await once(old, 'spawn')
    const next = await openLiveSensor()
    try {
      old.stdin.write('\n')
      const is = (event: KernelEvent) => event.type === 'credential' && event.pid === old.pid
      await next.until((events) => events.some(is))
      expect(next.events.find(is)).toMatchObject({ oldUid: 0, newUid: 65_534, call: 'setuid' })
    } finally {
      old.kill('SIGKILL')
      next.close()
    }
  })

  test('a refused connection is an attempt all the same; so is a UDP peer', async () => {
    const script = 'echo > /dev/tcp/127.0.0.1/9; echo x > /dev/udp/127.0.0.2/4999'
    const { pid } = spawnSync('/bin/bash', ['-c', script], { stdio: 'ignore' })
    const own = () => of('connect', live.events).filter((each) => each.pid === pid)
    await live.until(() => own().length === 2)
    expect(own()).toMatchObject([
      { protocol: 'tcp', remoteAddress: '127.0.0.1', remotePort: 9 },
      { protocol: 'udp', remoteAddress: '127.0.0.2', remotePort: 4999 },
    ])
  })

  test('open for writing: created or not, truncated or not; reading is no event', async () => {
    const file = join(directory, 'file')
    const script = `echo 1 > ${file}; echo 2 >> ${file}; cat ${file}; ln -s ${file} ${file}-link; echo 3 > ${file}-link`
    spawnSync('/bin/sh', ['-c', script])
    const opens = () => of('open', live.events).filter((open) => open.path.startsWith(file))
    await live.until(() => opens().length >= 3)
    await live.settle()
    const O_TRUNC = 0o1000
    const O_APPEND = 0o2000
    // the third is named by what the link points to
    expect(opens().map(({ path, created }) => [path, created])).toEqual([
      [file, true],
      [file, false],
      [file, false],
    ])
    expect(opens().map(({ flags }) => [(flags & O_TRUNC) !== 0, (flags & O_APPEND) !== 0])).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ])
  })

  test('the process of the sensor does not report its own files', async () => {
    const file = join(directory, 'own')
    writeFileSync(file, '')
    await live.settle()
    expect(of('open', live.events).some((open) => open.path === file)).toBe(false)
  })

  const kinds = (['v2', 'v1'] as const).filter((kind) => !lacksHierarchy(kind))
  test.each(kinds)('a container in the %s hierarchy is known at its first exec', async (kind) => {
    const token = marker()
    const id = randomBytes(32).toString('hex')
    const group = makeCgroup(kind, `/yagura-sensor-${token}/docker/${id}`)
    try {
      spawnSync('/bin/sh', ['-c', `echo $$ > ${group.procs}; exec /bin/true ${token}`])
      const exec = await execOf(token)
      expect(exec).toMatchObject({ containerId: id, cgroupId: String(statSync(group.directory).ino) })
      const container = live.sensor.containers().find((each) => each.containerId === id)
      expect(container).toMatchObject({ runtime: 'docker', path: `/yagura-sensor-${token}/docker/${id}` })
    } finally {
      group.remove()
    }
    await live.settle()
    expect(live.sensor.containers().some((each) => each.containerId === id)).toBe(false)
  })

  test('nothing was lost, and no id came twice', () => {
    expect(live.sensor.gaps()).toEqual([])
    expect(live.sensor.stats().eventsLost).toBe(0)
    expect(new Set(live.events.map((each) => each.id)).size).toBe(live.events.length)
    expect(live.events.filter((each) => !eventSchema.safeParse(each).success)).toEqual([])
  })
})
