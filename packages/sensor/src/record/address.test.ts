import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4Of, ipv6Of, rememberingIpv4 } from './address.ts'

test('IPv6 is written as URLs write it (RFC 5952)', () => {
  const byte = fc.oneof(fc.constant(0), fc.nat(255))
  fc.assert(
    fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (numbers) => {
      const bytes = Uint8Array.from(numbers)
      const plain = Array.from({ length: 8 }, (_, group) =>
        Buffer.from(bytes).toString('hex', 2 * group, 2 * group + 2),
      )
      expect(`[${ipv6Of(bytes, 0)}]`).toBe(new URL(`http://[${plain.join(':')}]`).hostname)
    }),
  )
})

test('IPv4', () => {
  expect(ipv4Of(Uint8Array.of(9, 10, 0, 255, 1), 1)).toBe('10.0.255.1')
  const remembered = rememberingIpv4(4)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
      expect(remembered(new Uint32Array(bytes.slice().buffer)[0] as number)).toBe(ipv4Of(bytes, 0))
    }),
  )
})
