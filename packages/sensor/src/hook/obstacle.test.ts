import { expect, test } from 'vitest'
import { obstacleToBpf } from './obstacle.ts'

const withCaps = (hex: string) => `Name:\tnode\nCapPrm:\tffffffffffffffff\nCapEff:\t${hex}\nCapBnd:\tffffffffffffffff\n`
const there = () => true

test('root, CAP_SYS_ADMIN, or CAP_BPF with CAP_PERFMON may load; nobody else', () => {
  for (const caps of ['000001ffffffffff', '0000000000200000', '000000c000000000']) {
    expect(obstacleToBpf('/x.o', { status: withCaps(caps), exists: there })).toBeUndefined()
  }
  for (const caps of ['0000000000000000', '0000008000000000', '0000004000000000', '0000013fffdfffff']) {
    expect(obstacleToBpf('/x.o', { status: withCaps(caps), exists: there })).toContain('CAP_BPF')
  }
  expect(obstacleToBpf('/x.o', { status: '', exists: there })).toContain('CAP_BPF')
})

test('a kernel without BTF, and an object that was not compiled', () => {
  const status = withCaps('000001ffffffffff')
  expect(obstacleToBpf('/x.o', { status, exists: (path) => path === '/x.o' })).toContain('type information')
  expect(obstacleToBpf('/x.o', { status, exists: (path) => path !== '/x.o' })).toContain('/x.o is missing')
})
