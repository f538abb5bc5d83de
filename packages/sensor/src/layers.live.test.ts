// Files of a container's layers, and who enters a container: in a root of its own, as runtimes make it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, createActor } from './testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()

/** A process whose root is an overlay over the machine's own, with a volume and a memory file system; it waits. */
const MAKE_ROOT = `
set -e
echo $$ > "$2"
mkdir "$1/../volume"
mount -t tmpfs none "$1"
cd "$1"
mkdir upper work merged
mount -t overlay overlay -o lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work merged
mkdir -p merged/volume merged/ram
mount --bind "$1/../volume" merged/volume
mount -t tmpfs none merged/ram
mount -t proc none merged/proc
cd merged
echo ready
exec chroot . /bin/sh -c '/bin/true in-image; cp /bin/true /added; /added in-upper; cp /bin/true /volume/v; cp /bin/true /ram/r; read line; chmod 755 /etc/hostname; cat /etc/hostname > /dev/null; echo done; exec sleep 60'
`

describe.skipIf(obstacle !== undefined)('layers', () => {
  let live: LiveSensor
  let actor: Actor
  let directory: string
  let init: ChildProcess | undefined

  beforeAll(async () => {
    live = await openLiveSensor()
    actor = await createActor(live)
    directory = mkdtempSync('/var/tmp/yg-layers-')
    mkdirSync(join(directory, 'root'))
    const words = ['--mount', '--pid', '--fork', '--propagation', 'private', '--kill-child', '/bin/sh', '-c', MAKE_ROOT]
    init = spawn('unshare', [...words, 'sh', join(directory, 'root'), actor.group.procs], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (init.stdout !== null) await once(init.stdout, 'data')
  })
  afterAll(async () => {
    init?.kill('SIGKILL')
    if (init?.exitCode === null && init.signalCode === null) await once(init, 'exit')
    live.close()
    actor.remove()
    rmSync(directory, { recursive: true })
  })

  test('programs of the image and programs added at run time', async () => {
    expect(await actor.see('exec', ({ args }) => args.includes('in-image'))).toMatchObject({ exeLayer: 'image' })
    expect(await actor.see('exec', ({ args }) => args.includes('in-upper'))).toMatchObject({
      exeLayer: 'upper',
      exe: '/added',
    })
  })

  test('volumes, memory file systems, proc; a file of the image that is changed moves up', async () => {
    expect(await actor.see('open', ({ path }) => path === '/volume/v')).toMatchObject({ layer: 'mount', created: true })
    expect(await actor.see('open', ({ path }) => path === '/ram/r')).toMatchObject({ layer: 'tmpfs' })
    expect(await actor.see('open', ({ path }) => path === '/added')).toMatchObject({ layer: 'upper' })
    init?.stdin?.write('\n')
    expect(await actor.see('open', ({ path }) => path === '/etc/hostname')).toMatchObject({ layer: 'upper' })
  })

  test('who comes from outside is told from who was born inside', async () => {
    const { ancestry } = await actor.see('exec', ({ args }) => args.includes('in-image'))
    const inner = ancestry[0]?.pid
    const words = `echo $$ > ${actor.group.procs}; exec nsenter -t ${inner} -m -p -r -w /bin/sh -c '/bin/true grandchild; exec /bin/true again' entered`
    expect(spawnSync('/bin/sh', ['-c', words]).status).toBe(0)
    expect(await actor.see('exec', ({ args }) => args[0] === '/bin/sh' && args[3] === 'entered')).toMatchObject({
      injected: true,
    })
    expect(await actor.see('exec', ({ args }) => args.includes('grandchild'))).toMatchObject({ injected: false })
    expect(await actor.see('exec', ({ args }) => args.includes('again'))).toMatchObject({ injected: false })
    expect(await actor.see('exec', ({ args }) => args.includes('in-image'))).toMatchObject({ injected: false })
    expect(actor.seen('exec').filter(({ injected }) => injected)).toHaveLength(1)
  })
})
