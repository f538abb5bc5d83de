// Taking the sensor apart in the kernel, as somebody who is root on the node would, is noticed, and put back where that can be.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, createActor } from '../testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from '../testing/live.ts'

const obstacle = obstacleToLiveTests()

describe.skipIf(obstacle !== undefined)('integrity', () => {
  let mounted: string
  let live: LiveSensor
  let actor: Actor
  beforeAll(async () => {
    mounted = mkdtempSync(join(tmpdir(), 'yg-integrity-'))
    live = await openLiveSensor({ handoverDirectory: join(mounted, 'agent') })
    actor = await createActor(live)
  })
  afterAll(() => {
    actor.remove()
    live.close()
    spawnSync('umount', [mounted])
    rmdirSync(mounted)
  })

  function bpftool(...args: readonly string[]): string {
    const { stdout, stderr, status } = spawnSync('bpftool', args, { encoding: 'utf8' })
    expect(stderr + status).toBe('0')
    return stdout
  }

  function pinned(kind: 'maps' | 'links', name: string): string {
    const directory = readdirSync(join(mounted, 'agent')).find((each) => each.startsWith(kind)) ?? ''
    return join(mounted, 'agent', directory, name)
  }

  test('nothing is said while nobody interferes', () => {
    expect(live.sensor.tampered()).toEqual([])
  })

  test('a call that was taken out of the table is named and watched again', async () => {
    const socketCall = ['41', '0', '0', '0']
    bpftool('map', 'delete', 'pinned', pinned('links', 'table'), 'key', ...socketCall)
    expect(live.sensor.tampered()).toEqual(['socket'])
    expect(live.sensor.tampered()).toEqual([])
    actor.shell('python3 -c "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"')
    await live.until((events) => events.some((event) => event.type === 'socket'))
  })

  test('a generation that was switched off by hand writes again', async () => {
    const map = pinned('maps', 'control')
    const before = bpftool('map', 'dump', 'pinned', map, '-j')
    expect(before).toContain('generation')
    const size = 24
    bpftool('map', 'update', 'pinned', map, 'key', '0', '0', '0', '0', 'value', ...Array<string>(size).fill('0'))
    expect(live.sensor.tampered()).toEqual(['control'])
    expect(actor.shell('echo seen')).toBe('seen\n')
    await live.settle()
    expect(
      live.events.some((event) => event.type === 'exec' && event.args.some((arg) => arg.includes('echo seen'))),
    ).toBe(true)
  })

  test('a program that was detached from a control group is named and attached again', () => {
    const scope = String(statSync(actor.group.directory).ino)
    const peers = [{ network: '10.0.0.0/8', port: 0 }]
    expect(live.sensor.enforcement?.setScope(scope, { denyConnect: { refuse: 'listed', peers } }).ok).toBe(true)
    const ours = () =>
      (JSON.parse(bpftool('link', 'show', '-j')) as { id: number; cgroup_id?: number }[]).filter(
        (link) => String(link.cgroup_id) === scope,
      )
    expect(ours()).toHaveLength(4)
    expect(live.sensor.tampered()).toEqual([])
    for (const { id } of ours()) bpftool('link', 'detach', 'id', String(id))
    expect(ours()).toEqual([])
    expect([...live.sensor.tampered()].sort()).toEqual([
      'deny-connect4',
      'deny-connect6',
      'deny-sendmsg4',
      'deny-sendmsg6',
    ])
    expect(ours()).toHaveLength(4)
    expect(live.sensor.tampered()).toEqual([])
    live.sensor.enforcement?.clearAll()
  })

  test('a group that ends with programs of its own is no attack', async () => {
    const other = await createActor(live)
    const scope = String(statSync(other.group.directory).ino)
    expect(live.sensor.enforcement?.setScope(scope, { quarantine: true }).ok).toBe(true)
    other.remove()
    await live.settle()
    expect(live.sensor.tampered()).toEqual([])
    live.sensor.enforcement?.clearAll()
  })
})
