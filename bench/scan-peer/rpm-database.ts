// An rpm database of packages that exist by name alone: rpmdb.sqlite, whose table Packages holds one header each
// (rpm, docs/manual/hregions.md: index entries of tag, type, offset and count, then the data).
import { DatabaseSync } from 'node:sqlite'

export interface RpmPackage {
  readonly name: string
  /** `[epoch:]version-release` */
  readonly version: string
  readonly vendor: string
}

const STRING = 6
const INT32 = 4

export function writeRpmDatabase(path: string, packages: readonly RpmPackage[]): void {
  const database = new DatabaseSync(path)
  database.exec('create table Packages (hnum integer primary key autoincrement, blob blob not null)')
  database.exec('begin')
  const insert = database.prepare('insert into Packages (blob) values (?)')
  for (const one of packages) insert.run(headerOf(one))
  database.exec('commit')
  database.close()
}

function headerOf({ name, version, vendor }: RpmPackage): Buffer {
  const [, epoch, plain = version, release = ''] = /^(?:(\d+):)?([^-]*)-(.*)$/.exec(version) ?? []
  const tags: [number, number, Buffer][] = [
    [1000, STRING, text(name)],
    [1001, STRING, text(plain)],
    [1002, STRING, text(release)],
    ...(epoch === undefined ? [] : [[1003, INT32, word(Number(epoch))] as [number, number, Buffer]]),
    [1011, STRING, text(vendor)],
    [1014, STRING, text('MIT')],
    [1022, STRING, text('x86_64')],
    [1044, STRING, text(`${name}-${plain}-${release}.src.rpm`)],
  ]
  const index: Buffer[] = []
  const data: Buffer[] = []
  let offset = 0
  for (const [tag, type, value] of tags) {
    const padding = type === INT32 ? (4 - (offset % 4)) % 4 : 0
    index.push(word(tag), word(type), word(offset + padding), word(1))
    data.push(Buffer.alloc(padding), value)
    offset += padding + value.length
  }
  return Buffer.concat([word(tags.length), word(offset), ...index, ...data])
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
