// What pdm would install: pdm.lock.
import { named } from '../../lock-file/named.ts'
import { plainPurl } from '../../lock-file/purl.ts'
import type { Extractor } from '../extractor.ts'
import { parsePdmLock } from './lock.ts'

export const extractor: Extractor = {
  name: 'pdm-lock',
  files: [],
  directories: [],
  wants: named('pdm.lock'),
  parse: (file) => parsePdmLock(file.bytes),
  purl: (found) => plainPurl(found, 'pypi'),
  scope: 'source',
}
