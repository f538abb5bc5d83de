// What conan would fetch: conan.lock.
import { named } from '../../lock-file/named.ts'
import type { Extractor } from '../extractor.ts'
import { parseConanLock } from './lock.ts'
import { conanPurl } from './purl.ts'

export const extractor: Extractor = {
  name: 'conan-lock',
  files: [],
  directories: [],
  wants: named('conan.lock'),
  parse: (file, limits) => parseConanLock(file.bytes, limits),
  purl: conanPurl,
  scope: 'source',
}
