// What the kernel refuses, for real: in one control group, and never beside it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Actor, createActor } from '../testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from '../testing/live.ts'
import { type Enforcement, RUNTIME_SOCKETS, type VerdictNotice } from './enforcement.ts'

const obstacle = obstacleToLiveTests()

describe.skipIf(obstacle !== undefined)('enforcement', () => {
  let live: LiveSensor
  let actor: Actor
  let enforcement: Enforcement
  let scope: string
  let directory: string
  let server: Server
  let port: number
  const notices: VerdictNotice[] = []

  beforeAll(async () => {
    live = await openLiveSensor()
    actor = await createActor(live)
    enforcement = live.sensor.enforcement as Enforcement
    enforcement.onVerdict((notice) => notices.push(notice))
    scope = String(statSync(actor.group.directory).ino)
    directory = mkdtempSync('/dev/shm/yg-enforce-')
    server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
    server.listen(0, '0.0.0.0')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterEach(() => enforcement.clearAll())
  afterAll(() => {
    live.close()
    actor.remove()
    server.close()
    rmSync(directory, { recursive: true })
  })

  async function heard(kind: VerdictNotice['kind'], object: string): Promise<VerdictNotice> {
    const is = (notice: VerdictNotice) => notice.kind === kind && notice.object === object
    await live.until(() => notices.some(is))
    return notices.find(is) as VerdictNotice
  }

  /** Another address of this machine than loopback's, given to a namespace made for it. */
  function connectFrom(address: string): string {
    return `import socket\ntry: socket.create_connection(('${address}',${port}),2);print('connected')\nexcept OSError as e: print(e.errno)`
  }

  test('every ability is there on this kernel', () => {
    expect(enforcement.abilities().filter(({ available }) => !available)).toEqual([])
  })

  test('300 runs of a denied program leave no marker; one beside the scope does', () => {
    const marker = join(directory, 'marker')
    const program = join(directory, 'program')
    // its first instructions leave the marker: no libraries are loaded before
    const source = `static long call(long n,long a,long b,long c){long r;__asm__ volatile("syscall":"=a"(r):"a"(n),"D"(a),"S"(b),"d"(c):"rcx","r11","memory");return r;}void _start(void){call(2,(long)"${marker}",0101,0644);call(60,0,0,0);}`
    const made = spawnSync('cc', ['-x', 'c', '-', '-nostdlib', '-static', '-O1', '-o', program], { input: source })
    if (made.status !== 0)
      spawnSync('clang', ['-x', 'c', '-', '-nostdlib', '-static', '-O1', '-o', program], { input: source })
    expect(existsSync(program)).toBe(true)
    expect(enforcement.setScope(scope, { denyExec: { layers: ['tmpfs'], files: [] } }).ok).toBe(true)
    actor.shell(`for i in $(seq 300); do ${program}; done 2>/dev/null`)
    expect(existsSync(marker)).toBe(false)
    expect(enforcement.counts(scope)?.deniedExecs).toBe(300)
    spawnSync(program)
    expect(existsSync(marker)).toBe(true)
    rmSync(marker)
    enforcement.clearScope(scope)
    actor.shell(program)
    expect(existsSync(marker)).toBe(true)
  }, 30_000)

  test('a denied file under another name, and one that is only mapped; who was stopped is told', async () => {
    const program = join(directory, 'named')
    actor.shell(`cp /bin/echo ${program}; ln ${program} ${program}-2`)
    const { ino, dev } = statSync(program)
    enforcement.setScope(scope, {
      denyExec: { layers: [], files: [{ inode: String(ino), device: kernelDevice(dev) }] },
    })
    expect(actor.shell(`${program}-2 ran`)).not.toContain('ran\n')
    expect(await heard('deny-exec', `${program}-2`)).toMatchObject({ containerId: actor.containerId })
    expect(actor.shell(`/lib64/ld-linux-x86-64.so.2 ${program} ran`)).toContain('ran\n')
    enforcement.setScope(scope, { denyExec: { layers: ['tmpfs'], files: [], mappings: true } })
    expect(actor.shell(`/lib64/ld-linux-x86-64.so.2 ${program} ran`)).not.toContain('ran\n')
  })

  test('connections to listed peers get EPERM, others pass; IPv4 in IPv6 is no way round', async () => {
    const here = ownAddress()
    enforcement.setScope(scope, { denyConnect: { refuse: 'listed', peers: [{ network: `${here}/32`, port }] } })
    expect(actor.python(connectFrom(here))).toBe('1\n')
    expect(actor.python(connectFrom(`::ffff:${here}`))).toBe('1\n')
    await heard('deny-connect', `${here}:${port}`)
    await actor.see('connect', ({ result }) => result === -1)
    expect(enforcement.counts(scope)?.deniedConnects).toBeGreaterThanOrEqual(2)
    enforcement.setScope(scope, {
      denyConnect: { refuse: 'listed', peers: [{ network: `${here}/32`, port: port + 1 }] },
    })
    expect(actor.python('import socket;s=socket.socket(2,2);print(s.sendto(b"x",("127.0.0.1",9)))')).toBe('1\n')
    enforcement.setScope(scope, { denyConnect: { refuse: 'unlisted', peers: [{ network: '10.255.0.0/16', port: 0 }] } })
    expect(actor.python(connectFrom(here))).toBe('1\n')
    expect(
      actor.python(
        `import socket\ntry: socket.socket(2,2).sendto(b"x",("${here}",9))\nexcept OSError as e: print(e.errno)`,
      ),
    ).toBe('1\n')
  })

  test('quarantine stops a connection that stands; clearing it lets it go on', async () => {
    const here = ownAddress()
    const child = actorChild(
      `import socket,sys\ns=socket.create_connection(('${here}',${port}));s.settimeout(1)\nfor l in sys.stdin:\n  try: s.send(b'x');print(s.recv(9),flush=True)\n  except OSError as e: print(e,flush=True)`,
    )
    expect(await ask(child)).toContain("b'x")
    expect(enforcement.setScope(scope, { quarantine: true }).ok).toBe(true)
    // the peer is this machine itself: the packets go over loopback but not to a loopback address
    expect(await ask(child)).toContain('timed out')
    expect(enforcement.counts(scope)?.droppedPackets).toBeGreaterThan(0)
    enforcement.clearAll()
    expect(await ask(child)).toContain("b'x")
    child.kill('SIGKILL')
    await once(child, 'exit')
  }, 20_000)

  test('a call that is not to be made kills its caller; a doomed scope ends; neither beside it', async () => {
    enforcement.setScope(scope, { killCalls: ['unshare'] })
    expect(actor.shell('unshare -u echo out; echo after')).not.toContain('out')
    await heard('kill-call', 'unshare')
    expect(spawnSync('unshare', ['-u', 'true']).status).toBe(0)
    const child = actorChild('import time\nprint(1,flush=True)\nwhile True: time.sleep(0.01)')
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
    enforcement.setScope(scope, { doomed: true })
    const [, signal] = await once(child, 'exit')
    expect(signal).toBe('SIGKILL')
  })

  test('a file that may not be opened is neither read nor written, under any name that leads to it; others are', async () => {
    const secrets = join(directory, 'vault')
    mkdirSync(secrets)
    writeFileSync(join(secrets, 'token'), 'secret')
    writeFileSync(join(secrets, 'other'), 'plain')
    symlinkSync(join(secrets, 'token'), join(directory, 'innocent'))
    const denyOpen = { read: ['vault/token'], write: ['cron.d/', 'authorized_keys'], except: ['tail'] }
    expect(enforcement.setScope(scope, { denyOpen }).ok).toBe(true)
    expect(actor.shell(`cat ${secrets}/token`)).not.toContain('secret')
    expect(actor.shell(`cat ${directory}/innocent`)).not.toContain('secret')
    await heard('deny-open', join(secrets, 'token'))
    expect(actor.shell(`cat ${secrets}/other`)).toBe('plain')
    mkdirSync(join(directory, 'cron.d'))
    actor.shell(`sh -c 'echo evil > ${directory}/cron.d/job'; sh -c 'echo key >> ${directory}/authorized_keys'; true`)
    expect(readFileSync(join(directory, 'cron.d/job'), 'utf8')).toBe('')
    expect(readFileSync(join(directory, 'authorized_keys'), 'utf8')).toBe('')
    expect(actor.shell(`echo fine > ${directory}/file; cat ${directory}/file`)).toBe('fine\n')
    spawnSync('sh', ['-c', `echo beside > ${directory}/cron.d/job`])
    expect(readFileSync(join(directory, 'cron.d/job'), 'utf8')).toBe('beside\n')
    expect(enforcement.setScope(scope, { denyOpen: { read: ['/etc/shadow'] } }).ok).toBe(false)
  })

  test('a script that lies where no program may is not run, by its own name or by its interpreter; data is read', () => {
    const script = join(directory, 'script.sh')
    writeFileSync(script, '#!/bin/sh\necho ran\n', { mode: 0o755 })
    writeFileSync(join(directory, 'data.sh'), 'echo data\n', { mode: 0o644 })
    expect(enforcement.setScope(scope, { denyExec: { layers: ['tmpfs'], files: [], scripts: true } }).ok).toBe(true)
    expect(actor.shell(`${script}; true`)).not.toContain('ran')
    expect(actor.shell(`sh ${script}; true`)).not.toContain('ran')
    expect(actor.shell(`cat ${script}`)).toContain('ran')
    expect(actor.shell(`sh ${directory}/data.sh`)).toBe('data\n')
    enforcement.clearScope(scope)
    expect(actor.shell(script)).toBe('ran\n')
  })

  test('a socket that may not be spoken to, by name, by file, by abstract name; others are', async () => {
    mkdirSync(join(directory, 'run'))
    const places = {
      named: join(directory, 'run/docker.sock'),
      other: join(directory, 'run/other.sock'),
      filed: join(directory, 'run/harmless.sock'),
    }
    const abstract = `/containerd-shim/${process.pid}.sock`
    const got = new Map<string, string>()
    const servers = await Promise.all(
      Object.entries({ ...places, shim: `\0${abstract}`, kept: `\0kept-${process.pid}` }).map(async ([name, path]) => {
        const server = createServer((client) =>
          client.on('data', (data) => got.set(name, String(data))).on('error', () => {}),
        ).listen(path)
        await once(server, 'listening')
        return server
      }),
    )
    symlinkSync(places.named, join(directory, 'another'))
    const { ino, dev } = statSync(places.filed)
    const files = [{ inode: String(ino), device: kernelDevice(dev) }]
    const denySockets = { ...RUNTIME_SOCKETS, files }
    expect(enforcement.setScope(scope, { denySockets }).ok).toBe(true)
    const speak = (path: string) =>
      actor.shell(
        `python3 -c "
import socket
s=socket.socket(socket.AF_UNIX); s.connect(${JSON.stringify(path).replaceAll('"', "'")}); s.sendall(b'hello'); print('spoke')
"; true`,
      )
    for (const path of [places.named, join(directory, 'another'), places.filed, `\0${abstract}`])
      expect([path, speak(path)]).toEqual([path, expect.not.stringContaining('spoke')])
    for (const path of [places.other, `\0kept-${process.pid}`]) expect([path, speak(path)]).toEqual([path, 'spoke\n'])
    await heard('deny-socket', places.named)
    await heard('deny-socket', places.filed)
    await heard('deny-socket', `@${abstract}`.slice(0, 32))
    await vi.waitFor(() => expect([...got.keys()].sort()).toEqual(['kept', 'other']))
    enforcement.clearScope(scope)
    expect(speak(places.named)).toBe('spoke\n')
    expect(enforcement.setScope(scope, { denySockets: { names: ['/run/docker.sock'] } }).ok).toBe(false)
    for (const server of servers) server.close()
  })

  test('the root, an unknown group, this process and nonsense are refused, and nothing changes', () => {
    const root = String(statSync(join(actor.group.directory, '../../..')).ino)
    expect(enforcement.setScope(root, { doomed: true }).ok).toBe(false)
    expect(enforcement.setScope('999999999', { doomed: true }).ok).toBe(false)
    expect(enforcement.setScope(scope, { killCalls: ['no_such_call'] }).ok).toBe(false)
    const peers = [{ network: 'nonsense', port: 0 }]
    expect(enforcement.setScope(scope, { denyConnect: { refuse: 'listed', peers } }).ok).toBe(false)
    expect(enforcement.scopes().size).toBe(0)
    expect(readFileSync(join(actor.group.directory, 'cgroup.procs'), 'utf8')).toBe('')
    expect(actor.shell('echo alive')).toBe('alive\n')
  })

  function actorChild(script: string): ChildProcess {
    const words = `echo $$ > ${actor.group.procs}; exec python3 -c "$0"`
    return spawn('/bin/sh', ['-c', words, script], { stdio: ['pipe', 'pipe', 'inherit'] })
  }

  async function ask(child: ChildProcess): Promise<string> {
    child.stdin?.write('\n')
    let said = ''
    while (!said.endsWith('\n'))
      said += String((await once(child.stdout as NonNullable<typeof child.stdout>, 'data'))[0])
    return said
  }
})

/** The kernel's own number for a device, from the one that stat tells. */
function kernelDevice(dev: number): number {
  return (Math.floor(dev / 256) << 20) | (dev % 256)
}

/** An address of this machine that is not loopback's. */
function ownAddress(): string {
  const { stdout } = spawnSync('hostname', ['-I'], { encoding: 'utf8' })
  const address = stdout.split(' ').find((each) => /^\d+\.\d+\.\d+\.\d+$/.test(each))
  if (address === undefined) throw new Error('this machine has no address but loopback')
  return address
}
