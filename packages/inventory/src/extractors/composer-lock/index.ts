// What composer would install: composer.lock.
import { named } from '../../lock-file/named.ts'
import { pathPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parseComposerLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'composer-lock',
  files: [],
  directories: [],
  wants: named('composer.lock'),
  parse: (file, limits) => parseComposerLock(file.bytes, limits),
  purl: (found) => pathPurl(found, 'composer'),
  scope: 'source',
}
