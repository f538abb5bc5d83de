// What goes through sockets, for real: first words, marks, sums, and names that are looked up.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, createActor } from './testing/acts.ts'
import { type LiveSensor, obstacleToLiveTests, openLiveSensor } from './testing/live.ts'

const obstacle = obstacleToLiveTests()

describe.skipIf(obstacle !== undefined)('flows', () => {
  let live: LiveSensor
  let actor: Actor
  let server: Server
  let port: number

  beforeAll(async () => {
    live = await openLiveSensor()
    actor = await createActor(live)
    server = createServer((socket) => {
      socket.on('data', () => {})
      socket.on('error', () => {})
      socket.write('SSH-2.0-test\r\n')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    actor.remove()
    live.close()
    server.close()
  })

  test('first words in both directions: names only, and the sum at the end with its owner', async () => {
    await actor.pythonAsync(
      `import socket;s=socket.create_connection(('127.0.0.1',${port}));s.send(b'GET /a/b?token=secret HTTP/1.1\\r\\n\\r\\n');s.recv(100);s.send(b'x'*200000);s.close()`,
    )
    expect(await actor.see('protocol', ({ direction }) => direction === 'sent')).toMatchObject({
      name: 'http',
      detail: 'GET /a/b',
      remotePort: port,
    })
    expect(await actor.see('protocol', ({ direction }) => direction === 'received')).toMatchObject({
      name: 'ssh',
      detail: 'SSH-2.0-test',
    })
    expect(JSON.stringify(actor.seen('protocol'))).not.toContain('token=secret')
    const connect = await actor.see('connect', ({ remotePort }) => remotePort === port)
    const ended = await actor.see('traffic', (event) => event.ended)
    expect(ended).toMatchObject({ remotePort: port, pid: connect.pid })
    // the kernel counts the peer's end as a byte, when that came before ours
    expect([14, 15]).toContain(ended.receivedBytes)
    expect(ended.sentBytes).toBeGreaterThan(200_000)
    expect(await actor.see('traffic', (event) => !event.ended)).toMatchObject({ remotePort: port })
  })

  test('written with write, by a shell', async () => {
    await actor.shellAsync(
      `exec 3<>/dev/tcp/127.0.0.1/${port}; echo '{"id":1,"method":"mining.subscribe","params":[]}' >&3`,
    )
    await actor.see('protocol', ({ name, detail }) => name === 'stratum' && detail === 'mining.subscribe')
  })

  test('a lookup by sendto and by a connected socket; the peer of a datagram', async () => {
    const query = '\\x12\\x34\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0\\5hello\\7example\\0\\0\\x10\\0\\1'
    await actor.pythonAsync(
      `import socket;s=socket.socket(2,2);s.sendto(b'${query}',('127.0.0.77',53));t=socket.socket(2,2);t.connect(('127.0.0.78',53));t.send(b'${query}');s.sendto(b'x',('127.0.0.79',4999))`,
    )
    expect(await actor.see('dns', ({ remoteAddress }) => remoteAddress === '127.0.0.77')).toMatchObject({
      name: 'hello.example',
      queryType: 'TXT',
      remotePort: 53,
    })
    await actor.see('dns', ({ remoteAddress }) => remoteAddress === '127.0.0.78')
    expect(await actor.see('connect', ({ remotePort }) => remotePort === 4999)).toMatchObject({ protocol: 'udp' })
  })

  test('a flood of datagrams passes marks', async () => {
    const sink = createSocket('udp4')
    sink.bind(0, '127.0.0.1')
    await once(sink, 'listening')
    await actor.pythonAsync(
      `import socket;s=socket.socket(2,2)\nfor i in range(5000): s.sendto(b'x',('127.0.0.1',${sink.address().port}))`,
    )
    const mark = await actor.see('traffic', ({ protocol }) => protocol === 'udp')
    expect(mark).toMatchObject({ ended: false })
    sink.close()
  })

  test('a connection to a named socket of the file system', async () => {
    const path = `/tmp/yg-flow-${process.pid}.sock`
    const named = createServer((socket) => socket.end()).listen(path)
    await once(named, 'listening')
    await actor.pythonAsync(`import socket;s=socket.socket(1);s.connect('${path}')`)
    expect(await actor.see('call', ({ call }) => call === 'connect')).toMatchObject({ detail: path })
    named.close()
  })
})
