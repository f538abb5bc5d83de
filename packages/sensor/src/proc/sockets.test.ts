import { expect, test } from 'vitest'
import { parseSockets } from './sockets.ts'

test('connections with their direction; listening and closing ones are left out', () => {
  const row = (local: string, remote: string, state: string, inode: number) =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 20 4 30 10 -1`
  const sockets = parseSockets([
    row('00000000:0050', '00000000:0000', '0A', 1),
    row('0100007F:0050', '0200007F:C350', '01', 2),
    row('0100007F:C351', '08080808:01BB', '02', 3),
    row('0100007F:C352', '08080808:01BB', '06', 4),
    row('00000000000000000000000001000000:C353', '00000000000000000000000001000000:1538', '01', 5),
    row('0000000000000000FFFF00000100007F:C354', '0000000000000000FFFF00000100007F:1538', '01', 6),
    row('zz', 'zz', '01', 7),
    'garbage',
  ])
  expect(sockets).toEqual([
    {
      inode: 2,
      direction: 'accept',
      family: 'inet',
      localAddress: '127.0.0.1',
      localPort: 80,
      remoteAddress: '127.0.0.2',
      remotePort: 50_000,
    },
    {
      inode: 3,
      direction: 'connect',
      family: 'inet',
      localAddress: '127.0.0.1',
      localPort: 50_001,
      remoteAddress: '8.8.8.8',
      remotePort: 443,
    },
    {
      inode: 5,
      direction: 'connect',
      family: 'inet6',
      localAddress: '::1',
      localPort: 50_003,
      remoteAddress: '::1',
      remotePort: 5432,
    },
    {
      inode: 6,
      direction: 'connect',
      family: 'inet',
      localAddress: '127.0.0.1',
      localPort: 50_004,
      remoteAddress: '127.0.0.1',
      remotePort: 5432,
    },
  ])
})
