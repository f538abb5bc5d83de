import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressKind } from './address.ts'

test.each([
  ['8.8.8.8', 'public'],
  ['2606:4700::1', 'public'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['127.0.0.1', 'private'],
  ['0.0.0.0', 'private'],
  ['224.0.0.1', 'private'],
  ['255.255.255.255', 'private'],
  ['::', 'private'],
  ['::1', 'private'],
  ['fd12::1', 'private'],
  ['ff02::1', 'private'],
  ['64:ff9b::7f00:1', 'private'],
  ['2002:7f00:1::', 'private'],
  ['2001:db8::1', 'private'],
  ['169.254.169.254', 'metadata'],
  ['169.254.170.2', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['fd20:ce::254', 'metadata'],
  ['192.0.0.192', 'metadata'],
  ['168.63.129.16', 'metadata'],
  ['fe80::1', 'metadata'],
  ['fe80::1%eth0', 'metadata'],
  ['::ffff:127.0.0.1', 'private'],
  ['::ffff:8.8.8.8', 'private'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['::ffff:a9fe:a9fe', 'metadata'],
  ['nonsense', 'private'],
])('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind)
})

test('no IPv4 address becomes public by being mapped into IPv6', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => addressKind(`::ffff:${address}`) !== 'public'))
})
