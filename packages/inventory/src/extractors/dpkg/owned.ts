// Files of installed packages: info/NAME.list has a path a line, directories too (dpkg-query(1), --listfiles); NAME.md5sums, which is all
// that distroless images keep, has a checksum and a path without its first slash.
import { basename } from 'node:path/posix'
import type { Limits } from '@yagura/kernel'
import type { ParsedFile } from '../extractor.ts'
import { linesOf } from '../lines.ts'

const SUM = /^[0-9a-f]{32} {2}(.+)$/

/** Packages of several architectures have it in the name: libc6:amd64.list */
export function parseList(path: string, bytes: Buffer, limits: Limits): ParsedFile {
  const name = basename(path, '.list').replace(/:[a-z0-9-]+$/, '')
  const owns = lines(bytes, limits).filter((line) => line.startsWith('/'))
  return { packages: [], problems: [], owns, owner: { name, type: 'deb' } }
}

export function parseSums(path: string, bytes: Buffer, limits: Limits): ParsedFile {
  const owns = lines(bytes, limits).flatMap((line) => {
    const file = SUM.exec(line)?.[1]
    return file === undefined ? [] : [`/${file}`]
  })
  return { packages: [], problems: [], owns, owner: { name: basename(path, '.md5sums'), type: 'deb' } }
}

function lines(bytes: Buffer, limits: Limits): string[] {
  return Array.from(linesOf(bytes, limits.lineBytes), (line) => (line.cut ? '' : line.text))
}
