// Debian packages: /var/lib/dpkg/status, and status.d/ of distroless images, which holds one file for each package. Which files
// belong to a package is in info/NAME.list, or beside the distroless one in NAME.md5sums.
import { basename } from 'node:path/posix'
import { purlText } from '@yagura/versions/purl'
import type { Extractor } from '../extractor.ts'
import { parseList, parseSums } from './owned.ts'
import { parseStatus } from './status.ts'

const STATUS_D = 'var/lib/dpkg/status.d'
const LIST = /^var\/lib\/dpkg\/info\/[^/]+\.list$/

export const extractor: Extractor = {
  name: 'dpkg',
  // status-old is the state before the last change and must not be read
  files: ['var/lib/dpkg/status'],
  directories: [STATUS_D],
  wants: (path) => LIST.test(path),
  parse(file, limits) {
    if (LIST.test(file.path)) return parseList(file.path, file.bytes, limits)
    const single = file.path.startsWith(`${STATUS_D}/`)
    if (single && basename(file.path).endsWith('.md5sums')) return parseSums(file.path, file.bytes, limits)
    return parseStatus(file.bytes, { lineBytes: limits.lineBytes, requireStatus: !single })
  },
  purl(found, os) {
    const release = os?.versionId ? `${os.id}-${os.versionId}` : os?.id
    const qualifiers = {
      arch: found.architecture,
      distro: release,
    }
    return purlText({
      type: 'deb',
      namespace: os?.id ?? 'debian',
      name: found.name,
      version: found.version,
      qualifiers,
    })
  },
}
