// Alpine packages: the database of apk-tools, at its old and its new place (usr-merged Alpine from 3.23).
import { purlText } from '@yagura/versions/purl'
import type { Extractor } from '../extractor.ts'
import { parseInstalled } from './installed.ts'

export const extractor: Extractor = {
  name: 'apk',
  files: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
  directories: [],
  parse: (file, limits) => parseInstalled(file.bytes, limits.lineBytes),
  purl(found, os) {
    const release = os?.versionId ? `${os.id}-${os.versionId}` : os?.id
    const qualifiers = {
      arch: found.architecture,
      distro: release,
    }
    return purlText({
      type: 'apk',
      namespace: os?.id ?? 'alpine',
      name: found.name,
      version: found.version,
      qualifiers,
    })
  },
}
