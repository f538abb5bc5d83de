// Packages of rpm, in the places of the distributions: /var/lib/rpm, /usr/lib/sysimage/rpm (SUSE, Fedora), /usr/share/rpm (ostree).
import { purlText } from '@yagura/versions/purl'
import type { Extractor } from '../extractor.ts'
import { parseDatabase, parseLog } from './database.ts'
import { joinLog } from './table.ts'

const DIRECTORIES = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm']
const DATABASES = ['Packages', 'Packages.db', 'rpmdb.sqlite', 'rpmdb.sqlite-wal']

export const extractor: Extractor = {
  name: 'rpm',
  files: DIRECTORIES.flatMap((directory) => DATABASES.map((name) => `${directory}/${name}`)),
  directories: [],
  isLarge: true,
  parse(file) {
    return file.path.endsWith('-wal') ? parseLog(file.bytes) : parseDatabase(file.bytes, undefined)
  },
  join(files) {
    const joined = new Map(files)
    for (const [path, log] of files) {
      const beside = path.replace(/-wal$/, '')
      const database = beside === path ? undefined : files.get(beside)
      if (!database) continue
      const both = joinLog(database, log)
      joined.set(beside, both.database).set(path, both.log)
    }
    return joined
  },
  purl(found, os) {
    const [, epoch, version = found.version] = /^(\d+):(.*)$/s.exec(found.version) ?? []
    const release = os?.versionId ? `${os.id}-${os.versionId}` : os?.id
    const qualifiers = {
      arch: found.architecture,
      distro: release,
      epoch,
      rpmmod: found.module,
    }
    return purlText({ type: 'rpm', namespace: namespaceOf(os?.id), name: found.name, version, qualifiers })
  },
}

/** As the package URL specification writes them: `pkg:rpm/opensuse/curl`. */
function namespaceOf(id: string | undefined): string | undefined {
  if (id === 'rhel') return 'redhat'
  return id?.startsWith('opensuse') ? 'opensuse' : id
}
