import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { listeningPorts, parseListening } from './listening.ts'

function row(local: string, state: string): string {
  return `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0`
}

test('ports that anybody outside can reach; connections, loopback and garbage are left out', () => {
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    row('00000000:0050', '0A'),
    row('0100007F:0CEA', '0A'),
    row('00000000000000000000000000000000:1538', '0A'),
    row('00000000000000000000000001000000:1539', '0A'),
    row('00000000:C350', '01'),
    row('zz:0050', '0A'),
    'garbage',
  ].join('\n')
  expect(parseListening(text, 'tcp')).toEqual([80, 5432])
})

test('an unconnected UDP socket on a client port asks, it does not serve', () => {
  expect(parseListening([row('00000000:0035', '07'), row('00000000:D431', '07')].join('\n'), 'udp')).toEqual([53])
})

test('sockets of this process are seen, and gone when they are closed', async () => {
  const server = createServer().listen(0, '0.0.0.0')
  const socket = createSocket('udp4').bind(17_613)
  await Promise.all([once(server, 'listening'), once(socket, 'listening')])
  const { port } = server.address() as { port: number }
  const tcp = { protocol: 'tcp', containerPort: port, hostPort: null, hostAddress: null }
  expect(listeningPorts(process.pid)).toContainEqual(tcp)
  expect(listeningPorts(process.pid)).toContainEqual({ ...tcp, protocol: 'udp', containerPort: 17_613 })
  socket.close()
  server.close()
  await once(server, 'close')
  expect(listeningPorts(process.pid)).not.toContainEqual(tcp)
})

test('a process that is gone listens nowhere', () => {
  expect(listeningPorts(2 ** 30)).toEqual([])
})
