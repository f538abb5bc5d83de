// What dart pub would fetch: pubspec.lock.
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePubspecLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'pub-lock',
  files: [],
  directories: [],
  wants: named('pubspec.lock'),
  parse: (file) => parsePubspecLock(file.bytes),
  purl: (found) => plainPurl(found, 'pub'),
  scope: 'source',
}
