// The sensor on real containers: both ends of one flow in two containers are the same flow; the runtime's socket, reached through a
// mount under another name, is not spoken to where the container may not.
import { join } from 'node:path'
import { createLogger, systemClock } from '@yagura/kernel'
import type { KernelEvent } from '@yagura/schema'
import { openSensor, RUNTIME_SOCKETS, type Sensor } from '@yagura/sensor'
import { makeNode, type Node } from '@yagura/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkout, describeWith } from './support/requirements.ts'
import { until } from './support/until.ts'

const SERVER = `use Socket; socket(S,PF_INET,SOCK_STREAM,0); bind(S,sockaddr_in(8080,INADDR_ANY)); listen(S,5);
while (accept(C,S)) { close C }`
const CLIENT = `use Socket; socket(S,PF_INET,SOCK_STREAM,0);
connect(S,sockaddr_in(8080,inet_aton($ARGV[0]))) or die $!; print "connected"`
const SPEAK = `use Socket; socket(S,AF_UNIX,SOCK_STREAM,0); connect(S,sockaddr_un($ARGV[0])) or die $!; syswrite S,"x"; print "spoke"`

describeWith(['node', 'sensor'], 'sensor', () => {
  let node: Node
  let sensor: Sensor
  let timer: NodeJS.Timeout
  const events: KernelEvent[] = []

  beforeAll(async () => {
    node = await makeNode({ name: `sensor-${process.pid}` })
    sensor = await openSensor({
      mode: 'auto',
      objectPath: join(checkout, 'bpf/build/yagura.bpf.o'),
      withoutHooks: [],
      clock: systemClock,
      logger: createLogger('e2e', { level: 'silent' }),
      runtimeRoot: node.root,
    })
    timer = setInterval(() => sensor.poll((event) => events.push(event)), 20)
    const image = await node.importImage('debian:bookworm')
    await node.run({ image, name: 'asked', command: ['perl', '-e', SERVER], network: 'bridge' })
    await node.run({ image, name: 'asking', command: ['sleep', '600'], network: 'bridge' })
    await node.run({
      image,
      name: 'mounted',
      command: ['sleep', '600'],
      mounts: [{ source: '/run/containerd/containerd.sock', destination: '/srv/innocent' }],
    })
  })
  afterAll(async () => {
    clearInterval(timer)
    sensor?.close()
    await node?.close()
  })

  test('connect and accept of one flow name the same two ends, in two containers', async () => {
    const { stdout } = await node.exec('asked', ['hostname', '-I'])
    const address = stdout.trim()
    expect((await node.exec('asking', ['perl', '-e', CLIENT, address])).stdout).toBe('connected')
    const { connect, accept } = await until('both ends are told', async () => {
      const connect = events.find((event) => event.type === 'connect' && event.remoteAddress === address)
      const accept = events.find((event) => event.type === 'accept' && event.localAddress === address)
      return connect?.type === 'connect' && accept?.type === 'accept' ? { connect, accept } : undefined
    })
    expect([connect.containerId, accept.containerId]).toEqual(['asking', 'asked'])
    expect(connect.localPort).toBeGreaterThan(0)
    expect([connect.localAddress, connect.localPort]).toEqual([accept.remoteAddress, accept.remotePort])
    expect([connect.remoteAddress, connect.remotePort]).toEqual([accept.localAddress, accept.localPort])
  })

  test('the socket of the runtime, mounted under another name', async () => {
    const speak = async () => (await node.exec('mounted', ['perl', '-e', SPEAK, '/srv/innocent'])).stdout
    expect(await speak()).toBe('spoke')
    const { cgroupId } = await until('the container is known', async () =>
      sensor.containers().find(({ containerId }) => containerId === 'mounted'),
    )
    const set = sensor.enforcement?.setScope(cgroupId, { denySockets: RUNTIME_SOCKETS })
    expect(set?.ok).toBe(true)
    expect(await speak().catch(() => 'ended')).not.toContain('spoke')
    sensor.enforcement?.clearAll()
    expect(await speak()).toBe('spoke')
  })
})
