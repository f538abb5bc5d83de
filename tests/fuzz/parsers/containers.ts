// Formats that hold other files: tar, what packs it, zip; and the plain documents that everything else is written in.
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { createFindings, readToml, readXml, readYaml } from '@yagura/inventory/testing/parsers'
import { defaultLimits } from '@yagura/kernel'
import { createByteBudget, decompress, openZipIn, parseJson, readTar } from '@yagura/safe-io'
import { tarArchive, tarMember } from '@yagura/safe-io/testing'
import { makeZip } from '@yagura/safe-io/testing/zip'
import type { FuzzedParser } from '../parser.ts'
import { seedsFrom } from '../seeds.ts'

const MiB = 1024 * 1024
const limits = { ...defaultLimits, layerBytes: 64 * MiB, imageBytes: 64 * MiB, fileBytes: 16 * MiB }

async function* parts(bytes: Buffer, partBytes = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes)
}

const tar = tarArchive([
  { name: 'etc/os-release', content: 'ID=debian\n' },
  { name: 'a', type: '2', link: '/b' },
  { name: 'c', type: '1', link: 'etc/os-release' },
  { name: 'x', pax: { path: 'a/long/name', size: '3' }, content: 'abc' },
])
const gnu = Buffer.concat([tarMember({ name: '././@LongLink', type: 'L', content: `${'n'.repeat(300)}\0` }), tar])

export const containerParsers: readonly FuzzedParser[] = [
  {
    name: 'archive/tar',
    seeds: () => [tar, gnu],
    parse: (bytes) => readTar(parts(bytes), () => undefined, limits),
  },
  {
    name: 'archive/packed',
    seeds: () => [gzipSync(tar), Buffer.concat([gzipSync('a'), gzipSync(tar)]), zstdCompressSync(tar), tar],
    async parse(bytes) {
      let unpacked = 0
      for await (const chunk of decompress(parts(bytes), {
        ...limits,
        what: 'x',
        budget: createByteBudget(limits.layerBytes, 'x'),
      }))
        unpacked += chunk.length
      return unpacked
    },
  },
  {
    name: 'archive/zip',
    seeds: () => {
      const members = [
        { name: 'a.txt', content: Buffer.from('hello') },
        { name: 'b/c.txt', content: Buffer.alloc(1000), stored: true },
      ]
      return [makeZip(members), makeZip(members, true)]
    },
    parse(bytes) {
      const opened = openZipIn(
        bytes,
        { archiveEntries: 1000, entryBytes: MiB, budget: createByteBudget(64 * MiB, 'x') },
        'x',
      )
      if (!opened.ok) return
      for (const entry of opened.value.entries) opened.value.read(entry)
    },
  },
  {
    name: 'document/json',
    seeds: () => [
      Buffer.from('{"a":[1,-2.5e3,true,null,"x\\u00e9\\n"],"__proto__":{"b":{}}}'),
      ...seedsFrom('packages/safe-io/src/json', 'json'),
    ],
    parse: (bytes) => parseJson(bytes, limits, 'x'),
  },
  {
    name: 'document/yaml',
    seeds: () => seedsFrom('packages/inventory/src/lock-file', 'yaml'),
    parse: (bytes) => readYaml(bytes, createFindings('x')),
  },
  {
    name: 'document/toml',
    seeds: () => [
      ...seedsFrom('packages/inventory/src/extractors/poetry-lock', 'toml'),
      ...seedsFrom('packages/inventory/src/lock-file', 'toml'),
    ],
    parse: (bytes) => readToml(bytes, createFindings('x')),
  },
  {
    name: 'document/xml',
    seeds: () => seedsFrom('packages/inventory/src/extractors/maven-pom', 'xml'),
    parse: (bytes) => readXml(bytes, { close: () => {} }),
  },
]
