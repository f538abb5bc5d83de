// Cases 1 to 3, 8 and 9: archives that are small and mean much, or are none.
import { createHash } from 'node:crypto'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { plainLayer, type TestLayer } from '@yagura/image/testing'
import { padding, type TarMember, tarArchive, tarHeader, tarMember } from '@yagura/safe-io/testing'
import { makeZip } from '@yagura/safe-io/testing/zip'
import type { HostileCase } from '../case.ts'
import { APK, DPKG, layerOf, layout } from '../image.ts'

const MiB = 1024 * 1024

/** A member of almost any size: more than the octal digits of a header hold. */
function hugeHeader(name: string, sizeBytes: number): Buffer {
  const rawSize = Buffer.alloc(12)
  rawSize[0] = 0x80
  rawSize.writeBigUInt64BE(BigInt(sizeBytes), 4)
  return tarHeader({ name, rawSize })
}

/** A package, then zeros without end: `pack` packs 64 MiB of them, which stand there as often as is said. */
function bomb(pack: (bytes: Buffer) => Buffer, times: number): TestLayer {
  const head = Buffer.concat([tarMember(DPKG), hugeHeader('zeros', times * 64 * MiB)])
  const zeros = pack(Buffer.alloc(64 * MiB))
  const stored = Buffer.concat([pack(head), ...Array.from({ length: times }, () => zeros)])
  // nobody gets to the end of it: its digest is not compared
  const diffId = `sha256:${createHash('sha256').update(stored).digest('hex')}`
  return { stored, diffId, mediaType: 'application/vnd.oci.image.layer.v1.tar' }
}

function brokenTail(number: number, title: string, tail: Buffer, gaps: readonly string[]): HostileCase {
  return {
    number,
    title,
    make: (work) => layout(work, [plainLayer(Buffer.concat([tarMember(DPKG), tail])), layerOf(APK)]),
    packages: ['bash', 'musl'],
    gaps,
  }
}

function nested(depth: number): Buffer {
  const innermost = [
    { name: 'META-INF/maven/g/deep/pom.properties', content: Buffer.from('groupId=g\nartifactId=deep\nversion=1\n') },
  ]
  let jar = makeZip(innermost)
  for (let level = 0; level < depth; level++)
    jar = makeZip([
      { name: 'inner.jar', content: jar, stored: true },
      {
        name: `META-INF/maven/g/l${level}/pom.properties`,
        content: Buffer.from(`groupId=g\nartifactId=l${level}\nversion=1\n`),
      },
    ])
  return jar
}

const APP: TarMember = { name: 'app/app.jar', content: '' }

export const archives: readonly HostileCase[] = [
  {
    number: 1,
    title: 'gzip bomb: 10 MiB that unpack to 10 GiB',
    make: (work) => layout(work, [bomb((bytes) => gzipSync(bytes, { level: 9 }), 160), layerOf(APK)]),
    packages: ['bash', 'musl'],
    gaps: ['LIMIT_REACHED'],
    seconds: 40,
  },
  {
    number: 2,
    title: 'zstd bomb: 3 MiB that unpack to 100 GiB',
    make: (work) => layout(work, [bomb((bytes) => zstdCompressSync(bytes), 1600), layerOf(APK)]),
    packages: ['bash', 'musl'],
    gaps: ['LIMIT_REACHED'],
    seconds: 40,
  },
  {
    number: 2,
    title: 'zstd window of 128 MiB',
    make(work) {
      const tar = tarArchive([DPKG])
      const params = { [constants.ZSTD_c_windowLog]: 27 }
      const stored = zstdCompressSync(Buffer.concat([tar, Buffer.alloc(130 * MiB)]), { params })
      return layout(work, [{ ...plainLayer(tar), stored }, layerOf(APK)])
    },
    packages: ['musl'],
    gaps: ['LIMIT_REACHED'],
  },
  {
    number: 3,
    title: 'archives in archives, fifty deep',
    make: (work) => layout(work, [layerOf({ ...APP, content: nested(50) }, APK)]),
    gaps: ['FILE_INVALID'],
    check: ({ report }) => {
      const reasons = report?.coverageGaps.map(({ subject, reason }) => `${subject}: ${reason}`).join('\n') ?? ''
      if (!/app\.jar: .* deeper than 5 archives/.test(reasons))
        throw new Error(`nothing tells of the depth: ${reasons}`)
      const names = report?.packages.map(({ name }) => name) ?? []
      if (!names.includes('musl') || !names.includes('g:l49'))
        throw new Error(`the outer ones are missing: ${names.join(' ')}`)
      if (names.includes('g:deep')) throw new Error('the innermost one was read')
    },
  },
  {
    number: 3,
    title: 'a thousand entries of an archive that are all the same bytes',
    make(work) {
      const content = Buffer.alloc(4 * MiB)
      const [first, ...others] = Array.from({ length: 1000 }, (_, at) => ({
        name: `a${at}.jar`,
        content: at === 0 ? content : Buffer.alloc(0),
      }))
      const claims = { sizeBytes: content.length, offsetBytes: 0 }
      const jar = makeZip([...(first ? [first] : []), ...others.map((one) => ({ ...one, claims }))])
      return layout(work, [layerOf({ ...APP, content: jar }, APK)])
    },
    packages: ['musl'],
    gaps: ['FILE_INVALID'],
  },
  brokenTail(
    8,
    'a header with a wrong checksum',
    Buffer.concat([tarHeader({ name: 'x', badChecksum: true }), tarArchive([])]),
    ['FILE_INVALID'],
  ),
  brokenTail(8, 'a negative size', tarHeader({ name: 'x', rawSize: Buffer.alloc(12, 0xff) }), ['FILE_INVALID']),
  brokenTail(
    8,
    'a size of more digits than there are',
    tarHeader({ name: 'x', rawSize: Buffer.from('777777777777') }),
    ['FILE_INVALID', 'LIMIT_REACHED'],
  ),
  brokenTail(8, 'a size that never comes', hugeHeader('x', 2 ** 52), ['FILE_INVALID', 'LIMIT_REACHED']),
  brokenTail(8, 'no end of the archive', Buffer.alloc(0), []),
  brokenTail(
    8,
    'another archive behind the end',
    Buffer.concat([Buffer.alloc(1024), tarArchive([{ ...DPKG, content: '' }])]),
    ['FILE_INVALID'],
  ),
  {
    number: 8,
    title: 'a size in base 256',
    make(work) {
      const content = Buffer.from(APK.content ?? '')
      const file = Buffer.concat([hugeHeader(String(APK.name), content.length), content, padding(content.length)])
      return layout(work, [plainLayer(Buffer.concat([file, tarArchive([DPKG])]))])
    },
    packages: ['bash', 'musl'],
    gaps: [],
  },
  {
    number: 9,
    title: 'two million empty files',
    make(work) {
      const some = gzipSync(Buffer.concat(Array.from({ length: 20_000 }, (_, at) => tarHeader({ name: `f/${at}` }))))
      const stored = Buffer.concat([gzipSync(tarMember(DPKG)), ...Array.from({ length: 100 }, () => some)])
      const diffId = `sha256:${createHash('sha256').update(stored).digest('hex')}`
      return layout(work, [{ stored, diffId, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }, layerOf(APK)])
    },
    packages: ['bash', 'musl'],
    gaps: ['LIMIT_REACHED'],
    seconds: 40,
    megabytes: 320,
  },
]
