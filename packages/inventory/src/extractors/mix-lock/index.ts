// What mix would fetch: mix.lock.
import { named } from '../../lock-file/named.ts'
import { pathPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseMixLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'mix-lock',
  files: [],
  directories: [],
  wants: named('mix.lock'),
  parse: (file) => parseMixLock(file.bytes),
  purl: (found) => pathPurl(found, 'hex'),
  scope: 'source',
}
