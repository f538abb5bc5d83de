// Packages of rpm, in the places of the distributions: /var/lib/rpm, /usr/lib/sysimage/rpm (SUSE, Fedora), /usr/share/rpm (ostree).
import { PackageURL } from 'packageurl-js'
import type { Extractor } from '../extractor.ts'
import { parseDatabase, parseLog } from './database.ts'

const DIRECTORIES = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm']
const DATABASES = ['Packages', 'Packages.db', 'rpmdb.sqlite', 'rpmdb.sqlite-wal']

export const extractor: Extractor = {
  name: 'rpm',
  files: DIRECTORIES.flatMap((directory) => DATABASES.map((name) => `${directory}/${name}`)),
  directories: [],
  parse(file) {
    return file.path.endsWith('-wal') ? parseLog(file.bytes) : parseDatabase(file.bytes, undefined)
  },
  purl(found, os) {
    const [, epoch, version = found.version] = /^(\d+):(.*)$/s.exec(found.version) ?? []
    const release = os?.versionId ? `${os.id}-${os.versionId}` : os?.id
    const qualifiers = {
      ...(found.architecture === null ? {} : { arch: found.architecture }),
      ...(release === undefined ? {} : { distro: release }),
      ...(epoch === undefined ? {} : { epoch }),
      ...(found.module === undefined ? {} : { rpmmod: found.module }),
    }
    return new PackageURL('rpm', namespaceOf(os?.id), found.name, version, qualifiers, undefined).toString()
  },
}

/** As the package URL specification writes them: `pkg:rpm/opensuse/curl`. */
function namespaceOf(id: string | undefined): string | undefined {
  if (id === 'rhel') return 'redhat'
  return id?.startsWith('opensuse') ? 'opensuse' : id
}
