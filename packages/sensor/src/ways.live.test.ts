// Ways past the calls that ordinary tools make: each is seen as what it does, whichever way it was asked for.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, createActor } from './testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()
const SOURCE = fileURLToPath(new URL('testing/ways.c', import.meta.url))

/** Calls by number, with arguments in the words of Python: `here` is a directory, `file` a file in it. */
const BY_NUMBER: readonly (readonly [call: string, number: number, args: string, detail: string | undefined])[] = [
  ['fsopen', 430, "b'tmpfs',0", 'tmpfs'],
  ['fspick', 433, '-100,here,0', 'HERE'],
  ['fsconfig', 431, "-1,1,b'lowerdir',b'/',0", 'lowerdir'],
  ['fsmount', 432, '-1,0,0', undefined],
  ['open_tree', 428, '-100,here,1', 'HERE'],
  ['open_tree_attr', 467, '-100,here,1,0,0', 'HERE'],
  ['mount_setattr', 442, '-100,here,0,0,0', 'HERE'],
  ['quotactl', 179, '0,file,0,0', 'FILE'],
  ['quotactl_fd', 443, '-1,0,0,0', undefined],
  ['setxattrat', 463, "-100,file,0,b'security.capability',0,16", 'security.capability'],
  ['setxattr', 188, "file,b'user.x',b'y',1,0", 'user.x'],
  ['file_setattr', 469, '-100,file,0,24,0', 'FILE'],
  ['utime', 132, 'file,0', 'FILE'],
  ['utimes', 235, 'file,0', 'FILE'],
  ['futimesat', 261, '-100,file,0', 'FILE'],
  ['truncate', 76, 'file,1', 'FILE'],
  ['prctl', 157, '35,13,0,0,0', undefined],
  ['kcmp', 312, 'os.getpid(),os.getpid(),0,0,1', undefined],
  ['userfaultfd', 323, '1', undefined],
  ['memfd_secret', 447, '0', undefined],
  ['perf_event_open', 298, '0,0,-1,-1,0', undefined],
  ['add_key', 248, "b'user',b'name',b'x',1,-2", 'user'],
  ['request_key', 249, "b'user',b'name',0,-2", 'user'],
  ['open_by_handle_at', 304, '-100,0,0', undefined],
  ['kexec_load', 246, '0,0,0,0xffff', undefined],
  ['init_module', 175, "0,0,b'opt'", 'opt'],
  ['delete_module', 176, "b'none',0", 'none'],
  ['io_uring_setup', 425, '0,0', undefined],
  ['fanotify_init', 300, '0xffff,0', undefined],
  ['swapon', 167, "b'/none',0", '/none'],
  ['acct', 163, "b'/none'", '/none'],
  ['syslog', 103, '10,0,0', undefined],
  ['iopl', 172, '9', undefined],
  ['sethostname', 170, "b'',-1", undefined],
]

