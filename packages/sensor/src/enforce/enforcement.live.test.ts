// What the kernel refuses, for real: in one control group, and never beside it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
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

  test('a second name of such a file is no way round; renames, links and removals by name end who makes them', async () => {
    const secrets = join(directory, 'safe')
    mkdirSync(secrets)
    mkdirSync(join(directory, 'jobs.d'))
    for (const name of ['token', 'kept', 'log']) writeFileSync(join(secrets, name), 'secret')
    linkSync(join(secrets, 'token'), join(directory, 'second'))
    const denyOpen = { read: ['safe/token', 'safe/kept'], write: ['safe/log', 'jobs.d/'] }
    expect(enforcement.setScope(scope, { denyOpen }).ok).toBe(true)
    expect(actor.shell(`cat ${directory}/second; true`)).not.toContain('secret')
    const after = (script: string) => actor.shell(`sh -c '${script}; echo went on'; true`)
    for (const [script, object] of [
      [`cd ${directory}; exec mv safe/kept ./open`, `${directory}/safe/kept`],
      [`exec ln ${secrets}/../safe/./kept ${directory}/open2`, `${secrets}/../safe/./kept`],
      [`cd ${secrets}; exec rm log`, `${secrets}/log`],
      [`exec chmod 666 ${'/'.repeat(300)}${secrets}/log`, undefined],
      [`exec ln -s /x ${directory}/jobs.d/job`, `${directory}/jobs.d/job`],
      [`exec truncate -s 0 ${secrets}/log`, undefined],
    ] as const) {
      expect([script, after(script)]).toEqual([script, expect.not.stringContaining('went on')])
      if (object !== undefined) await heard('deny-open', object)
    }
    expect(
      after(
        `mv ${directory}/second ${directory}/third; rm ${directory}/third; ln -s ${secrets}/token ${directory}/sym`,
      ),
    ).toBe('went on\n')
    expect(spawnSync('ln', [join(secrets, 'token'), join(directory, 'jobs.d/beside')]).status).toBe(0)
  })

  test('a file of the image is not linked, moved or changed at all: the overlay would have to copy it first', async () => {
    const script = `
mkdir -p ${directory}/o; mount -t tmpfs none ${directory}/o; cd ${directory}/o; mkdir lower upper work merged
for name in one two three four; do head -c 3000 /dev/urandom > lower/$name.key; done
mount -t overlay overlay -o lowerdir=$PWD/lower,upperdir=$PWD/upper,workdir=$PWD/work merged
cp /usr/bin/env env; cd merged
echo ready; read line
sh -c 'exec ln one.key name'; sh -c 'exec mv two.key name2'; sh -c 'exec chmod 777 three.key'
sh -c 'exec mv env four.key'
ls; stat -c %a three.key; read line`
    const words = `echo $$ > ${actor.group.procs}; exec unshare -m sh -c "$0" 2>/dev/null`
    const child = spawn('/bin/sh', ['-c', words, script], { stdio: ['pipe', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (data) => {
      said += String(data)
    })
    await vi.waitFor(() => expect(said).toContain('ready'), 10_000)
    const names = ['one.key', 'two.key', 'three.key', 'four.key']
    expect(enforcement.setScope(scope, { denyOpen: { write: names } }).ok).toBe(true)
    child.stdin.write('\n')
    await vi.waitFor(() => expect(said).toMatch(/\n\d{3}\n/), 10_000)
    expect(said).not.toContain('name')
    expect(said).toContain('\n644\n')
    child.stdin.end('\n')
    await once(child, 'exit')
  }, 30_000)

  test('programs that give rights are not run by those who lack them; by root, and without the rights, they are', async () => {
    const tool = join(directory, 'giver')
    spawnSync('sh', ['-c', `cp /usr/bin/id ${tool}; chmod 4755 ${tool}; chmod 755 ${directory}`])
    const asUser = (words: string) => actor.shell(`setpriv --reuid 1234 --clear-groups ${words}; true`)
    expect(asUser(tool)).toContain('euid=0')
    expect(
      enforcement.setScope(scope, { denyExec: { layers: [], files: [], raising: { except: ['giver'] } } }).ok,
    ).toBe(true)
    // it is no program of an image, so its name does not help it
    expect(asUser(tool)).not.toContain('uid=')
    await heard('deny-exec', tool)
    expect(actor.shell(tool)).toContain('uid=0')
    expect(asUser('/usr/bin/id')).toContain('uid=1234')
    expect(asUser(`--no-new-privs ${tool}`)).toContain('uid=1234')
    // struct vfs_cap_data: version 2, effective, CAP_NET_RAW
    const capability = `struct.pack('<IIIII',0x02000001,1<<13,0,0,0)`
    actor.python(
      `import os,struct;os.chmod('${tool}',0o755);os.setxattr('${tool}','security.capability',${capability})`,
    )
    // through a shell: setpriv itself still has all rights when it runs what it is given
    expect(asUser(`sh -c 'exec ${tool}'`)).not.toContain('uid=')
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
