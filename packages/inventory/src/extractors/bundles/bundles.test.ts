import { createHash } from 'node:crypto'
import { defaultLimits } from '@yagura/kernel'
import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const SIGNATURE = createHash('sha256').update('.net core bundle\n').digest()

/** An ELF file of one segment; `bundleAt` stands before the signature in it. */
function host(bundleAt: number): Buffer {
  const program = Buffer.alloc(40_000, 0x90)
  program.fill(0, 0, 256)
  program.write('\x7fELF\x02\x01\x01', 'latin1')
  program.writeBigUInt64LE(64n, 32)
  program.writeUInt16LE(56, 54)
  program.writeUInt16LE(1, 56)
  program.writeUInt32LE(1, 64)
  program.writeBigUInt64LE(BigInt(program.length), 64 + 32)
  program.writeBigUInt64LE(BigInt(bundleAt), 30_000)
  SIGNATURE.copy(program, 30_008)
  return program
}

const list = {
  runtimeTarget: { name: '.NETCoreApp,Version=v8.0/linux-x64', signature: '' },
  libraries: {
    'app/1.0.0': { type: 'project' },
    'Newtonsoft.Json/13.0.1': { type: 'package', path: 'a}"{' },
    'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { type: 'runtimepack' },
  },
}
const library = Buffer.alloc(90_000, 'MZ')
const bundle = (text: string) => Buffer.concat([host(130_000), library, Buffer.from(text), library.subarray(0, 700)])

test.each([100, 4096, 50_000, 1_000_000])('a single file of .NET, in parts of %i bytes', (partBytes) => {
  const { packages, problems } = readWith(
    extractor,
    'app/app',
    bundle(JSON.stringify(list, null, 2)),
    defaultLimits,
    partBytes,
  )
  expect(problems).toEqual([])
  expect(packages.map(({ type, name, version }) => `${type} ${name} ${version}`)).toEqual([
    'nuget Newtonsoft.Json 13.0.1',
    'nuget Microsoft.NETCore.App.Runtime.linux-x64 8.0.1',
  ])
})

test('the signature is the one that the hosts of .NET carry', () => {
  expect(SIGNATURE.toString('hex')).toBe('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae')
})

test.each([
  ['no list', bundle('nothing'), ['It carries an application of .NET whose list of packages was not found.']],
  [
    'a list without an end',
    bundle('{"runtimeTarget": {'),
    ['It carries an application of .NET whose list of packages was not found.'],
  ],
  ['a host that carries nothing', Buffer.concat([host(0), library]), []],
  ['a host alone', host(0), []],
  [
    'Bun, however small what it carries',
    Buffer.concat([host(0), Buffer.from('\n---- Bun! ----\n')]),
    ['It carries an application of Bun, which is not read.'],
  ],
  ['a damaged program', Buffer.concat([Buffer.from('\x7fELF', 'latin1'), library, SIGNATURE]), []],
])('%s', (_, content, problems) => {
  expect(readWith(extractor, 'usr/local/bin/app', content)).toEqual({ packages: [], problems })
})
