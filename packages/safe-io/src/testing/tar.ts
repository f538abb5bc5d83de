// Makes tar archives byte by byte, good and broken, for tests and benchmarks. Not part of the product.

export interface TarMember {
  readonly name: string | Buffer
  readonly type?: string
  readonly content?: string | Buffer
  readonly link?: string
  /** What the header claims, when it lies. */
  readonly size?: number
  readonly device?: readonly [number, number]
  /** Written into the size field as it is. */
  readonly rawSize?: Buffer
  readonly badChecksum?: boolean
  /** PAX records before the member. */
  readonly pax?: Readonly<Record<string, string>>
}

const BLOCK = 512

export function tarHeader(member: TarMember): Buffer {
  const header = Buffer.alloc(BLOCK)
  const name = Buffer.isBuffer(member.name) ? member.name : Buffer.from(member.name)
  name.copy(header, 0, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  const size = member.size ?? Buffer.byteLength(member.content ?? '')
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  member.rawSize?.copy(header, 124)
  header.write('00000000000\0', 136)
  header.write(member.type ?? '0', 156)
  header.write((member.link ?? '').slice(0, 100), 157)
  header.write('ustar\x0000', 257)
  if (member.device) {
    header.write(`${member.device[0].toString(8).padStart(7, '0')}\0`, 329)
    header.write(`${member.device[1].toString(8).padStart(7, '0')}\0`, 337)
  }
  header.write('        ', 148)
  let sum = 0
  for (const byte of header) sum += byte
  if (member.badChecksum) sum++
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

export function tarMember(member: TarMember): Buffer {
  const content = Buffer.from(member.content ?? '')
  const pax = member.pax ? paxMember(member.pax) : Buffer.alloc(0)
  return Buffer.concat([pax, tarHeader(member), content, padding(content.length)])
}

export function tarArchive(members: readonly TarMember[], options: { readonly end?: boolean } = {}): Buffer {
  return Buffer.concat([...members.map(tarMember), options.end === false ? Buffer.alloc(0) : Buffer.alloc(2 * BLOCK)])
}

export function paxMember(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const content = Object.entries(records).map(([key, value]) => paxRecord(key, value))
  return tarMember({ name: 'PaxHeaders/0', type, content: content.join('') })
}

/** The length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest) + 1
  while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`)
  return `${length}${rest}`
}

export function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK)
}
