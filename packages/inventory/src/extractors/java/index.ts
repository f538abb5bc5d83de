// Java: jar, war and ear files, and the jars inside them.
import { purlText } from '@yagura/versions/purl'
import type { Extractor } from '../extractor.ts'
import { parseJar } from './jar.ts'
import { isArchive } from './names.ts'

export const extractor: Extractor = {
  name: 'java',
  files: [],
  directories: [],
  wants: isArchive,
  isLarge: true,
  trustsOwners: true,
  parse: (file, limits) => parseJar(file.path, file.bytes, limits),
  purl(found) {
    const colon = found.name.indexOf(':')
    // a group is required in package URLs of Maven
    const [type, namespace] = colon < 0 ? ['generic', undefined] : ['maven', found.name.slice(0, colon)]
    return purlText({ type, namespace, name: found.name.slice(colon + 1), version: found.version })
  },
}
