// What tar-split keeps of an archive: every byte that is not content of a file (github.com/vbatts/tar-split, tar/storage). For tests.
import { gzipSync } from 'node:zlib'
import { padding, type TarMember, tarHeader } from '@yagura/safe-io/testing'

export function tarSplit(members: readonly TarMember[]): Buffer {
  const records = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? '')
    return [
      { type: 2, payload: tarHeader(member).toString('base64') },
      { type: 1, name: member.name, size: content.length, payload: 'AAAAAAAAAAA=' },
      ...(content.length % 512 === 0 ? [] : [{ type: 2, payload: padding(content.length).toString('base64') }]),
    ]
  })
  const end = { type: 2, payload: Buffer.alloc(1024).toString('base64') }
  return gzipSync([...records, end].map((record) => JSON.stringify(record)).join('\n'))
}
