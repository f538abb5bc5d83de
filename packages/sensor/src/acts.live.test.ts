// Every kind of event, made for real in a control group like a container's.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { event as eventSchema } from '@yagura/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, createActor } from './testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()
const EPERM = -1

/** ctypes, because Python has no words of its own for these calls. */
const LIBC = 'import ctypes,os,socket; c=ctypes.CDLL(None,use_errno=True);'

describe.skipIf(obstacle !== undefined)('acts', () => {
  let live: LiveSensor
  let actor: Actor
  let directory: string

  beforeAll(async () => {
    live = await openLiveSensor()
    actor = await createActor(live)
    directory = mkdtempSync('/var/tmp/yg-acts-')
  })
  afterAll(() => {
    actor.remove()
    live.close()
    rmSync(directory, { recursive: true })
  })

  test('exec: descriptors, named variables only, layer, identity', async () => {
    actor.shell(`cd ${directory}; echo x | LD_PRELOAD=/none SECRET=1 HISTFILE=/dev/null env cat - 2>/dev/null`)
    const cat = await actor.see('exec', ({ exe }) => exe.endsWith('/cat'))
    expect(cat.stdio?.map(({ kind }) => kind)).toEqual(['pipe', expect.any(String), 'null'])
    expect(cat.environment).toEqual(['LD_PRELOAD=/none', 'HISTFILE=/dev/null'])
    const file = statSync('/bin/cat')
    expect(cat).toMatchObject({
      exeInode: String(file.ino),
      exeLayer: 'host',
      exeUnlinked: false,
      realUid: 0,
      injected: false,
      mountNamespace: statSync('/proc/self/ns/mnt').ino,
    })
    expect(BigInt(cat.capabilities ?? 0)).toBeGreaterThan(0n)
  })

  test('exec from memory and from tmpfs say their layer', async () => {
    actor.python(
      "import os;f=os.memfd_create('held');os.write(f,open('/bin/true','rb').read());os.execve(f,['true','memory'],{})",
    )
    const memory = await actor.see('exec', ({ args }) => args.includes('memory'))
    expect(memory).toMatchObject({ exeLayer: 'memory', exeUnlinked: true, exe: 'memfd:held' })
    expect(await actor.see('call', ({ call }) => call === 'memfd_create')).toMatchObject({ detail: 'held' })
    actor.shell('cp /bin/true /dev/shm/yg-true && /dev/shm/yg-true tmpfs; rm /dev/shm/yg-true')
    expect(await actor.see('exec', ({ args }) => args.includes('tmpfs'))).toMatchObject({ exeLayer: 'tmpfs' })
  })

  test('fork names the child for good', async () => {
    actor.shell('/bin/true forked; :')
    const exec = await actor.see('exec', ({ args }) => args.includes('forked'))
    expect(await actor.see('fork', ({ childPid }) => childPid === exec.pid)).toMatchObject({
      childStartNs: exec.startNs,
    })
  })

  test('a socket becomes standard input; a shell on it says so', async () => {
    actor.python("import socket,os;a,b=socket.socketpair();os.dup2(a.fileno(),0);os.execv('/bin/sh',['sh','-c',':'])")
    const { target } = await actor.see('stdio', (event) => event.number === 0 && event.target.kind === 'unix')
    const shell = await actor.see('exec', ({ args, stdio }) => args[2] === ':' && stdio?.[0]?.kind === 'unix')
    expect(shell.stdio?.[0]).toEqual(target)
  })

  test('opens for reading too, with inode and layer; once for a process', async () => {
    actor.shell('for i in 1 2 3; do read line < /etc/hostname; done')
    const open = await actor.see('open', ({ path }) => path === '/etc/hostname')
    expect(open).toMatchObject({ inode: String(statSync('/etc/hostname').ino), layer: 'host', created: false })
    expect(actor.seen('open').filter(({ path }) => path === '/etc/hostname')).toHaveLength(1)
  })

  test('rename, link, symbolic link, unlink, rmdir: whole paths, the inode that was seen', async () => {
    const file = join(directory, 'file')
    actor.shell(
      `cd ${directory}; echo x > file; ln file hard; ln -s file soft; mv file ./../${directory.slice(9)}/moved`,
    )
    actor.shell(`cd ${directory}; rm hard soft moved; mkdir sub; rmdir sub; rm missing`)
    const created = await actor.see('open', ({ path }) => path === file)
    expect(await actor.see('rename', ({ path }) => path === file)).toMatchObject({
      newPath: join(directory, 'moved'),
      inode: created.inode,
      result: 0,
    })
    expect(await actor.see('link', ({ symbolic }) => !symbolic)).toMatchObject({
      path: file,
      newPath: join(directory, 'hard'),
    })
    expect(await actor.see('link', ({ symbolic }) => symbolic)).toMatchObject({
      path: 'file',
      newPath: join(directory, 'soft'),
    })
    expect(await actor.see('unlink', ({ path }) => path === join(directory, 'moved'))).toMatchObject({
      directory: false,
      inode: created.inode,
    })
    expect(await actor.see('unlink', ({ path }) => path === join(directory, 'sub'))).toMatchObject({ directory: true })
    expect(actor.seen('unlink').some(({ path }) => path.endsWith('missing'))).toBe(false)
  })

  test('chmod by name and by descriptor, chown, mknod', async () => {
    const file = join(directory, 'moded')
    actor.python(
      `import os;f=os.open('${file}',os.O_CREAT|os.O_WRONLY);os.chmod('${file}',0o4755);os.fchmod(f,0o600);os.chown('${file}',12,34);os.mknod('${file}-n',0o20600,os.makedev(1,7))`,
    )
    const inode = String(statSync(file).ino)
    expect(await actor.see('chmod', ({ mode }) => mode === 0o4755)).toMatchObject({ path: file, inode, result: 0 })
    expect(await actor.see('chmod', ({ mode }) => mode === 0o600)).toMatchObject({ path: file, inode, layer: 'host' })
    expect(await actor.see('chown')).toMatchObject({ path: file, newUid: 12, newGid: 34 })
    expect(await actor.see('mknod')).toMatchObject({ path: `${file}-n`, major: 1, minor: 7 })
  })

  test('the immutable flag of a file', async () => {
    const file = join(directory, 'flagged')
    actor.python(
      `import fcntl,os,struct;f=os.open('${file}',os.O_CREAT|os.O_WRONLY)\ntry: fcntl.ioctl(f,0x40086602,struct.pack('i',0x80))\nexcept OSError: pass`,
    )
    expect(await actor.see('attribute')).toMatchObject({ path: file, flags: 0x80 })
  })

  test('code mapped from tmpfs, and memory that can be written and run', async () => {
    actor.python(
      "import mmap,os;f=os.open('/dev/shm/yg-map',os.O_CREAT|os.O_RDWR);os.write(f,b'x'*4096);mmap.mmap(f,4096,prot=mmap.PROT_READ|mmap.PROT_EXEC,flags=mmap.MAP_PRIVATE);os.unlink('/dev/shm/yg-map');mmap.mmap(-1,4096,prot=7)",
    )
    expect(await actor.see('map', ({ path }) => path === '/dev/shm/yg-map')).toMatchObject({ layer: 'tmpfs' })
    expect(await actor.see('map', ({ path }) => path === '')).toMatchObject({ protection: 7 })
  })

  test('namespaces: unshare, clone and setns; mounts in one; chroot', async () => {
    actor.shell(
      `unshare -m sh -c 'mkdir -p ${directory}/m && mount -t tmpfs none ${directory}/m && cd ${directory} && mount --move m m 2>/dev/null; umount ${directory}/m; chroot ${directory} /none'`,
    )
    expect(await actor.see('namespace', ({ action }) => action === 'unshare')).toMatchObject({
      kinds: ['mount'],
      result: 0,
    })
    expect(await actor.see('mount', ({ filesystem }) => filesystem === 'tmpfs')).toMatchObject({
      path: `${directory}/m`,
      sourcePath: 'none',
      filesystem: 'tmpfs',
      result: 0,
    })
    expect(await actor.see('mount', ({ action }) => action === 'unmount')).toMatchObject({ path: `${directory}/m` })
    expect(await actor.see('chroot')).toMatchObject({ path: directory, result: 0 })
    actor.python(`${LIBC} c.setns(os.open('/proc/self/ns/uts',0),0)`)
    expect(await actor.see('namespace', ({ kinds }) => kinds[0] === 'uts')).toMatchObject({
      action: 'enter',
      result: 0,
    })
    actor.python(`${LIBC} c.clone(0,0,0x10000000|17,0); p=c.syscall(56,0x40000000|17,0,0,0,0); p==0 and os._exit(0)`)
    expect(await actor.see('namespace', ({ action }) => action === 'clone')).toMatchObject({
      kinds: ['network'],
      result: 0,
    })
  })

  test('refused attempts are told with their errno', async () => {
    actor.python(`${LIBC} os.setuid(65534);c.mount(b'x',b'/mnt',b'tmpfs',0,0);c.unshare(0x20000);c.chroot(b'/')`)
    expect(await actor.see('mount', ({ result }) => result === EPERM)).toMatchObject({ path: '/mnt', uid: 65_534 })
    expect(await actor.see('namespace', ({ result }) => result === EPERM)).toMatchObject({ action: 'unshare' })
    expect(await actor.see('chroot', ({ result }) => result === EPERM)).toMatchObject({ path: '/' })
  })

  test('signals and reaching into another process, by number', async () => {
    actor.shell('sleep 5 & kill -TERM $!; wait')
    const kill = await actor.see('kill', ({ signal }) => signal === 15)
    expect(kill.targetContainerId).toBe(actor.containerId)
    const traced = actor.python(
      `${LIBC} p=os.fork()\nif p==0:\n  import time;time.sleep(5);os._exit(0)\nc.ptrace(16,p,0,0);os.waitpid(p,0);c.ptrace(1,p,0,0);c.process_vm_readv(p,0,0,0,0,0);open('/proc/%d/mem'%p,'rb').close();c.ptrace(17,p,0,0);os.kill(p,9);print(p)`,
    )
    const pid = Number(traced.trim())
    const attach = await actor.see('trace', ({ action }) => action === 'attach')
    expect(attach).toMatchObject({
      targetPid: pid,
      call: 'ptrace',
      result: 0,
      targetExe: expect.stringContaining('python'),
    })
    expect(await actor.see('trace', ({ call }) => call === 'process_vm_readv')).toMatchObject({ targetPid: pid })
    expect(await actor.see('trace', ({ call }) => call === 'proc-mem')).toMatchObject({
      targetPid: pid,
      action: 'read',
    })
  })

  test('a number in a pid namespace is turned into the process', async () => {
    actor.shell(`unshare -p --fork --mount-proc sh -c 'sleep 5 & kill -USR1 $!; wait'`)
    const kill = await actor.see('kill', ({ signal }) => signal === 10)
    expect(kill.targetPid).toBeGreaterThan(100)
    expect((await actor.see('fork', ({ childPid }) => childPid === kill.targetPid)).pid).toBe(kill.pid)
  })

  test('changes of user, what explains them, and capabilities', async () => {
    actor.python('import os;os.setgid(1234);os.setuid(1234)')
    expect(await actor.see('credential', ({ newUid }) => newUid === 1234)).toMatchObject({ oldUid: 0, call: 'setuid' })
    expect(await actor.see('credential', ({ newGid }) => newGid === 1234)).toMatchObject({ call: 'setgid' })
    const tool = join(directory, 'setuid-id')
    actor.shell(`cp /usr/bin/id ${tool}; chmod 4755 ${tool}; setpriv --reuid 1234 --clear-groups ${tool}`)
    expect(await actor.see('credential', ({ call, oldUid }) => call === 'exec' && oldUid === 1234)).toMatchObject({
      oldUid: 1234,
      newUid: 0,
    })
    expect(actor.seen('credential').filter(({ call }) => call === 'unknown')).toEqual([])
    expect((await actor.see('capability', ({ allowed }) => allowed)).capability).toMatch(/^CAP_/)
  })

  test('rare calls, 32-bit calls, unusual sockets, listening', async () => {
    actor.python(
      `${LIBC} c.syscall(135,0xffffffff);c.syscall(313,-1,b'',0);c.syscall(250,0,-3,0,0,0);c.syscall(321,99,0,0)`,
    )
    for (const call of ['personality', 'finit_module', 'keyctl', 'bpf']) {
      expect(await actor.see('call', (event) => event.call === call)).toMatchObject({ compat: false })
    }
    actor.python(
      "import socket as s\nfor a in ((17,3,0),(2,3,1),(16,3,9),(38,5,0)):\n  try: s.socket(*a)\n  except OSError: pass\nl=s.socket();l.bind(('127.0.0.1',0));l.listen()",
    )
    for (const domain of ['packet', 'inet-raw', 'netlink', 'alg']) {
      await actor.see('socket', (event) => event.domain === domain)
    }
    expect(await actor.see('listen')).toMatchObject({ protocol: 'tcp', localAddress: '127.0.0.1' })
    // mmap some code: mov eax,20 (getpid in the 32-bit table); int 0x80; ret
    actor.python(
      `${LIBC}import mmap;m=mmap.mmap(-1,4096,prot=7);m.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3');ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()`,
    )
    expect(await actor.see('call', ({ compat }) => compat)).toMatchObject({ call: 'getpid' })
  })

  test('what came out of a container is followed', async () => {
    // a name of its own: others on this machine read files too
    const file = join(directory, 'followed')
    writeFileSync(file, 'line\n')
    const outside = spawnSync('/bin/sh', [
      '-c',
      `echo $$ > ${actor.group.procs}; sh -c 'echo $$ > ${join(actor.group.directory, '../../../cgroup.procs')}; read line < ${file}; true escaped'`,
    ])
    expect(outside.status).toBe(0)
    await live.until((events) => events.some((event) => event.type === 'open' && event.path === file))
    const open = live.events.find((event) => event.type === 'open' && event.path === file)
    expect(open?.containerId).toBeNull()
  })

  test('all of it is valid, nothing was lost', () => {
    expect(live.events.filter((event) => !eventSchema.safeParse(event).success)).toEqual([])
    expect(live.sensor.gaps().filter(({ count }) => count > 0)).toEqual([])
  })
})
