// Containers of containerd on the machine itself, without a sandbox: on a hybrid machine their id comes from another hierarchy.
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@yagura/schema/client'
import { makeMachineRuntime, type Node } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAll } from './support/api.ts'
import { describeWith } from './support/requirements.ts'
import { until } from './support/until.ts'
import { makeWorld, type World } from './support/world.ts'

const V1_PIDS = '/sys/fs/cgroup/pids'

describeWith(['node', 'data', 'sensor'], 'containers of this machine', () => {
  let machine: Node
  let world: World
  let api: Client

  beforeAll(async () => {
    world = makeWorld({ name: 'machine', port: 17_710 })
    machine = await makeMachineRuntime({ name: `e2e-${process.pid}` })
    await machine.importImage('alpine:3.18')
    api = (await world.start({ runtimeRoot: machine.root })).api
  })

  afterAll(async () => {
    await world?.close()
    await machine?.close()
  })

  test('execs of one that was there before and of one started later carry the right id', async () => {
    const marker = `machine-${randomUUID()}`
    for (const name of ['first', 'second']) {
      await machine.run({ image: 'testbed.local/alpine:3.18', name, command: ['sleep', '600'] })
      await machine.exec(name, ['/bin/echo', marker, name])
    }
    const seen = await until('both execs', async () => {
      const items = await listAll(api, 'listEvents', { filter: `type = "exec" and args contains "${marker}"` })
      const own = items.filter((event) => event.exe === '/bin/busybox')
      return own.length >= 2 ? own : undefined
    })
    const pairs = seen.map((event) => [event.type === 'exec' ? event.args[2] : '', event.containerId])
    expect(pairs.sort()).toEqual([
      ['first', 'first'],
      ['second', 'second'],
    ])
    await until('both containers are listed', async () => {
      const { items } = await api('listAssets', { query: { kind: 'container', state: 'live' } })
      const names = items.map((one) => one.name)
      return names.includes('first') && names.includes('second') ? true : undefined
    })
  })

  // On a machine with cgroup2 alone there is no such hierarchy, and nothing to test.
  test.runIf(existsSync(V1_PIDS))('a container that is only in the v1 hierarchies is known by them', async () => {
    const marker = `v1-${randomUUID()}`
    const loop = `while :; do /bin/echo ${marker}; /bin/sleep 0.5; done`
    await machine.run({ image: 'testbed.local/alpine:3.18', name: 'old-runc', command: ['sh', '-c', loop] })
    // what a runc does that knows nothing of cgroup2: its processes stay in the root there
    const [init = ''] = readFileSync(join(V1_PIDS, 'default/old-runc/cgroup.procs'), 'utf8').split('\n')
    writeFileSync('/sys/fs/cgroup/unified/cgroup.procs', init)
    const movedAt = new Date().toISOString()
    const filter = `type = "exec" and args = "/bin/echo ${marker}"`
    const seen = await until('execs after the move', async () => {
      const items = await listAll(api, 'listEvents', { filter, from: movedAt })
      return items.length >= 3 ? items : undefined
    })
    expect(new Set(seen.map((event) => event.containerId))).toEqual(new Set(['old-runc']))
  })
})
