// Pairs of calls and patterns of calls, for real.
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, createActor } from '../testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from '../testing/live.ts'
import type { SequenceModel } from './model.ts'

const obstacle = obstacleToLiveTests()
const LIBC = 'import ctypes,os;c=ctypes.CDLL(None);'

describe.skipIf(obstacle !== undefined)('sequences', () => {
  let live: LiveSensor
  let actor: Actor
  let model: SequenceModel

  beforeAll(async () => {
    live = await openLiveSensor()
    actor = await createActor(live)
    model = live.sensor.sequences as SequenceModel
    expect(model.switch(true).ok).toBe(true)
  })
  afterAll(() => {
    live.close()
    actor.remove()
  })

  test('what was learnt is no event, what was not is one, once for a thread', async () => {
    const { ino, dev } = statSync('/usr/bin/python3')
    const file = { inode: String(ino), device: (Math.floor(dev / 256) << 20) | (dev % 256) }
    model.setImage(String(statSync(actor.group.directory).ino), 7)
    const ordinary = "for i in range(50): open('/etc/hostname').read()"
    expect(model.setProgram(7, file, 3, true).ok).toBe(true)
    for (let run = 0; run < 3; run++) actor.python(ordinary)
    await live.settle()
    const learnt = model.read(3)
    expect(learnt.some((byte) => byte !== 0)).toBe(true)
    expect(actor.seen('sequence')).toEqual([])
    model.setProgram(7, file, 3, false)
    actor.python(`${ordinary}\n${LIBC}\nfor i in range(5): c.personality(-1);c.sethostname(0,-1)`)
    const seen = await actor.see('sequence', ({ call }) => call === 'personality')
    expect(seen).toMatchObject({ automaton: null })
    expect(seen.score).toBeGreaterThan(0)
    await live.settle()
    const pairs = actor.seen('sequence').map(({ pid, previousCall, call }) => `${pid} ${previousCall} ${call}`)
    expect(new Set(pairs).size).toBe(pairs.length)
    // what one node has learnt serves another
    expect(model.load(4, learnt).ok).toBe(true)
    expect(model.read(4)).toEqual(learnt)
  })

  test('patterns: a shell on a socket, a program from memory, many handles', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await actor.pythonAsync(
      `import socket,os;s=socket.create_connection(('127.0.0.1',${port}));[os.dup2(s.fileno(),n) for n in (0,1,2)];os.execv('/bin/sh',['sh','-c',':'])`,
    )
    server.close()
    await actor.see('sequence', ({ automaton }) => automaton === 'reverse-shell')
    actor.python("import os;f=os.memfd_create('x');os.write(f,open('/bin/true','rb').read());os.execve(f,['true'],{})")
    await actor.see('sequence', ({ automaton }) => automaton === 'memory-exec')
    actor.python(`${LIBC}\nfor i in range(4): c.open_by_handle_at(-100,ctypes.create_string_buffer(64),0)`)
    await actor.see('sequence', ({ automaton }) => automaton === 'handle-sweep')
  })

  test('off is off', async () => {
    model.switch(false)
    await live.settle()
    const before = actor.seen('sequence').length
    actor.python(`${LIBC}\nfor i in range(4): c.open_by_handle_at(-100,ctypes.create_string_buffer(64),0)`)
    await live.settle()
    expect(actor.seen('sequence')).toHaveLength(before)
  })
})
