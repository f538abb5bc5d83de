// Java: jar, war and ear files, and the jars inside them.
import { PackageURL } from 'packageurl-js'
import type { Extractor } from '../extractor.ts'
import { parseJar } from './jar.ts'
import { isArchive } from './names.ts'

export const extractor: Extractor = {
  name: 'java',
  files: [],
  directories: [],
  wants: isArchive,
  parse: (file, limits) => parseJar(file.path, file.bytes, limits),
  purl(found) {
    const colon = found.name.indexOf(':')
    // a group is required in package URLs of Maven
    const [type, group] = colon < 0 ? ['generic', undefined] : ['maven', found.name.slice(0, colon)]
    return new PackageURL(type, group, found.name.slice(colon + 1), found.version, undefined, undefined).toString()
  },
}