describe.skipIf(obstacle !== undefined)('ways', () => {
  let live: LiveSensor
  let actor: Actor
  let directory: string
  let ways: string
  let server: Server
  let socketPath: string

  beforeAll(async () => {
    live = await openLiveSensor()
    actor = await createActor(live)
    directory = mkdtempSync('/var/tmp/yg-ways-')
    ways = join(directory, 'ways')
    const made = spawnSync('clang', ['-O1', '-o', ways, SOURCE], { encoding: 'utf8' })
    expect(made.stderr).not.toContain('error')
    socketPath = join(directory, 'runtime.sock')
    server = createServer((client) => client.on('error', () => {})).listen(socketPath)
    await once(server, 'listening')
  })
  afterAll(() => {
    live.close()
    actor.remove()
    server.close()
    rmSync(directory, { recursive: true })
  })

  const place = (name: string) => join(directory, name)
  function made(name: string): string {
    writeFileSync(place(name), 'x')
    return place(name)
  }

  test.runIf(process.arch === 'x64').each(BY_NUMBER)('%s', async (call, number, args, detail) => {
    const file = made('file')
    actor.python(
      `import ctypes,os; here=b'${directory}'; file=b'${file}'; ctypes.CDLL(None,use_errno=True).syscall(${number},${args})`,
    )
    const seen = await actor.see('call', (event) => event.call === call)
    expect(seen).toMatchObject({ call, compat: false })
    if (detail !== undefined) expect(seen.detail).toBe(detail.replace('HERE', directory).replace('FILE', file))
  })

  test('io_uring: files renamed, linked, removed', async () => {
    const from = made('ring-from')
    expect(Number(actor.shell(`${ways} ring rename ${from} ${place('ring-to')}`))).toBe(0)
    expect(await actor.see('rename', ({ path }) => path === from)).toMatchObject({ newPath: place('ring-to') })
    actor.shell(`cd ${directory} && ${ways} ring link ring-to ring-hard && ${ways} ring symlink ring-to ring-soft`)
    expect(await actor.see('link', ({ newPath }) => newPath === place('ring-hard'))).toMatchObject({
      path: place('ring-to'),
      symbolic: false,
    })
    expect(await actor.see('link', ({ newPath }) => newPath === place('ring-soft'))).toMatchObject({
      path: 'ring-to',
      symbolic: true,
    })
    actor.shell(`cd ${directory} && ${ways} ring unlink ring-hard x`)
    await actor.see('unlink', ({ path }) => path === place('ring-hard'))
    await actor.see('call', ({ call }) => call === 'io_uring:RENAMEAT')
  })

  test('io_uring: a file that never gets a descriptor, a packet socket, a runtime socket, a server', async () => {
    const secret = made('ring-secret')
    expect(Number(actor.shell(`${ways} ring open-slot ${secret}`))).toBe(0)
    expect(await actor.see('open', ({ path }) => path === secret)).toMatchObject({
      inode: String(statSync(secret).ino),
    })
    actor.shell(`${ways} ring socket x`)
    await actor.see('socket', ({ domain }) => domain === 'packet')
    expect(Number(actor.shell(`${ways} ring connect ${socketPath}`))).toBe(0)
    expect(await actor.see('call', ({ detail }) => detail === socketPath)).toMatchObject({ call: 'io_uring:CONNECT' })
    expect(Number(actor.shell(`${ways} ring serve x`))).toBeGreaterThan(0)
    const { localPort } = await actor.see('listen', ({ localAddress }) => localAddress === '127.0.0.1')
    await actor.see('accept', (event) => event.localPort === localPort)
  })

  test.runIf(process.arch === 'x64')('32-bit calls: files, and sockets by socketcall', async () => {
    const secret = made('secret-32')
    actor.shell(`${ways} 32 open ${secret}`)
    await actor.see('open', ({ path }) => path === secret)
    actor.shell(`${ways} 32 socket x; ${ways} 32 listen x; ${ways} 32 connect ${socketPath}`)
    await actor.see('socket', ({ domain, exe }) => domain === 'packet' && exe === ways)
    await actor.see('listen', ({ localAddress }) => localAddress === '0.0.0.0')
    expect(
      await actor.see('call', (event) => event.call === 'socketcall' && event.detail === socketPath),
    ).toMatchObject({ compat: true })
  })

  test('letters typed into a terminal, and an interface that is made', async () => {
    actor.python(
      "import fcntl,os,pty,termios\nm,s=pty.openpty()\ntry: fcntl.ioctl(s,termios.TIOCSTI,b'x')\nexcept OSError: pass\nf=os.open('/dev/null',0)\ntry: fcntl.ioctl(f,0x400454ca,bytes(40))\nexcept OSError: pass",
    )
    const typed = await actor.see('call', ({ call, numbers }) => call === 'ioctl' && numbers[1] === String(0x5412))
    expect(typed.detail).toMatch(/^\/dev\/pts\/|^\/\d+$/)
    await actor.see('call', ({ call, numbers }) => call === 'ioctl' && numbers[1] === String(0x400454ca))
  })
})
